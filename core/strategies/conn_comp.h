#pragma once

#include "core/blocks/pair_table.h"

#include <cstdint>
#include <vector>

namespace prunescope {

/// Connected areas of similar blocks: a block and its right or lower neighbour belong together when their original
/// pixels are at most `bound` apart (pixelprune spec 5.2).
struct BlockComponents {
    std::vector<int> labels;               ///< per block; numbered by first appearance
    std::vector<std::vector<int>> members; ///< per component, ascending
};

/// `pairs` filled with both neighbours and exact at least up to `bound`.
BlockComponents connectedBlocks(const PairTable& pairs, std::uint32_t bound);

} // namespace prunescope
