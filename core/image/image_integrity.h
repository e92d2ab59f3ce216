#pragma once

#include "core/image/byte_reader.h"

namespace prunescope {

/// Refuses a damaged container of a PNG (chunks, checksums, end), JPEG (end marker) or TIFF (huge tiles); does nothing
/// for any other. Decoders fill what is missing of a damaged file with grey and print to stderr; a picture that is not
/// whole is refused instead. Throws Error(BadFile).
void requireWhole(Bytes bytes);

} // namespace prunescope
