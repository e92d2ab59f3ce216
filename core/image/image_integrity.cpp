#include "core/image/image_integrity.h"

#include "core/base/error.h"
#include "core/image/image_file.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <zlib.h>

namespace prunescope {

namespace {

constexpr std::size_t kPngSignature = 8;
constexpr std::size_t kPngFrame = 12; // length, type and checksum around the data of a chunk

std::string damageOfPng(Bytes bytes) {
    std::size_t at = kPngSignature;
    while (at + kPngFrame <= bytes.size()) {
        const std::uint8_t* chunk = bytes.data() + at;
        const std::size_t length = bigEndian(bytes, at, 4);
        if (length > bytes.size() - at - kPngFrame)
            break;
        const uLong sum = crc32_z(0, chunk + 4, length + 4);
        if (sum != bigEndian(bytes, at + 8 + length, 4))
            return "damaged PNG (checksum)";
        if (std::memcmp(chunk + 4, "IEND", 4) == 0)
            return {};
        at += kPngFrame + length;
    }
    return "truncated PNG";
}

/// The end marker after the scan (a thumbnail before it has one of its own), wherever: some cameras and tools append
/// bytes.
std::string damageOfJpeg(Bytes bytes) {
    const std::size_t scan = walkJpeg(bytes, [](std::uint8_t, std::size_t) { return true; });
    for (std::size_t at = bytes.size() - 1; at > scan; --at)
        if (bytes[at - 1] == 0xff && bytes[at] == 0xd9)
            return {};
    return "truncated JPEG";
}

/// A decoder makes room for a whole tile, however small the picture.
std::string damageOfTiff(Bytes bytes) {
    constexpr std::uint32_t kTileWidth = 322, kTileHeight = 323;
    std::uint64_t width = 1, height = 1;
    walkTiff(bytes, [&](const TiffEntry& entry) {
        std::uint64_t ignored = 0;
        std::uint64_t& side = entry.tag == kTileWidth ? width : entry.tag == kTileHeight ? height : ignored;
        side = std::max<std::uint64_t>(side, entry.number.value_or(std::numeric_limits<std::uint32_t>::max()));
    });
    if (width * height <= static_cast<std::uint64_t>(kMaxPicturePixels))
        return {};
    return "TIFF with tiles of " + std::to_string(width) + "x" + std::to_string(height) +
           " pixels, more than the limit of " + std::to_string(kMaxPicturePixels) + " pixels";
}

std::string damageOf(Bytes bytes) {
    if (bytes.size() >= kPngSignature && std::memcmp(bytes.data(), "\x89PNG\r\n\x1a\n", kPngSignature) == 0)
        return damageOfPng(bytes);
    if (bytes.size() >= 3 && std::memcmp(bytes.data(), "\xff\xd8\xff", 3) == 0)
        return damageOfJpeg(bytes);
    if (bytes.size() >= 8 && (std::memcmp(bytes.data(), "II*\0", 4) == 0 || std::memcmp(bytes.data(), "MM\0*", 4) == 0))
        return damageOfTiff(bytes);
    return {};
}

} // namespace

void requireWhole(Bytes bytes) {
    if (const std::string damage = damageOf(bytes); !damage.empty())
        throw Error(ErrorKind::BadFile, damage);
}

} // namespace prunescope
