#pragma once

#include "core/blocks/block_grid.h"

#include <cstdint>
#include <vector>

namespace prunescope::model {

/// The blocks of a picture in windows of attention (other-families spec 1.4): one window after the other.
struct AttentionWindows {
    std::vector<std::int64_t> order;  ///< which block stands at each place
    std::vector<std::int64_t> blocks; ///< of each window
};

/// Windows of `side` x `side` blocks from the top left, row by row; those of the last column and row are cut off.
AttentionWindows attentionWindows(const BlockGrid& grid, std::int64_t side);

} // namespace prunescope::model
