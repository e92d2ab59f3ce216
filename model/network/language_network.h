#pragma once

#include "model/decode/token_step.h"
#include "model/layers/language_layer.h"
#include "model/network/layer_pruning.h"
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
    /// See VisionLanguageModel::prefill.
    at::Tensor prefill(const TokenSequence& prompt, const VisionFeatures& features, KvCache& cache,
                       const Observer& observer, LayerPruning* pruning) const;
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
    /// A prompt on its way through the layers.
    struct Prompt {
        const TokenSequence& tokens;
        const VisionFeatures& features;
        KvCache& cache;
        const Observer& observer;
        LayerPruning* pruning = nullptr; ///< nullptr: nothing is dropped between layers
    };
    /// The rows that are on their way.
    struct Stream {
        at::Tensor hidden;                 ///< [rows, width]
        RotaryTable rotary;                ///< [rows, angles]
        std::vector<std::int64_t> tokens;  ///< which of the prompt they are, or stand for
        std::vector<std::int64_t> feature; ///< [rows] of `deepstack`; -1: of text
        at::Tensor imageRows;              ///< those that have one
        at::Tensor featureRows;            ///< and which
        std::vector<at::Tensor> deepstack; ///< [features, width] each
    };

    RotaryTable rotary(const at::Tensor& positions) const;
    Stream embed(const Prompt& prompt, std::int64_t begin) const;
    void setFeatures(std::vector<std::int64_t> feature, Stream& stream) const;
    at::Tensor embeddings(const Prompt& prompt, const std::vector<std::int64_t>& tokens) const;
    void joinEntry(std::int64_t layer, const Prompt& prompt, Stream& stream) const;
    LayerRows rowsFor(std::int64_t layer, const Prompt& prompt, const LanguagePass& pass, const Stream& stream) const;
    void dropTokens(std::int64_t layer, const Prompt& prompt, const LanguagePass& pass, Stream& stream) const;
    void mixFeatures(std::int64_t layer, const RowMix& mix, Stream& stream) const;
    void run(const Prompt& prompt, Stream& stream) const;

    LanguageWeights m_weights;
    std::unique_ptr<TokenStep> m_step; ///< nullptr where decoding goes the general way
};

} // namespace prunescope::model
