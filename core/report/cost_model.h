#pragma once

#include "core/blocks/patch_geometry.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope {

/// The sizes of a Qwen3-VL that decide what a prompt costs (pixelprune spec 7).
struct ModelShape {
    std::string name;
    int vitLayers = 0;       ///< L_v
    int vitWidth = 0;        ///< D_v
    int vitInner = 0;        ///< D_ff
    int deepstackLayers = 0; ///< DeepStack mergers
    int languageWidth = 0;   ///< D_l
    int languageLayers = 0;  ///< L_l
    int languageInner = 0;   ///< D_lff
    int heads = 0;           ///< n_q
    int kvHeads = 0;         ///< n_kv
    int headDim = 0;         ///< d_h
    std::int64_t vocab = 0;
    PatchGeometry geometry = {}; ///< of its vision encoder
};

/// qwen3-vl-2b, -4b, -8b and tiny.
std::span<const ModelShape> modelShapes();

/// Throws Error(Usage) that lists the names.
const ModelShape& findModelShape(std::string_view name);

/// Floating-point operations of a prompt; a multiply-add counts 2, causality is not halved, patch embedding, norms,
/// rotary and head are left out (paper Eq. 3 and 4, with n_q*d_h in the attention term).
struct PromptFlops {
    double vit = 0;
    double mergers = 0;
    double llm = 0;
    double total() const { return vit + mergers + llm; }
};

/// `patches`: patches per image that enter the vision encoder (kept ones when pruned).
PromptFlops promptFlops(const ModelShape& shape, std::span<const int> patches, int textTokens);

/// Numbers in the weights; norms, biases and position tables aside.
struct WeightCounts {
    double vision = 0; ///< vision layers and mergers
    double text = 0;   ///< language layers and head: what every token reads
};
WeightCounts weightCounts(const ModelShape& shape);

/// Speed that a machine reaches: matrix products in the model's number type, and large copies (read plus written).
struct MachineSpeed {
    double flopsPerSecond = 0;
    double bytesPerSecond = 0;
};

/// Lower bounds of times on a machine, in ms: all arithmetic at the matrix rate, causal attention counted half, and no
/// quicker than the weights can be read.
struct CostFloor {
    double vitMs = 0;
    double prefillMs = 0;
    double decodePerTokenMs = 0; ///< reading the text weights and the prompt's keys and values
};
/// Bytes that are read at least once.
struct ReadBytes {
    double vision = 0;   ///< weights of vision layers and mergers
    double text = 0;     ///< weights of language layers and head
    double perToken = 0; ///< keys and values
};
/// Bytes to read where weights and cache all have `bytesPerValue`.
ReadBytes readBytes(const ModelShape& shape, int bytesPerValue);

/// Lower bounds for a prompt of `flops` of which `promptTokens` enter the language layers.
CostFloor costFloor(const ModelShape& shape, const PromptFlops& flops, int promptTokens, MachineSpeed speed,
                    const ReadBytes& bytes);

/// Bytes of keys and values for `tokens` prompt tokens.
std::int64_t kvBytes(const ModelShape& shape, std::int64_t tokens, int bytesPerValue);

} // namespace prunescope
