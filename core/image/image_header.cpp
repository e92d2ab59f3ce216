#include "core/image/image_file.h"

#include <cctype>
#include <cstdlib>
#include <cstring>

// Just enough of each format to learn the size, so that a picture that claims 60,000 x 60,000 pixels is refused before
// a decoder allocates memory for it.
namespace prunescope {

namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint32_t bigEndian(Bytes bytes, std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i)
        value = value << 8 | bytes[at + static_cast<std::size_t>(i)];
    return value;
}

std::uint32_t littleEndian(Bytes bytes, std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = count - 1; i >= 0; --i)
        value = value << 8 | bytes[at + static_cast<std::size_t>(i)];
    return value;
}

bool startsWith(Bytes bytes, const char* magic, std::size_t length, std::size_t at = 0) {
    return bytes.size() >= at + length && std::memcmp(bytes.data() + at, magic, length) == 0;
}

/// Sizes above 2^31 - 1 are as good as 2^31 - 1: both are refused.
Size makeSize(std::uint32_t width, std::uint32_t height) {
    const auto side = [](std::uint32_t value) { return static_cast<int>(value > 0x7fffffffu ? 0x7fffffffu : value); };
    return {side(width), side(height)};
}

/// Walks JPEG segments to the frame header (SOF0..SOF15 without DHT, JPG, DAC).
Size jpegSize(Bytes bytes) {
    std::size_t at = 2;
    while (at + 9 <= bytes.size()) {
        if (bytes[at] != 0xff)
            return {};
        const std::uint8_t marker = bytes[at + 1];
        if (marker == 0xff || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
            at += marker == 0xff ? 1 : 2;
            continue;
        }
        const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (frame)
            return makeSize(bigEndian(bytes, at + 7, 2), bigEndian(bytes, at + 5, 2));
        at += 2 + bigEndian(bytes, at + 2, 2);
    }
    return {};
}

Size webpSize(Bytes bytes) {
    if (bytes.size() < 30)
        return {};
    if (startsWith(bytes, "VP8X", 4, 12))
        return makeSize(littleEndian(bytes, 24, 3) + 1, littleEndian(bytes, 27, 3) + 1);
    if (startsWith(bytes, "VP8L", 4, 12)) {
        const std::uint32_t bits = littleEndian(bytes, 21, 4);
        return makeSize((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
    }
    if (startsWith(bytes, "VP8 ", 4, 12))
        return makeSize(littleEndian(bytes, 26, 2) & 0x3fff, littleEndian(bytes, 28, 2) & 0x3fff);
    return {};
}

/// P1..P6: two numbers after the magic, comments allowed.
Size pnmSize(Bytes bytes) {
    std::uint32_t values[2] = {0, 0};
    std::size_t at = 2;
    for (std::uint32_t& value : values) {
        while (at < bytes.size() && (std::isspace(bytes[at]) || bytes[at] == '#')) {
            if (bytes[at] == '#')
                while (at < bytes.size() && bytes[at] != '\n')
                    ++at;
            else
                ++at;
        }
        const std::size_t begin = at;
        for (; at < bytes.size() && std::isdigit(bytes[at]) && at - begin < 9; ++at)
            value = value * 10 + (bytes[at] - '0');
    }
    return makeSize(values[0], values[1]);
}

} // namespace

Size sizeInHeader(std::span<const std::uint8_t> bytes) {
    if (startsWith(bytes, "\x89PNG\r\n\x1a\n", 8) && bytes.size() >= 24)
        return makeSize(bigEndian(bytes, 16, 4), bigEndian(bytes, 20, 4));
    if (startsWith(bytes, "\xff\xd8", 2))
        return jpegSize(bytes);
    if (startsWith(bytes, "BM", 2) && bytes.size() >= 26) {
        const auto height = static_cast<std::int32_t>(littleEndian(bytes, 22, 4)); // negative: top row first
        return makeSize(littleEndian(bytes, 18, 4), static_cast<std::uint32_t>(std::abs(std::int64_t{height})));
    }
    if (startsWith(bytes, "RIFF", 4) && startsWith(bytes, "WEBP", 4, 8))
        return webpSize(bytes);
    if (bytes.size() >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6')
        return pnmSize(bytes);
    return {};
}

} // namespace prunescope
