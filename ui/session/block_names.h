#pragma once

#include "core/blocks/block_grid.h"

#include <QString>

namespace prunescope::ui {

/// "Block 77 · row 1, column 17", counted from 0.
QString blockName(const BlockGrid& grid, int block);
/// "its left neighbour"; of a block that does not lie beside `from` "block 12".
QString neighbourName(const BlockGrid& grid, int from, int to);

} // namespace prunescope::ui
