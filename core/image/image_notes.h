#pragma once

#include "core/image/picture.h"

#include <string>

namespace prunescope {

/// What became of a file beside its pixels.
struct ImageNotes {
    bool onWhite = false; ///< there was transparency, which was put on white
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
