#include "core/image/image_header.h"

#include "core/image/image_chunks.h"

#include <algorithm>
#include <cstdlib>

namespace prunescope {

namespace {

/// Sizes above 2^31 - 1 are as good as 2^31 - 1: both are refused.
Size makeSize(std::uint32_t width, std::uint32_t height) {
    const auto side = [](std::uint32_t value) { return static_cast<int>(value > 0x7fffffffu ? 0x7fffffffu : value); };
    return {side(width), side(height)};
}

} // namespace

Size pngSize(Bytes bytes) {
    return bytes.size() < 24 ? Size{} : makeSize(bigEndian(bytes, 16, 4), bigEndian(bytes, 20, 4));
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
    const std::string_view first = lettersAt(bytes, 12);
    if (first == "VP8X")
        return makeSize(littleEndian(bytes, 24, 3) + 1, littleEndian(bytes, 27, 3) + 1);
    if (first == "VP8L") {
        const std::uint32_t bits = littleEndian(bytes, 21, 4);
        return makeSize((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
    }
    if (first == "VP8 ")
        return makeSize(littleEndian(bytes, 26, 2) & 0x3fff, littleEndian(bytes, 28, 2) & 0x3fff);
    return {};
}

/// P1..P6: two numbers after the magic.
Size pnmSize(Bytes bytes) {
    std::size_t at = 2;
    const auto width = nextPnmNumber(bytes, at), height = nextPnmNumber(bytes, at);
    return width && height ? makeSize(*width, *height) : Size{};
}

/// Of OS/2 headers with sides of 16 bits, or of Windows' with sides of 32.
Size bmpSize(Bytes bytes) {
    constexpr std::uint32_t kOs2Header = 12;
    if (bytes.size() < 26)
        return {};
    if (littleEndian(bytes, 14, 4) == kOs2Header)
        return makeSize(littleEndian(bytes, 18, 2), littleEndian(bytes, 20, 2));
    const auto height = static_cast<std::int32_t>(littleEndian(bytes, 22, 4)); // negative: top row first
    return makeSize(littleEndian(bytes, 18, 4), static_cast<std::uint32_t>(std::abs(std::int64_t{height})));
}

Size gifSize(Bytes bytes) {
    Size size;
    walkGif(bytes, [&](Bytes frame) {
        const auto farEnd = [&](std::size_t at) { return littleEndian(frame, at, 2) + littleEndian(frame, at + 4, 2); };
        size = makeSize(std::max(littleEndian(bytes, 6, 2), farEnd(0)), std::max(littleEndian(bytes, 8, 2), farEnd(2)));
        return false;
    });
    return size;
}

} // namespace prunescope
