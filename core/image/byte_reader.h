#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace prunescope {

using Bytes = std::span<const std::uint8_t>;

/// `count` bytes from `at` as a number; the caller checks that they are there.
inline std::uint32_t bigEndian(Bytes bytes, std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i)
        value = value << 8 | bytes[at + static_cast<std::size_t>(i)];
    return value;
}

inline std::uint32_t littleEndian(Bytes bytes, std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = count - 1; i >= 0; --i)
        value = value << 8 | bytes[at + static_cast<std::size_t>(i)];
    return value;
}

/// Walks the segments of a JPEG up to the first scan: `visit(marker, at)` gets the place of each marker and says
/// whether to go on. Returns where the walk ended: at the scan (marker 0xda), where `visit` stopped, or the size when
/// the file ends first.
template <typename Visit>
std::size_t walkJpeg(Bytes bytes, Visit visit) {
    constexpr std::uint8_t kStartOfScan = 0xda;
    std::size_t at = 2;
    while (at + 4 <= bytes.size()) {
        const std::uint8_t marker = bytes[at + 1];
        const bool isMarker = bytes[at] == 0xff && marker != 0xff && marker != 0x00;
        if (!isMarker) { // stray bytes, which decoders skip
            ++at;
            continue;
        }
        const bool alone = marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8); // no length follows
        if (marker == kStartOfScan || !visit(marker, at))
            return at;
        at += alone ? 2 : 2 + bigEndian(bytes, at + 2, 2);
    }
    return bytes.size();
}

} // namespace prunescope
