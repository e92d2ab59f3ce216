#pragma once

#include "core/blocks/block_grid.h"
#include "model/layers/kv_cache.h"
#include "model/layers/rotary.h"

#include <ATen/ATen.h>
#include <optional>
#include <vector>

namespace prunescope::model {

// Steps between the products of a layer as one CUDA kernel each. All give nothing, and do nothing, where there is no
// kernel for these tensors (a build without CUDA, another type, an odd width): callers then take the general way.
// Throw Error(Device).

/// `hidden` += `delta`, in place, where `delta` is defined; the norm of the result: RMS norm (qwen3-vl spec 5.2), or
/// with a `bias` mean and variance. All [rows..., width].
std::optional<at::Tensor> cudaAddNorm(const at::Tensor& hidden, const at::Tensor& delta, const at::Tensor& weight,
                                      const at::Tensor& bias, double epsilon);

/// Weights of the norms of queries and keys, [headDim] each.
struct HeadNorms {
    at::Tensor query;
    at::Tensor key;
    double epsilon = 1e-6;
};

/// Queries, keys and values of a prompt `qkv` [tokens, (heads + 2 * kvHeads) * headDim]: queries and keys are
/// normalised and turned, keys and values appended to `cache`. The queries [tokens, heads, headDim] are a part of
/// `qkv`, changed in place. All in the activation's type.
std::optional<at::Tensor> cudaLanguageHeads(const at::Tensor& qkv, const HeadNorms& norms, const RotaryTable& table,
                                            std::int64_t layer, KvCache& cache);

/// Turns the queries and keys of `qkv` [tokens, 3, heads, headDim] in place; `table` is float32. False as above.
bool cudaVisionHeads(const at::Tensor& qkv, const RotaryTable& table);

/// silu(gate) * up of `gateUp` [tokens, 2 * inner].
std::optional<at::Tensor> cudaGate(const at::Tensor& gateUp);

/// Adds learned positions to `patches` [4 * blocks, width] in place, as `positionEmbedding`; the patches' rotary angles
/// as `visionRotary`. `table`: [side * side, width]; `blocks`: indices on `grid`.
std::optional<RotaryTable> cudaPlacePatches(const at::Tensor& patches, const at::Tensor& table, std::int64_t side,
                                            const BlockGrid& grid, const std::vector<int>& blocks,
                                            std::int64_t headDim);

} // namespace prunescope::model
