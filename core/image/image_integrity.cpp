#include "core/image/image_integrity.h"

#include "core/image/byte_reader.h"

#include <cstring>
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

} // namespace

std::string damageOf(Bytes bytes) {
    if (bytes.size() >= kPngSignature && std::memcmp(bytes.data(), "\x89PNG\r\n\x1a\n", kPngSignature) == 0)
        return damageOfPng(bytes);
    if (bytes.size() >= 3 && std::memcmp(bytes.data(), "\xff\xd8\xff", 3) == 0)
        return damageOfJpeg(bytes);
    return {};
}

} // namespace prunescope
