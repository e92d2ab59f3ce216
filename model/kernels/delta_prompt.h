#pragma once

// Only C headers: files for single instruction sets include this and must not bring inline functions along.
#include "model/kernels/matrix_view.h"

#include <stdint.h>

namespace prunescope {
enum class CpuLevel;
}

namespace prunescope::model {

/// The convolution of the tokens of a prompt (qwen3-5 spec 5.2). Numbers are of `type`: Float32 or BFloat16.
struct PromptConvolution {
    WeightType type;
    const void* u; ///< [tokens, channels]
    int64_t tokenStride;
    const void* recent; ///< [kernel - 1, channels] what came before, oldest first
    const float* taps;  ///< [kernel, channels], the current token's last
    int64_t channels;
    int64_t kernel; ///< up to kMaxTaps
    void* out;      ///< [tokens, channels] silu of the sums
};

inline constexpr int kMaxTaps = 16;

/// The gated delta rule over the tokens of a prompt, in the chunked form (qwen3-5 spec 5.7). Consecutive value heads
/// share a key head. Element i of a token's head is at token * tokenStride + head * headStride + i.
struct PromptRule {
    struct Rows {
        const void* data;
        int64_t tokenStride;
        int64_t headStride;
    };
    WeightType type;   ///< of q, k and v: Float32 or BFloat16
    bool raw;          ///< q and k are still to be brought to unit length, q to be scaled (5.4)
    Rows q;            ///< [tokens, keyHeads, keyDim]
    Rows k;            ///< [tokens, keyHeads, keyDim]
    Rows v;            ///< [tokens, valueHeads, valueDim]
    const float* g;    ///< [tokens, valueHeads]
    const float* beta; ///< [tokens, valueHeads]
    float* memory;     ///< [valueHeads, keyDim, valueDim], updated
    float* out;        ///< [tokens, valueHeads, valueDim]
    int64_t tokens;
    int64_t keyHeads;
    int64_t valueHeads;
    int64_t keyDim;   ///< a multiple of kDeltaDim
    int64_t valueDim; ///< a multiple of kDeltaDim
};

inline constexpr int kDeltaDim = 16;

/// What a linear layer does with a prompt between its products, for one instruction set; sums and products in float32.
/// All are safe from any thread; threads may share the tokens of `convolve` and the heads of `rule`.
struct DeltaPrompt {
    /// Tokens first .. last - 1.
    void (*convolve)(const PromptConvolution& prompt, int64_t first, int64_t last);
    /// Key heads first .. last - 1, with all their value heads. Each thread has its own `scratch`.
    void (*rule)(const PromptRule& prompt, int64_t first, int64_t last, float* scratch);
};

/// Numbers of `scratch`, which is to be aligned to 64 bytes.
int64_t deltaScratch(const PromptRule& prompt);

const DeltaPrompt& deltaPrompt(CpuLevel level);

extern const DeltaPrompt kDeltaPromptScalar;
extern const DeltaPrompt kDeltaPromptAvx2;   ///< only in builds for x86-64
extern const DeltaPrompt kDeltaPromptAvx512; ///< only in builds for x86-64

} // namespace prunescope::model
