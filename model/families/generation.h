#pragma once

#include "model/families/model_texts.h"
#include "model/values/request.h"

namespace prunescope::model {

/// generation_config.json: which ids end an answer and how the makers of the model sample.
struct GenerationConfig {
    std::vector<std::int64_t> endTokens; ///< empty when it does not say
    Decoding sampling;
};

/// Throws Error(BadFile) that names the field.
GenerationConfig readGeneration(const ModelTexts& texts);

} // namespace prunescope::model
