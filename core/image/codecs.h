#pragma once

#include "core/image/byte_reader.h"
#include "core/image/decoded_pixels.h"
#include "core/image/picture.h"

#include <string>
#include <vector>

/// The decoders of the formats, one file each; most need a library and are there where it was built with. Inside core
/// only. All decode the first frame and throw Error(BadFile) without a file name for what is damaged or of a kind that
/// is not read.
namespace prunescope::codec {

/// P6 with a maximum of 255.
DecodedPixels decodePpm(Bytes bytes);
std::vector<std::uint8_t> encodePpm(const Picture& picture);

/// Decodes by OpenCV: JPEG, P1 to P5, and the kinds of BMP that are not decodeBmp's.
DecodedPixels decodeByOpenCv(Bytes bytes);
/// `extension` with the dot. Throws Error(Unsupported).
std::vector<std::uint8_t> encodeByOpenCv(const Picture& picture, const std::string& extension);

DecodedPixels decodePng(Bytes bytes);
DecodedPixels decodeTiff(Bytes bytes);
DecodedPixels decodeWebp(Bytes bytes);
DecodedPixels decodeBmp(Bytes bytes);
DecodedPixels decodeGif(Bytes bytes);
DecodedPixels decodeAvif(Bytes bytes);
DecodedPixels decodeHeif(Bytes bytes); ///< turned already

/// As the header of an AVIF says; empty where it is damaged.
Size avifSize(Bytes bytes);
/// The same of a HEIC, as it is turned.
Size heifSize(Bytes bytes);

} // namespace prunescope::codec
