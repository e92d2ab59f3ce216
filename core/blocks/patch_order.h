#pragma once

#include "core/blocks/block_grid.h"

#include <vector>

namespace prunescope {

/// Orders of the patches of a grid: row by row over the whole grid as learned tables have them, or block by block as
/// patch rows have them. For each patch of the first order its place in block order: rows in block order become rows
/// in row-major order when they are taken at these places.
std::vector<int> rowMajorPatchOrder(const BlockGrid& grid);

/// The inverse: for each patch in block order its place in row-major order.
std::vector<int> blockPatchOrder(const BlockGrid& grid);

} // namespace prunescope
