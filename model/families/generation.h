#pragma once

#include "model/families/family.h"
#include "model/families/model_texts.h"
#include "model/tokenizer/bpe_tokenizer.h"
#include "model/values/request.h"

namespace prunescope::model {

/// generation_config.json: which ids end an answer and how the makers of the model sample.
struct GenerationConfig {
    std::vector<std::int64_t> endTokens; ///< as it names them; empty when it does not say
    Decoding sampling;
    std::vector<std::string> notes; ///< a line for every value that can't be used and has its default
};

/// Greedy answers do without `sampling`, so that no value of it is refused. Throws Error(BadFile) for end tokens that
/// are no whole numbers and for what is no JSON object.
GenerationConfig readGeneration(const ModelTexts& texts);

/// The ids that end an answer, rising: all that generation_config.json and config.json name (there and in text_config),
/// and those with which the chats of the family end turns, since each may know only some of them. What is not in the
/// vocabulary is left out, with a line in `notes`. Throws Error(BadFile) where ids are named and none is left.
std::vector<std::int64_t> endTokens(const ModelTexts& texts, const ModelConfig& config, const FamilyEntry& family,
                                    const BpeTokenizer& tokenizer, std::vector<std::string>& notes);

} // namespace prunescope::model
