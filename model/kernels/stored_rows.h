#pragma once

// Only C headers: files for single instruction sets include this and must not bring inline functions along.
#include "model/kernels/matrix_vector.h"
#include "model/kernels/matrix_view.h"

#include <stdint.h>

namespace prunescope {
enum class CpuLevel;
}

namespace prunescope::model {

/// Rows of the formats that stay as stored (Float16 and those after it), for one instruction set. All are safe from
/// any thread; every set unpacks to the same bytes.
struct StoredRows {
    /// `count` rows from `first` on, to out [count, cols].
    void (*toFloat32)(const MatrixView& matrix, int64_t first, int64_t count, float* out);
    void (*toBfloat16)(const MatrixView& matrix, int64_t first, int64_t count, uint16_t* out);
};

const StoredRows& storedRows(CpuLevel level);

extern const StoredRows kStoredRowsScalar;
extern const StoredRows kStoredRowsAvx2;   ///< only in builds for x86-64
extern const StoredRows kStoredRowsAvx512; ///< only in builds for x86-64

/// Numbers of a row that are whole blocks in every format.
inline constexpr int64_t kStoredTile = 256;

/// `count` numbers of a row, at most kStoredTile, from column `col` on, a multiple of kStoredTile: plain code, the twin
/// of all others.
void unpackTile(const MatrixView& matrix, int64_t row, int64_t col, int64_t count, float* out);

/// MatrixVector::product for these formats; unpacks in registers.
void storedProductAvx2(const MatrixView& matrix, const VectorView& x, int64_t first, int64_t last, float* y,
                       const void* next);
void storedProductAvx512(const MatrixView& matrix, const VectorView& x, int64_t first, int64_t last, float* y,
                         const void* next);

} // namespace prunescope::model
