#pragma once

#include "model/kernels/matrix_view.h"

#include <cstdint>

namespace prunescope::model {

/// LibTorch's default stream is CUDA's: the null pointer. Work on it is in order with LibTorch's own.
inline constexpr void* kDefaultStream = nullptr;

/// Type of activations, norms and cached keys in CUDA kernels.
enum class ValueType : int { Float32 = 0, BFloat16 = 1 };

/// State that one token step leaves for the next. Device memory, zero at first.
struct TokenState {
    std::int64_t id;       ///< token to run: given, or the best of the step before
    std::int64_t position; ///< on all three axes
    std::int64_t length;   ///< tokens in the cache
    std::int64_t capacity; ///< of the cache
    std::uint64_t steps;   ///< run so far
    std::uint64_t best;    ///< of the logits looked at so far: order-preserving bits, then the complement of the id
    std::uint32_t done;    ///< CTAs of the head that are through
};

/// The room of one layer in the cache, [kvHeads, capacity, headDim] each.
struct TokenRoom {
    void* keys;
    void* values;
    std::int64_t behind; ///< tokens that this layer holds less than the first
};

/// One language layer. Norms and biases are float32.
struct TokenLayer {
    const float* inputNorm;
    MatrixView q, k, v, o;
    const float* qkvBias; ///< [(heads + 2 * kvHeads) * headDim], or nullptr
    const float* qNorm;   ///< nullptr: queries and keys have no norms
    const float* kNorm;
    const float* postNorm;
    MatrixView gate, up, down;
};

/// Number of slots for the best ids of the last steps: pinned host memory; a step writes slot steps % kTokenSlots.
inline constexpr int kTokenSlots = 2;
/// Value that is written instead of an id when a logit is not a finite number.
inline constexpr std::int64_t kNotANumber = -1;

/// Everything that a token step reads and writes; all but `layers` is device memory. Between kernels values are
/// float32, rounded to `type` wherever the general way rounds.
struct TokenPlan {
    ValueType type;
    int width, inner, heads, kvHeads, headDim, layerCount;
    int splits; ///< of the attention, CTAs a key head at most
    float epsilon;
    const TokenLayer* layers; ///< [layerCount], host
    MatrixView embedding;     ///< [vocab, width]
    MatrixView head;          ///< [vocab, width]
    const float* norm;
    const float* frequencies; ///< [headDim / 2]
    TokenState* state;
    const TokenRoom* rooms; ///< [layerCount]
    std::int64_t* chosen;   ///< [kTokenSlots], pinned
    float* hidden;          ///< [width]
    float* rotary;          ///< [headDim]: cosines of the first half, then sines
    float* qkv;             ///< [(heads + 2 * kvHeads) * headDim]
    float* attended;        ///< [heads * headDim]
    float* gated;           ///< [inner]
    float* partials;        ///< [heads, splits, headDim + 2]: sum of values, largest score, sum of weights
    std::uint32_t* tickets; ///< [heads], zero at first
    float* logits;          ///< [vocab]
};

/// hidden += delta, out = norm(hidden): RMS norm (qwen3-vl spec 5.2), or with a `bias` mean and variance. `hidden`,
/// `delta` and `out` are [rows, width], all of `type` and aligned to 16 bytes; width is a multiple of 8.
struct CudaNorm {
    ValueType type;
    void* hidden;
    const void* delta;  ///< or nullptr
    const void* weight; ///< [width]
    const void* bias;   ///< [width], or nullptr
    void* out;
    std::int64_t rows;
    int width;
    float epsilon;
};

/// Queries, keys and values of a prompt (qwen3-vl spec 5.2 and 5.4), all of `type`: queries and keys are normalised and
/// turned; queries stay in place, keys and values go to the cache's rooms, from token `first` on.
struct CudaLanguageHeads {
    ValueType type;
    void* qkv;         ///< [tokens, heads + 2 * kvHeads, headDim]
    const void* qNorm; ///< [headDim]
    const void* kNorm;
    const void* cosines; ///< [tokens, headDim], both halves the same
    const void* sines;
    void* keys; ///< [kvHeads, capacity, headDim]
    void* values;
    std::int64_t tokens, first, capacity;
    int heads, kvHeads, headDim; ///< headDim is a multiple of 4
    float epsilon;
};

/// Turns queries and keys of patches in place, in float32 (qwen3-vl spec 4.3).
struct CudaVisionHeads {
    ValueType type;
    void* qkv;            ///< [tokens, 3, heads, headDim]
    const float* cosines; ///< [tokens, headDim], both halves the same
    const float* sines;
    std::int64_t tokens;
    int heads, headDim; ///< headDim is a multiple of 4
};

/// out = silu(gate) * up
struct CudaGate {
    ValueType type;
    const void* gateUp; ///< [tokens, 2, inner]
    void* out;          ///< [tokens, inner]
    std::int64_t tokens;
    int inner; ///< a multiple of 8
};

/// Patches on a side of a block in CudaPlaces.
inline constexpr int kPlacedMerge = 2;

/// patches += learned positions (qwen3-vl spec 4.2); cosines and sines of rotary angles (spec 4.3). Patches are those
/// of `blocks`, four each; `patches` and `table` are of `type`, the rest is float32.
struct CudaPlaces {
    ValueType type;
    void* patches;              ///< [4 * count, width]
    const std::int32_t* blocks; ///< [count] indices on the full grid
    std::int64_t count;
    int cols;                 ///< of the grid, in blocks
    const void* table;        ///< [side * side, width]
    const float* rowSamples;  ///< [patch rows of the grid] where they fall in the table, 0 .. side - 1
    const float* colSamples;  ///< [patch columns of the grid]
    const float* frequencies; ///< [headDim / 4] angle per row or column
    float* cosines;           ///< [4 * count, headDim]
    float* sines;
    int side, width, headDim; ///< width is a multiple of 8, headDim of 4
};

/// Our CUDA kernels for network layers: members of the same library as `CudaKernels`, with the same rules.
struct CudaLayers {
    /// The step of `plan` as a graph for the current device, ready to be launched any number of times.
    int (*makeTokenGraph)(const TokenPlan* plan, void** graph);
    int (*launchGraph)(void* graph, void* stream);
    int (*destroyGraph)(void* graph);
    /// Sets the token that the next step runs.
    int (*setToken)(TokenState* state, std::int64_t id, std::int64_t position, std::int64_t length,
                    std::int64_t capacity, void* stream);
    int (*multiprocessors)(int device, int* count);

    int (*addNorm)(const CudaNorm* norm, void* stream);
    int (*turnLanguageHeads)(const CudaLanguageHeads* heads, void* stream);
    int (*turnVisionHeads)(const CudaVisionHeads* heads, void* stream);
    int (*gate)(const CudaGate* gate, void* stream);
    int (*placePatches)(const CudaPlaces* places, void* stream);
};

/// nullptr where `cudaKernels` is, too. Any thread.
const CudaLayers* cudaLayers();

} // namespace prunescope::model
