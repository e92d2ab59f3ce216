#pragma once

// Only C headers: files for single instruction sets include this and must not bring inline functions along.
#include "model/kernels/matrix_view.h"

#include <stdint.h>

namespace prunescope {
enum class CpuLevel;
}

namespace prunescope::model {

/// One token of one value head of the gated delta rule (qwen3-5 spec 5.5).
struct DeltaHead {
    const float* q; ///< [keyDim] of unit length and scaled
    const float* k; ///< [keyDim] of unit length
    const float* v; ///< [valueDim]
    float decay;    ///< e^g
    float beta;
    int64_t keyDim;
    int64_t valueDim;
    float* memory; ///< [keyDim, valueDim], updated
    float* out;    ///< [valueDim]
};

/// The convolution of one token (qwen3-5 spec 5.2).
struct TokenConvolution {
    const float* u;    ///< [channels]
    const float* taps; ///< [kernel, channels], the current token's last
    WeightType type;   ///< of `recent`: Float32 or BFloat16
    void* recent;      ///< [kernel - 1, channels] what came before, oldest first; moves on by a token
    int64_t channels;
    int64_t kernel;
    float* out; ///< [channels] silu of the sums
};

/// What a linear layer does with one token between its products, for one instruction set, in float32. All are safe from
/// any thread; threads may share the heads, and the channels in parts.
struct DeltaStep {
    void (*update)(const DeltaHead& head);
    /// Channels first .. last - 1.
    void (*convolve)(const TokenConvolution& token, int64_t first, int64_t last);
    /// x = x / |x| * scale (5.4)
    void (*unit)(float* x, int64_t count, float scale);
    /// out = weight * x / rms(x) * silu(z) over `count` numbers (5.6). In bfloat16 the norm and its product with the
    /// weight are rounded. `out` may be `x` or `z`.
    void (*normGateFloat32)(const float* x, const float* weight, const float* z, int64_t count, float epsilon,
                            float* out);
    void (*normGateBfloat16)(const float* x, const float* weight, const uint16_t* z, int64_t count, float epsilon,
                             uint16_t* out);
};

const DeltaStep& deltaStep(CpuLevel level);

extern const DeltaStep kDeltaStepScalar;
extern const DeltaStep kDeltaStepAvx2;   ///< only in builds for x86-64
extern const DeltaStep kDeltaStepAvx512; ///< only in builds for x86-64

} // namespace prunescope::model
