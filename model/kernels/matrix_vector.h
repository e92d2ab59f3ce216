#pragma once

// Only C headers: files for single instruction sets include this and must not bring inline functions along.
#include "model/kernels/matrix_view.h"

#include <stdint.h>

namespace prunescope {
enum class CpuLevel;
}

namespace prunescope::model {

/// A float32 vector that many matrices' rows are multiplied with.
struct VectorView {
    const float* values;
    /// [cols / kInt4Group] as `sumGroups` writes them; only types that need them (WeightTraits) read them.
    const float* groupSums = nullptr;
};

/// Products of one weight matrix with one vector for one instruction set, bound by reading the matrix once. All sums
/// are float32. Columns as the type of the matrix demands (see MatrixView), data aligned to its numbers unless that
/// says otherwise. Safe from any thread.
struct MatrixVector {
    /// y[row] = W[row] . x for row = first .. last - 1, read from front to back; `y` is indexed by row. `next` is what
    /// this thread will read afterwards, or nullptr: the last steps bring its beginning into the cache.
    void (*product)(const MatrixView& matrix, const VectorView& x, int64_t first, int64_t last, float* y,
                    const void* next);
    /// y[col] += sum of weights[row] * W[row][col] over all rows. Float32 and BFloat16 only.
    void (*addRows)(const MatrixView& matrix, const float* weights, float* y);
};

const MatrixVector& matrixVector(CpuLevel level);

/// The first byte of a row: `next` for a thread that begins there.
const void* rowOf(const MatrixView& matrix, int64_t row);

/// Sums of the groups of `cols` values that share a scale in Int4; `cols` is a multiple of kInt4Group.
void sumGroups(const float* values, int64_t cols, float* sums);

extern const MatrixVector kMatrixVectorScalar;
extern const MatrixVector kMatrixVectorAvx2;   ///< only in builds for x86-64
extern const MatrixVector kMatrixVectorAvx512; ///< only in builds for x86-64

} // namespace prunescope::model
