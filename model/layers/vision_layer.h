#pragma once

#include "model/families/model_config.h"
#include "model/layers/feed_forward.h"
#include "model/layers/norm.h"
#include "model/layers/residual.h"
#include "model/layers/rotary.h"

#include <functional>
#include <optional>
#include <vector>

namespace prunescope::model {

/// Weights of one vision layer.
struct VisionLayer {
    Norm norm1;
    std::optional<Linear> qkv; ///< queries, keys and values in one; else
    Linear q, k, v;
    Linear proj;
    Norm norm2;
    std::optional<GeluMlp> gelu; ///< one of the two
    std::optional<SwiGlu> swiGlu;
    at::Tensor scale1, scale2; ///< [width] of the results of attention and feed-forward; undefined: none

    /// Bytes of its matrices.
    std::int64_t bytes() const;
};

/// `name`: of the layer, with its number.
VisionLayer loadVisionLayer(const VisionConfig& config, WeightSource& weights, const std::string& name);

/// What there is to see of a layer's attention.
struct SeenAttention {
    at::Tensor q, k;      ///< [rows, heads, headDim], turned
    at::Tensor plainKeys; ///< [rows, headDim] float32: keys before they turn, mean over heads; undefined: not asked for
    at::Tensor logTotals; ///< of columnMeans; undefined: not asked for, or not known on this machine
};

/// Who looks at a layer's attention. It changes nothing.
struct AttentionWatch {
    bool plainKeys = false;
    bool logTotals = false;
    std::function<void(const SeenAttention&)> see; ///< called once a layer, before the layer goes on
};

/// Runs a layer: hidden += attention within `segments` of consecutive rows, hidden += feed-forward. `rotary`: undefined
/// tables where nothing turns. `watch`: or null.
void runVisionLayer(const VisionLayer& layer, std::int64_t heads, const RotaryTable& rotary,
                    const std::vector<std::int64_t>& segments, Residual& hidden, const AttentionWatch* watch = nullptr);

/// The part of a layer that says who looks at whom.
struct AttentionHead {
    Norm norm;
    Linear q, k;
};

/// Of a layer with three products. `name`: of the layer, with its number.
AttentionHead loadAttentionHead(const VisionConfig& config, WeightSource& weights, const std::string& name);

/// Projector: makes a vision token of the patches of each block (qwen3-vl spec 4.5).
struct Projector {
    Norm norm; ///< undefined weight: none
    GeluMlp mlp;
    std::int64_t grouped = 0; ///< values of a block's patches in one row
    bool normAfterGrouping = false;

    /// hidden [patches, width], those of a block one after the other -> [blocks, outWidth]
    at::Tensor operator()(const at::Tensor& hidden) const;
    std::int64_t bytes() const { return mlp.bytes(); }
};

/// `prefix`: what its names begin with.
Projector loadProjector(const ProjectorConfig& config, const VisionConfig& vision, WeightSource& weights,
                        const std::string& prefix);

} // namespace prunescope::model
