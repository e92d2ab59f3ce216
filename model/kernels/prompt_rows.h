#pragma once

// Only C headers: files for single instruction sets include this and must not bring inline functions along.
#include <stdint.h>

namespace prunescope {
enum class CpuLevel;
}

namespace prunescope::model {

/// Rows of a prompt between the products of a layer, for one instruction set. Numbers are float32, or bfloat16 as
/// uint16_t; sums and products in float32. All are safe from any thread; results are written to memory of their own.
struct PromptRows {
    /// weight * x / rms(x) over `width` numbers; in bfloat16 x / rms(x) is rounded before it is multiplied
    /// (qwen3-vl spec 5.2).
    void (*normFloat32)(const float* x, const float* weight, int64_t width, float epsilon, float* y);
    void (*normBfloat16)(const uint16_t* x, const uint16_t* weight, int64_t width, float epsilon, uint16_t* y);
    /// The same with a weight in float32, rounded once at the end (qwen3-5 spec 4).
    void (*normBfloat16Wide)(const uint16_t* x, const float* weight, int64_t width, float epsilon, uint16_t* y);
    /// Turns the pairs (i, i + dim / 2) of a head by the angles of `cos`, `sin` [dim].
    void (*turnFloat32)(const float* head, const float* cos, const float* sin, int64_t dim, float* turned);
    void (*turnBfloat16)(const uint16_t* head, const uint16_t* cos, const uint16_t* sin, int64_t dim, uint16_t* turned);
    /// The same with angles in float32, as the vision encoder has them.
    void (*turnBfloat16Exactly)(const uint16_t* head, const float* cos, const float* sin, int64_t dim,
                                uint16_t* turned);
};

const PromptRows& promptRows(CpuLevel level);

extern const PromptRows kPromptRowsScalar;
extern const PromptRows kPromptRowsAvx2;   ///< only in builds for x86-64
extern const PromptRows kPromptRowsAvx512; ///< only in builds for x86-64

} // namespace prunescope::model
