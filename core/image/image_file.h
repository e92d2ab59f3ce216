#pragma once

#include "core/base/output_file.h"
#include "core/image/image_notes.h"
#include "core/image/picture.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace prunescope {

/// Largest picture that is decoded at all: 2^28 pixels (0.8 GB as RGB).
inline constexpr std::int64_t kMaxPicturePixels = std::int64_t{1} << 28;
/// Largest file that is read at all: room for such a picture as PPM, and more than any screen needs.
inline constexpr std::uint64_t kMaxPictureBytes = std::uint64_t{1} << 30;

/// Decodes the first frame of a file as 8-bit RGB: transparency is put on white, grey expanded, 16 bits cut to the high
/// byte, EXIF orientation applied. Formats: PPM (P6) always; PNG, JPEG, WebP, BMP, TIFF, PGM where built with OpenCV,
/// GIF, AVIF and HEIC where built with giflib, libavif and libheif. The header is looked at before the rest is read or
/// decoded. Throws Error(NotFound), Error(BadFile) or Error(OutOfMemory); the message starts with the path.
LoadedImage loadImage(const std::string& path);
/// Decodes bytes in memory as `loadImage` does a file; `name` is used in messages.
LoadedImage loadImage(std::span<const std::uint8_t> bytes, const std::string& name);

/// The pixels alone.
Picture readImage(const std::string& path);
Picture decodeImage(std::span<const std::uint8_t> bytes, const std::string& name);

/// Decodes a picture of screens in the same way, but puts transparency on black: only gaps between screens have any.
Picture decodeScreens(std::span<const std::uint8_t> bytes, const std::string& name);

/// Width and height as the header of a format that this build knows states them, before it is turned; an empty size
/// when it is none of these.
Size sizeInHeader(std::span<const std::uint8_t> bytes);

/// Width and height of the upright picture of a file that begins with `head`; an empty size where more of it has to be
/// known. Refuses what `loadImage` refuses before it decodes. Throws Error(BadFile); the message starts with `name`.
Size sizeInHead(std::span<const std::uint8_t> head, const std::string& name);

/// Writes by the ending of `path` (.png, .jpg, ..., .ppm), whole or not at all (core/base/output_file.h). Throws
/// Error(WriteFailed) or Error(Unsupported).
void writeImage(const std::string& path, const Picture& picture, Readers readers = Readers::Owner);

/// The picture as the bytes of a PNG file. Throws Error(Unsupported) in a build without OpenCV.
std::vector<std::uint8_t> encodePng(const Picture& picture);

} // namespace prunescope
