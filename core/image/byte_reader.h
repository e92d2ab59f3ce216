#pragma once

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <optional>
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

/// The next number in the header of a PNM, after white space and comments; `at` moves to the byte behind it. Nothing
/// where there is none, or no white space behind it: decoders differ about what that means.
inline std::optional<std::uint32_t> nextPnmNumber(Bytes bytes, std::size_t& at) {
    constexpr std::uint32_t kEnough = 100'000'000; // more is refused anyway; another digit would still fit
    const auto endsLine = [](std::uint8_t byte) { return byte == '\n' || byte == '\r'; };
    while (at < bytes.size() && (std::isspace(bytes[at]) || bytes[at] == '#')) {
        const bool comment = bytes[at] == '#';
        while (comment && at < bytes.size() && !endsLine(bytes[at]))
            ++at;
        at += comment ? 0 : 1;
    }
    const std::size_t first = at;
    std::uint32_t value = 0;
    for (; at < bytes.size() && std::isdigit(bytes[at]); ++at)
        value = value >= kEnough ? kEnough * 10 : value * 10 + (bytes[at] - '0');
    if (at == first || at == bytes.size() || !std::isspace(bytes[at]))
        return {};
    return value;
}

/// An entry of a TIFF directory.
struct TiffEntry {
    std::uint32_t tag = 0;
    std::optional<std::uint32_t> number; ///< of a single 16 or 32-bit number
};

/// Visits the entries of the first directory of a classic TIFF of at least 8 bytes, in the byte order that it names.
template <typename Visit>
void walkTiff(Bytes bytes, Visit visit) {
    constexpr std::uint32_t kShort = 3, kLong = 4;
    constexpr std::size_t kEntry = 12;
    const auto number = [&, little = bytes[0] == 'I'](std::size_t at, int count) -> std::uint32_t {
        if (at + static_cast<std::size_t>(count) > bytes.size())
            return 0;
        return little ? littleEndian(bytes, at, count) : bigEndian(bytes, at, count);
    };
    const std::size_t directory = number(4, 4);
    for (std::uint32_t i = 0; i < number(directory, 2); ++i) {
        const std::size_t at = directory + 2 + i * kEntry;
        const std::uint32_t type = number(at + 2, 2);
        TiffEntry entry{number(at, 2), std::nullopt};
        if ((type == kShort || type == kLong) && number(at + 4, 4) == 1)
            entry.number = number(at + 8, type == kShort ? 2 : 4);
        visit(entry);
    }
}

} // namespace prunescope
