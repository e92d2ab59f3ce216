#pragma once

#include "core/image/byte_reader.h"
#include "core/image/picture.h"

namespace prunescope {

/// Orientation of a picture in its file, 1 to 8 as EXIF numbers them (1: upright; 6: to be turned right by 90 degrees):
/// from the EXIF data of a JPEG, PNG or WebP or the tag of a TIFF. 1 where there is none or none that means anything.
int orientationOf(Bytes bytes);

/// `picture`, stored with `orientation`, as it should be seen.
Picture turnedUpright(const Picture& picture, int orientation);

} // namespace prunescope
