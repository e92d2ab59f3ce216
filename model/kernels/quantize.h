#pragma once

#include "core/kernels/cpu_level.h"
#include "model/kernels/matrix_view.h"

namespace prunescope::model {

/// Rows of float32 numbers [rows, cols] to packed integers in the formats of matrix_view.h, on the calling thread; a
/// row does not depend on others, so that threads can share a matrix by rows. Both return false, with the output
/// undefined, where a number is NaN, infinite or beyond 1e18: such weights are damaged. The same bytes at every
/// `level`.
///
/// Int8: a row's largest number becomes 127 or -127, every other is at most half a scale off.
bool quantizeInt8(const float* values, std::int64_t rows, std::int64_t cols, std::int8_t* q, float* scales,
                  CpuLevel level = bestCpuLevel());
/// Int4: the squared error of a group is at most that of 15 equal steps from its least to its most number, and usually
/// a seventh less. `cols` is a multiple of kInt4Group.
bool quantizeInt4(const float* values, std::int64_t rows, std::int64_t cols, std::uint8_t* q, std::uint16_t* scales,
                  CpuLevel level = bestCpuLevel());

/// `count` rows of a packed matrix (every type but Float32 and BFloat16) in host memory, from row `first` on, to
/// out [count, cols], on the calling thread. Bit for bit what the definition of the format says, at every `level`; what
/// `isFinite` (weight_types.h) refuses comes out as anything.
void dequantize(const MatrixView& matrix, std::int64_t first, std::int64_t count, float* out,
                CpuLevel level = bestCpuLevel());
/// The same, rounded to bfloat16.
void dequantize(const MatrixView& matrix, std::int64_t first, std::int64_t count, std::uint16_t* out,
                CpuLevel level = bestCpuLevel());

} // namespace prunescope::model
