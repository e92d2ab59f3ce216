#pragma once

#include "core/image/picture.h"

#include <string>

namespace prunescope {

/// Notes on an image file beside its pixels: what was changed or left out.
struct ImageNotes {
    bool onWhite = false; ///< there was transparency, and putting it on white changed colours
    int frames = 1;       ///< in the file; the picture is the first one
    bool operator==(const ImageNotes&) const = default;
};

/// "transparency was put on white; the first of 12 frames is used". Empty where there is nothing to say.
std::string toText(const ImageNotes& notes);

/// A picture and what became of the file that it was read from.
struct LoadedImage {
    Picture picture;
    ImageNotes notes;
};

} // namespace prunescope
