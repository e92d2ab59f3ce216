#pragma once

// Only C headers: files for single instruction sets include this and must not bring inline functions along.
#include <stdint.h>

namespace prunescope {
enum class CpuLevel;
}

namespace prunescope::model {

/// Steps between the products of a layer in training, and their derivatives, for one instruction set. Numbers are
/// bfloat16 as uint16_t, sums and products float32. `g` is the derivative of the loss by the result. All are safe from
/// any thread; results may take the place of arguments of the same length.
struct TrainRows {
    /// x * sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3): GELU by tanh.
    void (*gelu)(const uint16_t* x, int64_t count, uint16_t* y);
    void (*geluBackward)(const uint16_t* x, const uint16_t* g, int64_t count, uint16_t* dx);
    /// silu(gate) * up
    void (*swiGlu)(const uint16_t* gate, const uint16_t* up, int64_t count, uint16_t* y);
    void (*swiGluBackward)(const uint16_t* gate, const uint16_t* up, const uint16_t* g, int64_t count, uint16_t* dgate,
                           uint16_t* dup);
    /// Derivatives of weight * x / rms(x) over `width` numbers; that by the weight is added to `dweight` [width].
    void (*normBackward)(const uint16_t* x, const uint16_t* weight, const uint16_t* g, int64_t width, float epsilon,
                         uint16_t* dx, float* dweight);
    /// softmax(scale * scores) over the first `seen` of `count` numbers, 0 for the others.
    void (*softmax)(const uint16_t* scores, int64_t seen, int64_t count, float scale, uint16_t* p);
    /// scale * p (g - sum(g p))
    void (*softmaxBackward)(const uint16_t* p, const uint16_t* g, int64_t seen, int64_t count, float scale,
                            uint16_t* dscores);
};

const TrainRows& trainRows(CpuLevel level);

extern const TrainRows kTrainRowsScalar;
extern const TrainRows kTrainRowsAvx2;   ///< only in builds for x86-64
extern const TrainRows kTrainRowsAvx512; ///< only in builds for x86-64

} // namespace prunescope::model
