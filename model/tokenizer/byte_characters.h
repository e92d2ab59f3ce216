#pragma once

#include "model/tokenizer/unicode.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// The characters that stand for the 256 bytes in a byte-level vocabulary (GPT-2's table): printable ones for
/// themselves, the others in order from U+0100 on.
inline const std::array<std::string, 256>& byteCharacters() {
    static const std::array<std::string, 256> table = [] {
        std::array<std::string, 256> characters;
        char32_t next = 256;
        for (char32_t byte = 0; byte < 256; ++byte) {
            const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
            appendUtf8(characters[byte], printable ? byte : next++);
        }
        return characters;
    }();
    return table;
}

/// The code point of a character of one or two bytes; 0 for a longer one.
inline std::size_t shortCodePoint(std::string_view character) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
    return character.size() == 1 ? byte(0) : character.size() == 2 ? (byte(0) & 0x1FU) << 6 | (byte(1) & 0x3FU) : 0;
}

/// Inverse of `byteCharacters`; text that is not written with them stands for itself.
inline std::string bytesOf(std::string_view text) {
    static constexpr int kNone = -1;
    static const std::vector<int> byCodePoint = [] {
        std::vector<int> bytes(0x800, kNone);
        for (int byte = 0; byte < 256; ++byte)
            bytes[shortCodePoint(byteCharacters()[static_cast<std::size_t>(byte)])] = byte;
        return bytes;
    }();
    std::string bytes;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t length = firstCharacter(rest).length;
        const int byte = byCodePoint[shortCodePoint(rest.substr(0, length))];
        if (byte == kNone)
            return std::string(text);
        bytes += static_cast<char>(byte);
        rest.remove_prefix(length);
    }
    return bytes;
}

/// Bytes as a byte-level vocabulary writes them.
inline std::string byteLevelText(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes)
        text += byteCharacters()[static_cast<unsigned char>(byte)];
    return text;
}

} // namespace prunescope::model
