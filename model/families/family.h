#pragma once

#include "core/blocks/keep_mask.h"
#include "core/pruning/prune_plan.h"
#include "core/report/cost_model.h"
#include "model/images/vision_image.h"
#include "model/layers/kv_cache.h"
#include "model/layers/observer.h"
#include "model/layers/rotary.h"
#include "model/tokenizer/token_sequence.h"
#include "model/weights/weight_source.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace prunescope::model {

/// Features that the encoder gives for the kept blocks of all images, in prompt order.
struct VisionFeatures {
    at::Tensor merged;                 ///< [blocks, width]
    std::vector<at::Tensor> deepstack; ///< [blocks, width] each
};

/// State of the encoder between two vision layers: the patches of all images, packed one image after the other.
struct VisionStream {
    at::Tensor hidden;                  ///< [patches, width]
    RotaryTable rotary;                 ///< [patches, headDim]
    std::vector<std::int64_t> segments; ///< patches per picture
    std::vector<at::Tensor> deepstack;  ///< features taken so far, [blocks, width] each
};

/// Input of the encoder: the images of a prompt, their masks, and where those are applied.
struct VisionInput {
    std::vector<VisionImage> images;
    std::vector<KeepMask> masks; ///< one a picture, at least one block kept
    Place place = Place::Input;
    int vitLayer = 0; ///< for Place::VisionLayer
    /// Partial encoder state for Place::VisionLayer, after `vitLayer` vision layers of these images. When it holds
    /// something the encoder goes on from there, else the encoder leaves its state in it.
    VisionStream* partialState = nullptr;
};

/// Sizes and ids that the surroundings of a network need.
struct ModelTraits {
    ModelShape shape;
    ImageTokens tokens;
    std::vector<std::int64_t> endTokens; ///< from config.json; generation_config.json goes first
    std::int64_t vocab = 0;
    std::int64_t maxPositions = 0;
    at::Device device = at::kCPU;
    at::ScalarType dtype = at::kFloat;
    bool packed = false;            ///< matrices are unpacked before they are multiplied
    std::int64_t weightBytes = 0;   ///< of all weights
    std::int64_t visionBytes = 0;   ///< of the encoder's matrices
    std::int64_t languageBytes = 0; ///< of the language layers' matrices and the head: what every token reads
};

/// A vision-language model: encoder and language model. Not thread-safe. Call under InferenceMode.
class VisionLanguageModel {
public:
    virtual ~VisionLanguageModel() = default;
    virtual const ModelTraits& traits() const = 0;
    /// Checks a place. Throws Error(Usage) when masks can't be applied there.
    virtual void checkPlace(Place place, int vitLayer) const = 0;
    virtual VisionFeatures encode(const VisionInput& input, const Observer& observer) const = 0;
    /// Runs what `cache` does not hold yet of the prompt, at least its last token; image tokens are those of the
    /// features, one row each, in order. Returns the logits of the last token [vocab]; the observer sees those of all
    /// tokens that were run, and may drop tokens between layers.
    virtual at::Tensor prefill(const TokenSequence& prompt, const VisionFeatures& features, KvCache& cache,
                               const Observer& observer) const = 0;
    /// Runs one more token at `position` (all three axes). Returns logits [vocab], valid until the next call.
    virtual at::Tensor decode(std::int64_t id, std::int64_t position, KvCache& cache) const = 0;
    /// Runs one more token for plain greedy decoding: returns the best id alone, where a device can choose by itself
    /// (TokenStep::runGreedy).
    virtual std::optional<std::int64_t> decodeGreedy(std::int64_t, std::int64_t, KvCache&) const {
        return std::nullopt;
    }
    virtual KvCache makeCache() const = 0;
};

/// A kind of model that config.json can name.
struct FamilyEntry {
    std::string_view modelType; ///< model_type in config.json
    /// Traits that config.json alone says: device and dtype aside. Throws as `load`.
    ModelTraits (*traits)(const nlohmann::json& config, const std::string& configPath, const std::string& name);
    /// Loads the model. Throws Error(BadFile) or Error(Unsupported).
    std::unique_ptr<VisionLanguageModel> (*load)(const nlohmann::json& config, const std::string& configPath,
                                                 const std::string& name, WeightSource& weights, at::Device device,
                                                 at::ScalarType dtype);
};

/// All families, one line each.
std::span<const FamilyEntry> families();

/// The family of `model_type`. Throws Error(Unsupported) that names what was found and what can be read.
const FamilyEntry& findFamily(const nlohmann::json& config, const std::string& configPath);

/// Random weights of a published shape, for measurements.
std::unique_ptr<VisionLanguageModel> makeRandomModel(const ModelShape& shape, const WeightTarget& target);

} // namespace prunescope::model
