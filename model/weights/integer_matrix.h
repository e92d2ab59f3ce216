#pragma once

#include "model/weights/weight_matrix.h"

#include <functional>
#include <optional>
#include <vector>

namespace prunescope::model {

/// A matrix of whole numbers below 2^bits with scales: value = (q - zero) * scale of its row and group of columns. How
/// programs pack such numbers differs; this is what all of them mean.
struct IntegerMatrix {
    std::int64_t rows = 0, cols = 0;
    int bits = 4;
    std::int64_t group = 0;                 ///< columns that share a scale
    std::vector<std::int64_t> groupOf = {}; ///< of each column, where it is not column / group
    std::vector<float> scales = {};         ///< [rows, groups]
    std::vector<std::int16_t> zeros = {};   ///< [rows, groups]
    /// Writes the numbers of a row [cols]. Called by several threads.
    std::function<void(std::int64_t row, std::uint8_t* q)> read = {};

    std::int64_t groups() const { return (cols + group - 1) / group; }
    std::int64_t groupAt(std::int64_t col) const {
        return groupOf.empty() ? col / group : groupOf[static_cast<std::size_t>(col)];
    }
};

/// The same numbers exactly, in the smallest format that holds them: Int4, Int4Wide, Int8 or Int8Group; nothing where
/// none does.
std::optional<PackedTensors> packedExactly(const IntegerMatrix& matrix);

/// The numbers [rows, cols] in float32.
at::Tensor valuesOf(const IntegerMatrix& matrix);

} // namespace prunescope::model
