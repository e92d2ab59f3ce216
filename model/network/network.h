#pragma once

#include "model/network/language_network.h"
#include "model/network/vision_network.h"

#include <memory>
#include <optional>
#include <string>

namespace prunescope::model {

/// What the surroundings of a network need to know of it.
struct ModelTraits {
    ModelConfig config;
    ModelShape shape;
    at::Device device = at::kCPU;
    at::ScalarType dtype = at::kFloat;
    bool packed = false;            ///< matrices are unpacked before they are multiplied
    std::int64_t weightBytes = 0;   ///< of all weights
    std::int64_t visionBytes = 0;   ///< of the encoder's matrices
    std::int64_t languageBytes = 0; ///< of the language layers' matrices and the head: what every token reads
};

/// A vision-language model: encoder and language model, of any family. Not thread-safe. Call under InferenceMode,
/// unless it is trained.
class VisionLanguageModel {
public:
    VisionLanguageModel(const ModelConfig& config, const std::string& name, WeightSource& weights,
                        const WeightTarget& target);

    const ModelTraits& traits() const { return m_traits; }
    /// Checks a place. Throws Error(Usage) when masks can't be applied there.
    void checkPlace(Place place, int vitLayer) const;
    VisionFeatures encode(const VisionInput& input, const Observer& observer) const {
        return m_vision.encode(input, observer);
    }
    /// Runs what `cache` does not hold yet of the prompt, at least its last token; image tokens are those of the
    /// features, one row each, in order. Returns the logits of the last token [vocab]; the observer sees those of all
    /// tokens that were run. Takes snapshots of states at the prompt's borders. With `pruning`, which drops tokens
    /// between layers, there are none; what the cache holds then must be of the layers before the first that it asks
    /// for, and go on from its entry.
    at::Tensor prefill(const TokenSequence& prompt, const VisionFeatures& features, KvCache& cache,
                       const Observer& observer, LayerPruning* pruning = nullptr) const {
        return m_text.prefill(prompt, features, cache, observer, pruning);
    }
    /// Runs one more token at `position` (all three axes). Returns logits [vocab], valid until the next call.
    at::Tensor decode(std::int64_t id, std::int64_t position, KvCache& cache) const {
        return m_text.decode(id, position, cache);
    }
    /// Runs one more token for plain greedy decoding: returns the best id alone, where a device can choose by itself
    /// (TokenStep::runGreedy).
    std::optional<std::int64_t> decodeGreedy(std::int64_t id, std::int64_t position, KvCache& cache) const {
        return m_text.decodeGreedy(id, position, cache);
    }
    KvCache makeCache() const { return m_text.makeCache(); }

    const VisionNetwork& vision() const { return m_vision; }
    const LanguageNetwork& text() const { return m_text; }

private:
    VisionLanguageModel(const ModelConfig& config, const std::string& name, WeightSource& weights,
                        const WeightTarget& target, const TensorPrefixes& prefixes);

    VisionNetwork m_vision;
    LanguageNetwork m_text;
    ModelTraits m_traits;
};

/// Loads a network. `configPath` is for messages. Throws Error(BadFile) or Error(Unsupported).
std::unique_ptr<VisionLanguageModel> loadModel(const ModelConfig& config, const std::string& configPath,
                                               const std::string& name, WeightSource& weights,
                                               const WeightTarget& target);

/// Random weights of a published shape, for measurements. Throws as `findModelShape`.
std::unique_ptr<VisionLanguageModel> makeRandomModel(std::string_view shape, const WeightTarget& target);

} // namespace prunescope::model
