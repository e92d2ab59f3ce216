#include "model/scores/answer_words.h"

#include <bit>
#include <cstddef>
#include <cstdint>

namespace prunescope {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool continues(std::string_view text, std::size_t first, std::size_t count) {
    for (std::size_t i = first; i < first + count; ++i)
        if (i >= text.size() || (static_cast<std::uint8_t>(text[i]) & 0xC0) != 0x80)
            return false;
    return true;
}

/// The character at `at`, which moves behind it.
char32_t takeCharacter(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<std::uint8_t>(text[at++]);
    if (lead < 0x80)
        return lead;
    const auto length = static_cast<std::size_t>(std::countl_one(lead));
    if (length < 2 || length > 4 || !continues(text, at, length - 1))
        return kReplacement;
    char32_t character = lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i)
        character = character << 6 | (static_cast<std::uint8_t>(text[at++]) & 0x3Fu);
    return character;
}

/// Simple lower case, where that is a fixed step away; other letters stay as they are.
char32_t lowered(char32_t c) {
    const auto isIn = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
    if (isIn(U'A', U'Z') || (isIn(0xC0, 0xDE) && c != 0xD7) || isIn(0x391, 0x3A9) || isIn(0x410, 0x42F))
        return c + 0x20;
    if (isIn(0x400, 0x40F))
        return c + 0x50;
    const bool evenIsCapital = isIn(0x100, 0x12F) || isIn(0x132, 0x137) || isIn(0x14A, 0x177);
    const bool oddIsCapital = isIn(0x139, 0x148) || isIn(0x179, 0x17E);
    return (evenIsCapital && c % 2 == 0) || (oddIsCapital && c % 2 == 1) ? c + 1 : c;
}

bool isSpace(char32_t c) {
    return c == U' ' || (c >= 0x09 && c <= 0x0D) || c == 0xA0 || c == 0x202F || (c >= 0x2000 && c <= 0x200A) ||
           c == 0x3000;
}

} // namespace

std::u32string comparableWords(std::string_view text) {
    std::u32string words;
    bool pendingBlank = false;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t character = takeCharacter(text, at);
        if (isSpace(character)) {
            pendingBlank = !words.empty();
            continue;
        }
        if (pendingBlank)
            words += U' ';
        pendingBlank = false;
        words += lowered(character);
    }
    return words;
}

} // namespace prunescope
