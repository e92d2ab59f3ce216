#pragma once

#include "core/image/byte_reader.h"

#include <string_view>

/// Walks over the parts that a file consists of, each with its place and size in it; damage ends a walk early. `visit`
/// says whether to go on.
namespace prunescope {

/// The four letters at `at`; the caller checks that they are there.
inline std::string_view lettersAt(Bytes bytes, std::size_t at) {
    return {reinterpret_cast<const char*>(bytes.data()) + at, 4};
}

/// The chunks of a PNG: `visit(type, data)`.
template <typename Visit>
void walkPng(Bytes bytes, Visit visit) {
    constexpr std::size_t kSignature = 8, kFrame = 12; // length, type and checksum around the data
    std::size_t at = kSignature;
    while (at + kFrame <= bytes.size()) {
        const std::size_t length = bigEndian(bytes, at, 4);
        if (length > bytes.size() - at - kFrame || !visit(lettersAt(bytes, at + 4), bytes.subspan(at + 8, length)))
            return;
        at += kFrame + length;
    }
}

/// The chunks of a WebP: `visit(type, data)`.
template <typename Visit>
void walkWebp(Bytes bytes, Visit visit) {
    constexpr std::size_t kFileHeader = 12, kChunkHeader = 8;
    std::size_t at = kFileHeader;
    while (at + kChunkHeader <= bytes.size()) {
        const std::size_t length = littleEndian(bytes, at + 4, 4);
        if (length > bytes.size() - at - kChunkHeader ||
            !visit(lettersAt(bytes, at), bytes.subspan(at + kChunkHeader, length)))
            return;
        at += kChunkHeader + length + length % 2;
    }
}

/// The frames of a GIF: `visit(descriptor)` with the nine bytes behind the comma.
template <typename Visit>
void walkGif(Bytes bytes, Visit visit) {
    constexpr std::size_t kHeader = 13, kDescriptor = 9;
    const auto paletteBytes = [](std::uint8_t flags) { return flags & 0x80 ? std::size_t{3} << ((flags & 7) + 1) : 0; };
    const auto skipBlocks = [&](std::size_t at) { // each begins with its length, an empty one ends them
        while (at < bytes.size() && bytes[at] != 0)
            at += 1 + std::size_t{bytes[at]};
        return at + 1;
    };
    if (bytes.size() < kHeader)
        return;
    std::size_t at = kHeader + paletteBytes(bytes[10]);
    while (at < bytes.size()) {
        if (bytes[at] == '!') {
            at = skipBlocks(at + 2);
            continue;
        }
        if (bytes[at] != ',' || at + 1 + kDescriptor > bytes.size() || !visit(bytes.subspan(at + 1, kDescriptor)))
            return;
        at = skipBlocks(at + 2 + kDescriptor + paletteBytes(bytes[at + kDescriptor]));
    }
}

} // namespace prunescope
