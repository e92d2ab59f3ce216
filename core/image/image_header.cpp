#include "core/image/byte_reader.h"
#include "core/image/image_file.h"

#include <cctype>
#include <cstdlib>
#include <cstring>

// Just enough of each format to learn the size, so that a picture that claims 60,000 x 60,000 pixels is refused before
// a decoder allocates memory for it.
namespace prunescope {

namespace {

bool startsWith(Bytes bytes, const char* magic, std::size_t length, std::size_t at = 0) {
    return bytes.size() >= at + length && std::memcmp(bytes.data() + at, magic, length) == 0;
}

/// Sizes above 2^31 - 1 are as good as 2^31 - 1: both are refused.
Size makeSize(std::uint32_t width, std::uint32_t height) {
    const auto side = [](std::uint32_t value) { return static_cast<int>(value > 0x7fffffffu ? 0x7fffffffu : value); };
    return {side(width), side(height)};
}

/// The frame header (SOF0..SOF15 without DHT, JPG, DAC).
Size jpegSize(Bytes bytes) {
    Size size;
    walkJpeg(bytes, [&](std::uint8_t marker, std::size_t at) {
        const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (frame && at + 9 <= bytes.size())
            size = makeSize(bigEndian(bytes, at + 7, 2), bigEndian(bytes, at + 5, 2));
        return !frame;
    });
    return size;
}

/// First directory of a classic TIFF, in the byte order that the file names.
Size tiffSize(Bytes bytes) {
    constexpr std::uint32_t kWidth = 256, kHeight = 257, kShort = 3;
    constexpr std::size_t kEntry = 12;
    const auto number = [&, little = bytes[0] == 'I'](std::size_t at, int count) -> std::uint32_t {
        if (at + static_cast<std::size_t>(count) > bytes.size())
            return 0;
        return little ? littleEndian(bytes, at, count) : bigEndian(bytes, at, count);
    };
    const std::size_t directory = number(4, 4);
    std::uint32_t width = 0, height = 0;
    for (std::uint32_t i = 0; i < number(directory, 2); ++i) {
        const std::size_t entry = directory + 2 + i * kEntry;
        const std::uint32_t tag = number(entry, 2), value = number(entry + 8, number(entry + 2, 2) == kShort ? 2 : 4);
        if (tag == kWidth)
            width = value;
        else if (tag == kHeight)
            height = value;
    }
    return makeSize(width, height);
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
        constexpr std::uint32_t kEnough = 100'000'000; // more is refused anyway; another digit would still fit
        for (; at < bytes.size() && std::isdigit(bytes[at]); ++at)
            value = value >= kEnough ? kEnough * 10 : value * 10 + (bytes[at] - '0');
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
    if (bytes.size() >= 8 && (startsWith(bytes, "II*\0", 4) || startsWith(bytes, "MM\0*", 4)))
        return tiffSize(bytes);
    if (bytes.size() >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6')
        return pnmSize(bytes);
    return {};
}

} // namespace prunescope
