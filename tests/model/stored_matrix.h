#pragma once

#include "model/kernels/weight_types.h"

#include <cstdint>
#include <random>
#include <vector>

namespace prunescope::test {

/// A matrix of random weights in any number format, in memory of exactly its size, so that a checker of memory sees
/// every step beyond it; `data` begins at an odd address where the format allows that.
class StoredMatrix {
public:
    /// Scales of a grid belong to scaleRows x scaleCols numbers.
    StoredMatrix(model::WeightType type, std::int64_t rows, std::int64_t cols, std::mt19937& random,
                 std::int64_t scaleRows = 1, std::int64_t scaleCols = 32);
    StoredMatrix(const StoredMatrix&) = delete;
    StoredMatrix& operator=(const StoredMatrix&) = delete;

    const model::MatrixView& view() const { return m_view; }
    std::uint8_t* data() { return m_data.data() + m_before; }
    std::uint8_t* scales() { return m_scales.data(); }

private:
    void fillScales(std::mt19937& random);

    model::MatrixView m_view;
    std::size_t m_before; ///< bytes of m_data before `data`
    std::vector<std::uint8_t> m_data;
    std::vector<std::uint8_t> m_scales;
};

/// Where half-precision numbers lie in a block, in bytes.
std::vector<int> halvesOf(model::WeightType type);

} // namespace prunescope::test
