#pragma once

#include "model/tokenizer/added_tokens.h"
#include "model/tokenizer/bpe_merges.h"
#include "model/tokenizer/unicode.h"

#include <array>
#include <cstdint>
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
};

} // namespace prunescope::model
