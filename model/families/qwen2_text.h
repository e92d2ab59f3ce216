#pragma once

#include "core/base/json_fields.h"
#include "model/families/model_config.h"

#include <initializer_list>
#include <string_view>

namespace prunescope::model {

/// Qwen2's language layers, which several families have (other-families spec 0): biases of queries, keys and values, no
/// norms of heads. `defaults` gives what may be missing: rmsEpsilon, ropeTheta, maxPositions. `ropeTypes` are the kinds
/// of rotary positions that there may be. Throws Error(BadFile) or Error(Unsupported).
LanguageConfig qwen2Text(const JsonFields& fields, const LanguageConfig& defaults,
                         std::initializer_list<std::string_view> ropeTypes);

/// An id of the vocabulary; `usual` where the field is missing. Throws Error(BadFile).
std::int64_t tokenId(const JsonFields& fields, const char* name, std::int64_t usual, const LanguageConfig& text);

} // namespace prunescope::model
