#include "core/image/image_integrity.h"

#include <cstring>
#include <zlib.h>

namespace prunescope {

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kPngSignature = 8;
constexpr std::size_t kPngFrame = 12; // length, type and checksum around the data of a chunk

std::uint32_t bigEndian(const std::uint8_t* at) {
    return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}

std::string damageOfPng(Bytes bytes) {
    std::size_t at = kPngSignature;
    while (at + kPngFrame <= bytes.size()) {
        const std::uint8_t* chunk = bytes.data() + at;
        const std::size_t length = bigEndian(chunk);
        if (length > bytes.size() - at - kPngFrame)
            break;
        const uLong sum = crc32_z(0, chunk + 4, length + 4);
        if (sum != bigEndian(chunk + 8 + length))
            return "damaged PNG (checksum)";
        if (std::memcmp(chunk + 4, "IEND", 4) == 0)
            return {};
        at += kPngFrame + length;
    }
    return "truncated PNG";
}

/// The end marker, with room for padding that some cameras and tools append.
std::string damageOfJpeg(Bytes bytes) {
    for (std::size_t at = bytes.size() - 1; at > 0; --at)
        if (bytes[at - 1] == 0xff && bytes[at] == 0xd9)
            return {};
    return "truncated JPEG";
}

} // namespace

std::string damageOf(Bytes bytes) {
    if (bytes.size() >= kPngSignature && std::memcmp(bytes.data(), "\x89PNG\r\n\x1a\n", kPngSignature) == 0)
        return damageOfPng(bytes);
    if (bytes.size() >= 3 && std::memcmp(bytes.data(), "\xff\xd8\xff", 3) == 0)
        return damageOfJpeg(bytes);
    return {};
}

} // namespace prunescope
