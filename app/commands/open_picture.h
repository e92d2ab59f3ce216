#pragma once

#include "core/image/image_notes.h"

#include <string>

namespace prunescope::app {

/// Reads a picture that was named on the command line, or standard input, and says on standard error what became of it
/// beside its pixels: "shot.png: transparency was put on white". Throws as loadImage does.
LoadedImage openPicture(const std::string& word);

} // namespace prunescope::app
