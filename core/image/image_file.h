#pragma once

#include "core/base/output_file.h"
#include "core/image/picture.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace prunescope {

/// Largest picture that is decoded at all: 2^28 pixels (0.8 GB as RGB).
inline constexpr std::int64_t kMaxPicturePixels = std::int64_t{1} << 28;

/// Decodes a file as 8-bit RGB: alpha is dropped, grey expanded, EXIF orientation applied. Formats: PPM (P6) always,
/// PNG, JPEG, WebP, BMP, TIFF where built with OpenCV. The size in the header is checked before anything is decoded.
/// Throws Error(NotFound) or Error(BadFile); the message starts with the path.
Picture readImage(const std::string& path);

/// As `readImage`, for bytes in memory; `name` is used in messages.
Picture decodeImage(std::span<const std::uint8_t> bytes, const std::string& name);

/// Width and height as a PNG, JPEG, BMP, PNM, TIFF or WebP header states them; an empty size when the header is none of
/// these.
Size sizeInHeader(std::span<const std::uint8_t> bytes);

/// Writes by the ending of `path` (.png, .jpg, ..., .ppm), whole or not at all (core/base/output_file.h). Throws
/// Error(WriteFailed) or Error(Unsupported).
void writeImage(const std::string& path, const Picture& picture, Readers readers = Readers::Owner);

/// The picture as the bytes of a PNG file. Throws Error(Unsupported) in a build without OpenCV.
std::vector<std::uint8_t> encodePng(const Picture& picture);

} // namespace prunescope
