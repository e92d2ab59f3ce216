#pragma once

#include "model/kernels/matrix_view.h"

#include <optional>
#include <span>
#include <string_view>

namespace prunescope::model {

/// What the `scales` of a MatrixView hold.
enum class ScaleLayout {
    None,      ///< nothing: no scales, or in the blocks of `data`
    PerRow,    ///< float32 [rows]
    HalfPairs, ///< bfloat16 [rows, cols / kInt4Group, 2]: scale, low
    Grid,      ///< float32 [ceil(rows / scaleRows), ceil(cols / scaleCols)]
    WidePairs, ///< float32 [rows, ceil(cols / scaleCols), 2]: scale, low
    Bytes16,   ///< E4M3FN [rows, cols / 16]
};

/// What a number format is like.
struct WeightTraits {
    WeightType type;
    std::string_view name; ///< for people: "fp8", "q4_k"
    int blockCols;         ///< a row is whole blocks of so many columns
    int blockBytes;        ///< of `data`
    ScaleLayout scales;
    bool needsGroupSums; ///< MatrixVector::product reads VectorView::groupSums
    bool onGpu;          ///< kernels of a token on a GPU read it; others are widened before
    bool isPacked;       ///< fewer numbers than 16 bits each, or not bfloat16 or float32: `dequantize` reads it
};

/// All formats, in the order of WeightType.
std::span<const WeightTraits> weightTypes();

const WeightTraits& traitsOf(WeightType type);

/// Of `data`. `cols` is a multiple of the type's blockCols.
std::int64_t rowBytes(WeightType type, std::int64_t cols);

/// Of all rows of `data`, and of all `scales`.
std::int64_t dataBytes(const MatrixView& matrix);
std::int64_t scaleBytes(const MatrixView& matrix);

/// True where every number that `count` rows from `first` on are made of (codes, scales and factors) is finite: others
/// are no weights, the file is damaged. Reads all of Float16 and Fp8, but only the scales of other types; Float32 and
/// BFloat16 are not looked at. Safe from any thread.
bool isFinite(const MatrixView& matrix, std::int64_t first, std::int64_t count);

} // namespace prunescope::model
