#include "core/image/byte_reader.h"
#include "core/image/image_file.h"

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

/// Empty where decoders could differ about the size: a side that is no single 16 or 32-bit number, or stated twice.
Size tiffSize(Bytes bytes) {
    constexpr std::uint32_t kWidth = 256, kHeight = 257;
    std::uint32_t width = 0, height = 0;
    bool clear = true;
    walkTiff(bytes, [&](const TiffEntry& entry) {
        if (entry.tag != kWidth && entry.tag != kHeight)
            return;
        std::uint32_t& side = entry.tag == kWidth ? width : height;
        clear = clear && side == 0 && entry.number;
        side = entry.number.value_or(0);
    });
    return clear ? makeSize(width, height) : Size{};
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

/// P1..P6: two numbers after the magic.
Size pnmSize(Bytes bytes) {
    std::size_t at = 2;
    const auto width = nextPnmNumber(bytes, at), height = nextPnmNumber(bytes, at);
    return width && height ? makeSize(*width, *height) : Size{};
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
