#pragma once

#include "model/decode/token_step.h"
#include "model/layers/language_layer.h"
#include "model/network/vision_network.h"
#include "model/tokenizer/token_sequence.h"

#include <memory>
#include <optional>

namespace prunescope::model {

/// Whole sequences, one after the other: the tokens of a batch in training.
struct LanguageRows {
    at::Tensor ids;       ///< [tokens] int64
    at::Tensor positions; ///< [3, tokens] int64
    at::Tensor visual;    ///< [blocks] int64: rows of tokens that stand for a block, in order of the features
    std::vector<std::int64_t> segments; ///< tokens of each sequence
};

/// The language layers of a model.
class LanguageNetwork {
public:
    LanguageNetwork(const LanguageConfig& config, const TensorPrefixes& prefixes, WeightSource& weights,
                    const WeightTarget& target);
    LanguageNetwork(const LanguageNetwork&) = delete; // the step looks at the weights where they are
    LanguageNetwork& operator=(const LanguageNetwork&) = delete;
    at::Tensor prefill(const TokenSequence& prompt, const VisionFeatures& features, KvCache& cache,
                       const Observer& observer) const;
    at::Tensor decode(std::int64_t id, std::int64_t position, KvCache& cache) const;
    std::optional<std::int64_t> decodeGreedy(std::int64_t id, std::int64_t position, KvCache& cache) const;
    /// Decodes as `decode`, always in LibTorch operations: the reference in tests of every TokenStep.
    at::Tensor decodeGenerally(std::int64_t id, std::int64_t position, KvCache& cache) const;
    /// Hidden state after the last layer and the final norm, of the rows `wanted` [n] int64, with a gradient where one
    /// is wanted: [n, width].
    at::Tensor states(const LanguageRows& rows, const VisionFeatures& features, const at::Tensor& wanted) const;
    KvCache makeCache() const { return KvCache(m_weights.config, m_weights.options); }
    /// Bytes of the matrices that every token reads: language layers and head.
    std::int64_t matrixBytes() const;
    const LanguageWeights& weights() const { return m_weights; }

private:
    /// The tokens of a prompt on their way through the layers.
    struct Stream {
        at::Tensor hidden;                ///< [tokens, width]
        RotaryTable rotary;               ///< [tokens, angles]
        std::vector<std::int64_t> tokens; ///< which of the prompt they are
        at::Tensor imageRows;             ///< rows that image tokens stand in
        at::Tensor featureRows;           ///< the rows of the features that belong there
    };

    RotaryTable rotary(const at::Tensor& positions) const;
    Stream embed(const TokenSequence& prompt, std::int64_t begin, const VisionFeatures& features) const;
    void findImages(const TokenSequence& prompt, Stream& stream) const;
    void dropTokens(std::int64_t layer, const TokenSequence& prompt, const KvCache& cache, const Observer& observer,
                    Stream& stream) const;
    void run(const TokenSequence& prompt, const VisionFeatures& features, KvCache& cache, const Observer& observer,
             Stream& stream) const;

    LanguageWeights m_weights;
    std::unique_ptr<TokenStep> m_step; ///< nullptr where decoding goes the general way
};

} // namespace prunescope::model
