#pragma once

#include "model/tokenizer/added_tokens.h"
#include "model/tokenizer/bpe_merges.h"
#include "model/tokenizer/byte_characters.h"
#include "model/tokenizer/space_marks.h"
#include "model/tokenizer/unicode.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace prunescope::model {

/// Content of a tokenizer.json, ready for use. Inner part of BpeTokenizer.
struct TokenizerFile {
    struct Entry {
        std::string text;  ///< as in the file
        std::string bytes; ///< what it stands for
        bool special = false;
    };
    using Ids = std::unordered_map<std::string_view, std::int64_t>; ///< text of an entry -> its id

    std::vector<Entry> entries; ///< by id; an id that is not used has an empty one
    Ids vocabulary;
    Ids added;
    AddedTokens inRawText;        ///< looked for in the text as it came
    AddedTokens inNormalizedText; ///< looked for after normalisation
    std::vector<SplitPattern> patterns;
    BpeMerges merges;
    std::array<std::int32_t, 256> byteIds{};
    bool nfc = false;
    bool ignoreMerges = false; ///< a piece that is in the vocabulary is not built by merges
    /// Tokens begin as characters, with U+2581 for spaces (other-families spec 2.7); as bytes where the vocabulary
    /// lacks the character. Else all begin as bytes.
    bool fromCharacters = false;
    std::optional<SpaceMarks> marks;  ///< where `fromCharacters`
    bool stripsLeadingSpace = false;  ///< decoding takes off the first space of the whole text
    std::vector<std::int64_t> prefix; ///< ids that begin every prompt

    /// `text` is valid UTF-8 without added tokens.
    std::string normalized(std::string_view text) const {
        if (marks == SpaceMarks::EveryPart)
            return withSpaceMarks(text);
        return nfc ? toNfc(std::string(text)) : std::string(text);
    }
    /// Whether the pre-tokenizer has to put the marks into normalised text.
    bool marksLater() const { return marks && marks != SpaceMarks::EveryPart; }
    bool marksPart(bool first) const {
        return marks == SpaceMarks::EveryPartOnce || (marks == SpaceMarks::FirstPart && first);
    }
    std::string bytesOfEntry(const std::string& text) const {
        return fromCharacters ? bytesOfMarked(text) : bytesOf(text);
    }
    /// The text of the entry that stands for a whole piece of normalised text.
    std::string entryOf(std::string_view piece) const {
        return fromCharacters ? std::string(piece) : byteLevelText(piece);
    }
    /// The text of the entry that stands for a byte.
    std::string entryOfByte(std::size_t byte) const {
        return fromCharacters ? bytePiece(byte) : byteCharacters()[byte];
    }
};

} // namespace prunescope::model
