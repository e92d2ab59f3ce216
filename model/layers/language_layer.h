#pragma once

#include "model/families/model_config.h"
#include "model/layers/feed_forward.h"
#include "model/layers/kv_cache.h"
#include "model/layers/norm.h"
#include "model/layers/observer.h"
#include "model/layers/residual.h"
#include "model/layers/rotary.h"

#include <string>
#include <vector>

namespace prunescope::model {

/// Weights of attention in a language layer (qwen3-vl spec 5.1; qwen3-5 spec 6 where queries have gates).
struct LanguageAttention {
    Linear q; ///< of gated queries twice as wide: query and gate of each head
    Linear k;
    Linear v;
    Linear o;
    RmsNorm qNorm; ///< undefined weight: none
    RmsNorm kNorm;
    bool isGated = false;
    std::optional<Linear> qkv = {}; ///< q, k and v stacked, on a GPU

    bool hasNorms() const { return qNorm.weight.defined(); }
    HeadNorms headNorms() const { return {qNorm.weight, kNorm.weight, qNorm.epsilon}; }
    /// Whether it has norms and neither gates nor biases: kernels of a GPU have that in one.
    bool isPlain() const { return hasNorms() && !qNorm.centred && !isGated && !q.bias.defined(); }
};

/// Weights of the gated delta rule in the place of attention (qwen3-5 spec 5).
struct LanguageDelta {
    Linear qkv; ///< [channels, width]
    Linear z;   ///< gates of the result
    Linear b;   ///< how much is written
    Linear a;   ///< how much is forgotten
    Linear out;
    at::Tensor taps;     ///< [channels, kernel]; in training [channels, 1, kernel], as in the checkpoint
    at::Tensor decayLog; ///< [valueHeads] float32
    at::Tensor bias;     ///< [valueHeads]
    at::Tensor norm;     ///< [valueDim] float32
    double epsilon = 1e-6;
};

/// Weights of one language layer: attention or the delta rule, then the feed-forward layer.
struct LanguageLayer {
    RmsNorm inputNorm;
    std::optional<LanguageAttention> attention;
    std::optional<LanguageDelta> delta;
    RmsNorm postNorm;
    SwiGlu mlp;

    /// Bytes of its matrices.
    std::int64_t bytes() const;
};

/// Weights of the language model: whole prompts, single tokens (TokenStep) and training run on the same ones.
struct LanguageWeights {
    LanguageConfig config;
    WeightMatrix embedding; ///< [vocab, width]
    std::vector<LanguageLayer> layers;
    RmsNorm norm;
    Linear head; ///< [vocab, width]; of a tied model the embedding itself
    LanguageRotary rotary;
    at::TensorOptions options; ///< device and dtype of activations
};

LanguageWeights loadLanguage(const LanguageConfig& config, const TensorPrefixes& prefixes, WeightSource& weights,
                             const WeightTarget& target);

/// One pass of tokens through the language layers: tokens that follow those in a cache, or whole sequences without one,
/// as in training.
struct LanguagePass {
    RotaryTable rotary; ///< [tokens, angles]
    KvCache* cache = nullptr;
    std::vector<std::int64_t> segments; ///< without a cache: tokens of each sequence
    std::vector<std::int64_t> borders;  ///< with one: rows before which snapshots of states are taken, rising
    const Observer* observer = nullptr;

    /// New states and snapshots, which count as the cache's once every layer has run.
    struct LayerState {
        std::int64_t layer = 0;
        std::int64_t tokens = -1; ///< of a snapshot; -1: the state after all of them
        DeltaState state;
    };
    std::vector<LayerState> states;

    at::Tensor askedRows; ///< [asked] int64: rows whose queries somebody wants; undefined: nobody
    at::Tensor queries;   ///< [heads, asked, headDim] of the layer that has run last, after rotary

    void see(std::int64_t layer, const char* what, const at::Tensor& value) const;
    bool isWatched() const { return observer && observer->onValue; }
    /// Hands the states over to the cache.
    void settle();
};

/// Queries [heads, asked, headDim] of some rows and keys [kvHeads, tokens, headDim] of all, after rotary, that a layer
/// would have: of `hidden` [tokens, width], which it does not change.
struct LayerHeads {
    at::Tensor queries, keys, values;
};
LayerHeads headsOf(const LanguageLayer& layer, const LanguageConfig& config, const at::Tensor& hidden,
                   const RotaryTable& rotary, const at::Tensor& askedRows);

/// The layer of number `index`: hidden += mixer(norm(hidden)), hidden += mlp(norm(hidden)).
void runLanguageLayer(const LanguageLayer& layer, const LanguageConfig& config, std::int64_t index, Residual& hidden,
                      LanguagePass& pass);

} // namespace prunescope::model
