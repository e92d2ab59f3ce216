#pragma once

#include "model/decode/token_step.h"
#include "model/families/family.h"
#include "model/layers/language_weights.h"
#include "model/layers/residual.h"

namespace prunescope::model {

/// The language layers of Qwen3-VL (qwen3-vl spec 5).
class Qwen3VlLanguage {
public:
    Qwen3VlLanguage(const LanguageConfig& config, bool tiedHead, WeightSource& weights, at::Device device,
                    at::ScalarType dtype);
    Qwen3VlLanguage(const Qwen3VlLanguage&) = delete; // the step looks at the weights where they are
    Qwen3VlLanguage& operator=(const Qwen3VlLanguage&) = delete;
    at::Tensor prefill(const TokenSequence& prompt, const VisionFeatures& features, KvCache& cache,
                       const Observer& observer) const;
    at::Tensor decode(std::int64_t id, std::int64_t position, KvCache& cache) const;
    std::optional<std::int64_t> decodeGreedy(std::int64_t id, std::int64_t position, KvCache& cache) const;
    /// Decodes as `decode`, always in LibTorch operations: the reference in tests of every TokenStep.
    at::Tensor decodeGenerally(std::int64_t id, std::int64_t position, KvCache& cache) const;
    KvCache makeCache() const;
    /// Bytes of the matrices that every token reads: language layers and head.
    std::int64_t matrixBytes() const;
    const LanguageWeights& weights() const { return m_weights; }

private:
    /// The tokens of a prompt on their way through the layers.
    struct Stream {
        at::Tensor hidden;                ///< [tokens, width]
        RotaryTable rotary;               ///< [tokens, headDim]
        std::vector<std::int64_t> tokens; ///< which of the prompt they are
        at::Tensor imageRows;             ///< rows that image tokens stand in
        at::Tensor featureRows;           ///< the rows of the features that belong there
    };

    LanguageLayer loadLayer(WeightSource& weights, const std::string& name) const;
    RotaryTable rotary(const at::Tensor& positions) const;
    Stream embed(const TokenSequence& prompt, std::int64_t begin, const VisionFeatures& features) const;
    void findImages(const TokenSequence& prompt, Stream& stream) const;
    void dropTokens(std::int64_t layer, const TokenSequence& prompt, const KvCache& cache, const Observer& observer,
                    Stream& stream) const;
    at::Tensor attend(const LanguageLayer& layer, const at::Tensor& hidden, const RotaryTable& table,
                      std::int64_t index, KvCache& cache) const;
    void run(const LanguageLayer& layer, Residual& hidden, const RotaryTable& table, std::int64_t index,
             KvCache& cache) const;

    LanguageWeights m_weights;
    std::unique_ptr<TokenStep> m_step; ///< nullptr where decoding goes the general way
};

} // namespace prunescope::model
