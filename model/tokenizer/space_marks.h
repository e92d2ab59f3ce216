#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace prunescope::model {

/// U+2581 as UTF-8: stands for a space in vocabularies made by SentencePiece.
inline constexpr std::string_view kSpaceMark = "\xE2\x96\x81";

/// Before which parts of a text, which its added tokens divide, a mark is put besides those for spaces.
enum class SpaceMarks {
    EveryPart, ///< by the normalizer
    // By the pre-tokenizer Metaspace, where no mark is there already:
    EveryPartOnce,
    FirstPart, ///< that begins the whole text
    NoPart,
};

/// A text as such a vocabulary writes it: a mark before it, and one for every space. Nothing for nothing.
inline std::string withSpaceMarks(std::string_view text) {
    std::string marked;
    if (!text.empty())
        marked += kSpaceMark;
    for (const char c : text)
        if (c == ' ')
            marked += kSpaceMark;
        else
            marked += c;
    return marked;
}

/// The same as the pre-tokenizer Metaspace does it: a mark before the text only with `first`, and where there is none.
inline std::string withMetaspace(std::string_view text, bool first) {
    std::string marked = withSpaceMarks(text);
    const bool twice =
        std::string_view(marked).substr(std::min(marked.size(), kSpaceMark.size())).starts_with(kSpaceMark);
    if (!marked.empty() && (!first || twice))
        marked.erase(0, kSpaceMark.size());
    return marked;
}

/// The entry of such a vocabulary for a byte: "<0x0A>".
inline std::string bytePiece(std::size_t byte) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    return {'<', '0', 'x', kDigits[byte >> 4 & 15], kDigits[byte & 15], '>'};
}

/// What an entry of such a vocabulary stands for: the byte of a byte's, else its text with spaces for marks.
inline std::string bytesOfMarked(std::string_view entry) {
    if (entry.size() == 6 && entry.starts_with("<0x"))
        for (std::size_t byte = 0; byte < 256; ++byte)
            if (entry == bytePiece(byte))
                return {static_cast<char>(byte)};
    std::string text;
    for (; !entry.empty(); entry.remove_prefix(entry.starts_with(kSpaceMark) ? kSpaceMark.size() : 1))
        text += entry.starts_with(kSpaceMark) ? ' ' : entry.front();
    return text;
}

} // namespace prunescope::model
