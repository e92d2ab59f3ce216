#pragma once

// Only C headers: files for single instruction sets include this and must not bring inline functions along.
#include <stdint.h>

namespace prunescope {
enum class CpuLevel;
}

namespace prunescope::model {

/// Larger numbers, infinity and NaN are no weights: a file that holds them is damaged.
inline constexpr float kLargestWeight = 1e18f;

/// Single rows of packed matrices for one instruction set; formats as in matrix_view.h. All are safe from any thread,
/// and every set gives the same bytes.
struct QuantizeRows {
    /// `cols` numbers to q [cols] and one scale. False when there is a number beyond kLargestWeight.
    bool (*toInt8)(const float* row, int64_t cols, int8_t* q, float* scale);
    /// `cols` (a multiple of kInt4Group) to q [cols / 2] and `scales` [cols / kInt4Group, 2] in bfloat16. False as
    /// above.
    bool (*toInt4)(const float* row, int64_t cols, uint8_t* q, uint16_t* scales);

    void (*int8ToFloat32)(const int8_t* q, float scale, int64_t cols, float* out);
    void (*int8ToBfloat16)(const int8_t* q, float scale, int64_t cols, uint16_t* out);
    void (*int4ToFloat32)(const uint8_t* q, const uint16_t* scales, int64_t cols, float* out);
    void (*int4ToBfloat16)(const uint8_t* q, const uint16_t* scales, int64_t cols, uint16_t* out);
};

const QuantizeRows& quantizeRows(CpuLevel level);

extern const QuantizeRows kQuantizeRowsScalar;
extern const QuantizeRows kQuantizeRowsAvx2;   ///< only in builds for x86-64
extern const QuantizeRows kQuantizeRowsAvx512; ///< only in builds for x86-64

} // namespace prunescope::model
