#pragma once

#include "core/blocks/block_grid.h"

#include <cstddef>
#include <cstdint>
#include <limits>

namespace prunescope {

inline constexpr int kBlockRowBytes = kBlockPx * 3;
inline constexpr int kStripRows = 4; ///< rows between two looks at the bound: cheap, and early enough

/// Accumulates `rowDistance(a, b, so far)` over the rows of two blocks, a strip at a time, and stops when the sum is
/// over `bound`. `rowDistance` works on 96 bytes and is inlined.
template <typename RowDistance>
std::uint32_t accumulateRows(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride, std::uint32_t bound,
                             RowDistance rowDistance) {
    std::uint32_t total = 0;
    for (int strip = 0; strip < kBlockPx / kStripRows && total <= bound; ++strip)
        for (int y = 0; y < kStripRows; ++y, a += stride, b += stride)
            total = rowDistance(a, b, total);
    return total;
}

/// MetricEntry::distance of a row distance.
template <auto RowDistance>
std::uint32_t distanceOf(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride) {
    return accumulateRows(a, b, stride, std::numeric_limits<std::uint32_t>::max(), RowDistance);
}

/// MetricEntry::within of a row distance.
template <auto RowDistance>
bool withinOf(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride, std::uint32_t bound) {
    return accumulateRows(a, b, stride, bound, RowDistance) <= bound;
}

} // namespace prunescope
