#pragma once

#include "core/blocks/patch_geometry.h"

#include <cstdint>
#include <span>
#include <string>

namespace prunescope {

/// Vision layers whose attention does not see the whole picture.
struct AttentionReach {
    int windowPatches = 0; ///< of a whole window; 0: there are none
    int fullLayers = 0;    ///< with windows: layers that see the whole picture all the same
    int tilePatches = 0;   ///< pictures are tiles of so many patches, each with a class token; 0: they are not
};

/// Language layers with the gated delta rule in the place of attention (qwen3-5 spec 5).
struct LinearLayers {
    int layers = 0;
    int keyHeads = 0;   ///< n_k
    int valueHeads = 0; ///< n_v
    int keyDim = 0;     ///< d_k
    int valueDim = 0;   ///< d_v
    int kernel = 0;     ///< K, taps of the convolution
};

/// The sizes of a model that decide what a prompt costs (pixelprune spec 7).
struct ModelShape {
    std::string name;
    int vitLayers = 0;       ///< L_v, those that run
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
    bool vitGated = false;       ///< SwiGLU in the vision layers: three products, not two
    AttentionReach reach = {};   ///< of the vision layers
    int mergerInner = 0;         ///< `mergerWidth`; 0: as wide as the patches of a block together
    bool gatedQueries = false;   ///< every query has a gate as wide as itself (qwen3-5 spec 6)
    LinearLayers linear = {};    ///< of the language layers

    /// Language layers with attention, which keep keys and values.
    int attentionLayers() const { return languageLayers - linear.layers; }
    /// Rows of the vision layers: `patches`, and the class tokens of their tiles.
    double vitRows(double patches) const {
        return reach.tilePatches > 0 ? patches + patches / reach.tilePatches : patches;
    }
    /// Width between the products of a merger.
    int mergerWidth() const { return mergerInner > 0 ? mergerInner : geometry.patchesPerBlock() * vitWidth; }
};

/// Floating-point operations of a prompt; a multiply-add counts 2, causality is not halved, patch embedding, norms,
/// rotary and head are left out (paper Eq. 3 and 4, with n_q*d_h in the attention term). Windows count as if all were
/// whole. A linear layer (qwen3-5 spec 5) has its four products, the convolution and the rule in chunks of c = 64: per
/// token
///
///     2*D_l*(2*n_k*d_k + 2*n_v*d_v + 2*n_v) + 2*n_v*d_v*D_l + 2*K*(2*n_k*d_k + n_v*d_v)
///     + n_v*( 6*d_k*d_v + c*(5*d_k + 3*d_v) )
///
/// where 6*d_k*d_v are the three products with the state, and c times 2*d_k each K K^T and Q K^T, d_k + d_v the
/// triangular system and 2*d_v the product with its result (5.7).
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
    double decodePerTokenMs = 0; ///< reading the text weights and the prompt's keys and values, renewing the states
};
/// Bytes that are read at least once.
struct ReadBytes {
    double vision = 0;   ///< weights of vision layers and mergers
    double text = 0;     ///< weights of language layers and head
    double perToken = 0; ///< keys and values
    double states = 0;   ///< of linear layers, read and written by every token of an answer
};
/// Bytes to read where weights and cache all have `bytesPerValue`.
ReadBytes readBytes(const ModelShape& shape, int bytesPerValue);

/// Lower bounds for a prompt of `flops` of which `promptTokens` enter the language layers.
CostFloor costFloor(const ModelShape& shape, const PromptFlops& flops, int promptTokens, MachineSpeed speed,
                    const ReadBytes& bytes);

/// Bytes of keys and values for `tokens` prompt tokens.
std::int64_t kvBytes(const ModelShape& shape, std::int64_t tokens, int bytesPerValue);

/// Bytes of the states of linear layers, the same for every length of a conversation (qwen3-5 spec 8): those of the
/// rule in float32, the last rows of the convolution in `bytesPerValue`.
std::int64_t stateBytes(const ModelShape& shape, int bytesPerValue);

} // namespace prunescope
