#pragma once

#include "core/base/json_fields.h"
#include "model/families/model_config.h"

#include <cstdint>
#include <vector>

namespace prunescope::model {

/// No model comes near these; they keep what a file claims from asking for all memory.
inline constexpr std::int64_t kMaxWidth = 1 << 20;
inline constexpr std::int64_t kMaxLayers = 1024;
inline constexpr std::int64_t kMaxId = 1 << 30;

/// What some programs write for a token that a model has not.
inline constexpr std::int64_t kNoToken = -1;

/// eos_token_id as it stands there: one id or several, of which the vocabulary need not know any.
std::vector<std::int64_t> endTokensOf(const JsonFields& fields);

/// Sizes, norm, positions and end tokens of language layers, under the names that all of Qwen and Llama have for them;
/// what may be missing keeps the value that it has in `text`. Throws Error(BadFile) or Error(Unsupported).
void readLanguageSizes(const JsonFields& fields, LanguageConfig& text);

/// Base and sections of a rotary of three axes, written as rope_scaling beside rope_theta (transformers 4) or all in
/// rope_parameters (transformers 5); what is missing keeps the value that it has in `text`.
void readGridRotary(const JsonFields& fields, LanguageConfig& text);

/// image_token_id, vision_start_token_id and vision_end_token_id, which must be there.
void readVisionTokens(const JsonFields& config, ModelConfig& model);

/// The head is the embedding where the checkpoint stores none: if either says so, since programs write it to one place
/// or the other (other-families spec 9). Throws Error(BadFile).
bool mayTieHead(const JsonFields& config, const JsonFields& text);

/// Checks that the vision features are as wide as the language layers.
void requireSameWidth(const JsonFields& config, const char* visionField, const ModelConfig& model);

/// The limits in preprocessor_config.json, which are areas whatever their names say; the older fields min_pixels and
/// max_pixels win (qwen3-vl spec 1.3). Limits above the largest picture that is decoded are lowered to that. Throws
/// Error(BadFile) where no area is between them.
void readAreas(const JsonFields& preprocessor, PixelLimits& limits);

/// Names a new model in its config.json: what transformers needs besides its sizes, where it is missing.
void completeConfig(nlohmann::json& config, const std::string& modelType, const std::string& architecture);

} // namespace prunescope::model
