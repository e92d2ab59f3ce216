#pragma once

#include "core/image/byte_reader.h"
#include "core/image/geometry.h"

/// Just enough of each format to learn the size, so that a picture that claims 60,000 x 60,000 pixels is refused before
/// a decoder allocates memory for it. An empty size where the header does not say it, or decoders could differ about
/// it.
namespace prunescope {

Size pngSize(Bytes bytes);
Size jpegSize(Bytes bytes);
Size tiffSize(Bytes bytes);
Size webpSize(Bytes bytes);
Size pnmSize(Bytes bytes);
Size bmpSize(Bytes bytes);
/// Size of the logical screen of a GIF, or of the first frame where that reaches beyond.
Size gifSize(Bytes bytes);

} // namespace prunescope
