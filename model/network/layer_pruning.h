#pragma once

#include "model/pruners/language_pruner.h"

#include <functional>
#include <limits>
#include <optional>
#include <vector>

namespace prunescope::model {

/// A prompt between two language layers.
struct LayerRows {
    std::int64_t layer = 0;                  ///< so many layers have run
    at::Tensor hidden;                       ///< [rows, width]
    const std::vector<std::int64_t>& tokens; ///< [rows] which of the prompt each is, or stands for
    at::Tensor keys;                         ///< [kvHeads, rows, headDim]; where asked for
    at::Tensor values;                       ///< [kvHeads, rows, headDim]
    at::Tensor queries;                      ///< [heads, asked, headDim]
    std::vector<std::int64_t> queryRows;     ///< [asked] rising
    at::Tensor normed;                       ///< [rows, width]
    /// Input embeddings of tokens of the prompt: [tokens, width].
    std::function<at::Tensor(const std::vector<std::int64_t>& tokens)> embeddings;
};

/// Rows that go on.
struct KeptRows {
    std::vector<std::int64_t> rows; ///< which row of before each is, or stands for; the last one stays the last
    std::optional<RowMix> mix;      ///< what they are made of; nothing: of those rows as they are
};

/// What drops tokens of one prompt inside the language model. Called on the thread that runs the prompt.
class LayerPruning {
public:
    virtual ~LayerPruning() = default;
    /// Whether `prune` is to be called when so many layers have run.
    virtual bool isAsked(std::int64_t layer) const = 0;
    /// What it wants to see there.
    virtual LayerNeeds needs(std::int64_t layer) const = 0;
    virtual KeptRows prune(const LayerRows& rows) = 0;
    /// Called before anything is computed for `prune`, and when its rows go on: for clocks.
    virtual void begins() {}
    virtual void ended() {}
    /// From this layer on, caches lose the tokens that are not there any more at the end.
    virtual std::int64_t cutFrom() const { return std::numeric_limits<std::int64_t>::max(); }
};

} // namespace prunescope::model
