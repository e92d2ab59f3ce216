#pragma once

#include "core/pruning/prune_plan.h"
#include "model/families/family.h"
#include "model/families/model_texts.h"
#include "model/tokenizer/bpe_tokenizer.h"

#include <filesystem>

namespace prunescope::model {

/// All families, one line each.
std::span<const FamilyEntry> families();

/// The family that `model_type` names, nullptr for others.
const FamilyEntry* familyNamed(std::string_view modelType);

/// The family of a config.json. Throws Error(Unsupported) that names what was found and what can be read.
const FamilyEntry& findFamily(const nlohmann::json& config, const std::string& configPath);

/// The family of a config.json whose models can be trained; of one that names none, the first. Throws as `findFamily`,
/// and Error(Unsupported) that lists the families that can.
const FamilyEntry& findTrainedFamily(const nlohmann::json& config, const std::string& configPath);

/// How pictures are prepared for the model in a folder: config.json, and preprocessor_config.json where there is one,
/// else image_processor in processor_config.json, where transformers 5 writes it. Throws Error(NotFound),
/// Error(BadFile) or Error(Unsupported).
PixelLimits readPixelLimits(const std::string& folder);

/// How pictures are prepared by what `settings` say (ModelTexts::images); where there are none, as `limits` says.
/// Throws as `readPixelLimits`.
PixelLimits preparedImages(const std::optional<ModelDocument>& settings, const FamilyEntry& family, PixelLimits limits);

/// The marks of pictures as ids: those of config.json, which tokenizer.json must have as well; where config.json has
/// none for what stands around a picture, tokenizer.json decides. Checks besides that the tokens of the template are
/// there and that every token has an embedding. Throws Error(BadFile) that names the token.
ImageTokens resolvedTokens(const ModelConfig& config, const FamilyEntry& family, const BpeTokenizer& tokenizer,
                           const std::string& tokenizerPath);

/// `plan` as a model lets pixels decide: their stage after the encoder where its own place is none of the model's, or
/// keeping everything where another method stands there.
PrunePlan possiblePlan(PrunePlan plan, const PixelPlaces& places);

/// The plan of a prompt where nobody names one.
inline PrunePlan defaultPlan(const PixelPlaces& places) {
    return possiblePlan({}, places);
}

/// config.json of the model in a folder. Throws as `readPixelLimits`.
ModelConfig readConfig(const std::string& folder);

/// Sizes of the model in a folder, from its config.json alone; they are called `name`. Throws as `readPixelLimits`.
ModelShape readModelShape(const std::string& folder, const std::string& name);

/// The published models of all families, in order; the first is what is assumed where no model is chosen.
std::span<const ModelShape> modelShapes();

/// Throws Error(Usage) that lists the names.
const ModelShape& findModelShape(std::string_view name);

/// The configuration of a published model, for random weights. Throws as `findModelShape`.
ModelConfig publishedConfig(std::string_view name);

} // namespace prunescope::model
