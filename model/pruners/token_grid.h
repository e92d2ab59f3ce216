#pragma once

#include "model/pruners/encoder_pruner.h"

#include <cstdint>
#include <vector>

namespace prunescope::model {

/// Where the tokens of a picture stand. Rows count within a tile: nothing that looks at neighbours goes from one tile
/// to another (other-families spec 4). A picture without tiles is a single one.
class TokenGrid {
public:
    static constexpr std::int64_t kNone = -1;

    explicit TokenGrid(const VisualTokens& tokens);

    int tiles() const { return m_grid.rows / m_rows; }
    int rows() const { return m_rows; } ///< of a tile
    int cols() const { return m_grid.cols; }
    /// The token of a place, or kNone where it was dropped or outside of the tile.
    std::int64_t at(int tile, int row, int col) const;
    /// Tokens left, right, above and below of one, of those that are there.
    std::vector<std::int64_t> neighbours(std::int64_t token) const;

private:
    BlockGrid m_grid;
    int m_rows;
    const std::vector<int>& m_blocks;
    std::vector<std::int64_t> m_tokens; ///< of each block
};

} // namespace prunescope::model
