#pragma once

#include "core/metrics/pair_table.h"

#include <cstdint>
#include <span>
#include <vector>

namespace prunescope {

/// Connected components of similar blocks: a block and its right or lower neighbour belong together when their original
/// pixels are at most `bound` apart (pixelprune spec 5.2).
struct BlockComponents {
    std::vector<int> labels; ///< per block; numbered by first appearance
    std::vector<int> blocks; ///< component by component, ascending in each
    std::vector<int> firsts; ///< where each component begins in `blocks`, and their end

    int count() const { return static_cast<int>(firsts.size()) - 1; }
    std::span<const int> members(int component) const {
        const auto at = [&](int i) { return static_cast<std::size_t>(firsts[static_cast<std::size_t>(i)]); };
        return std::span(blocks).subspan(at(component), at(component + 1) - at(component));
    }
};

/// `pairs` filled with both neighbours and exact at least up to `bound`.
BlockComponents connectedBlocks(const PairTable& pairs, std::uint32_t bound);

} // namespace prunescope
