#pragma once

#include "core/image/byte_reader.h"
#include "core/image/decoded_pixels.h"
#include "core/image/geometry.h"

#include <string>

namespace prunescope {

/// A format of picture files, known by its first bytes. Inside core only.
struct ImageFormat {
    const char* name;
    bool (*matches)(Bytes bytes);
    Size (*size)(Bytes bytes);            ///< as the header says; null for a format that no build reads
    DecodedPixels (*decode)(Bytes bytes); ///< null for one that this build does not read
    const char* wayOut;                   ///< of one that is not read: what to do instead
};

/// Whole first bytes of a file are enough for every format.
inline constexpr std::size_t kFormatBytes = 512;

/// The format that the bytes begin with; null for bytes of none of the known ones.
const ImageFormat* formatOf(Bytes bytes);

/// "PNG, JPEG, WebP": what this build reads.
std::string readableFormats();

} // namespace prunescope
