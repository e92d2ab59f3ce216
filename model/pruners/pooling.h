#pragma once

#include "model/pruners/token_grid.h"

namespace prunescope::model {

/// Pooling (uniprune spec 2): the tokens of each cell of a grid of `side` x `side` cells become their mean, or the
/// largest of each component. A grid with fewer rows or columns has no more cells than those; each tile is pooled by
/// itself. The cell's row stands for the block in its middle. Every block must be there.
TokenChoice pooled(const TokenGrid& grid, int side, bool largest);

} // namespace prunescope::model
