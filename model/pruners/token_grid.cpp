#include "model/pruners/token_grid.h"

#include "core/base/error.h"

namespace prunescope::model {

TokenGrid::TokenGrid(const VisualTokens& tokens)
    : m_grid(tokens.grid), m_rows(tokens.tileRows > 0 ? tokens.tileRows : tokens.grid.rows), m_blocks(tokens.blocks),
      m_tokens(static_cast<std::size_t>(tokens.grid.count()), kNone) {
    check(m_grid.rows % m_rows == 0, "a grid of whole tiles");
    for (std::size_t i = 0; i < m_blocks.size(); ++i)
        m_tokens.at(static_cast<std::size_t>(m_blocks[i])) = static_cast<std::int64_t>(i);
}

std::int64_t TokenGrid::at(int tile, int row, int col) const {
    const bool inside = row >= 0 && row < m_rows && col >= 0 && col < m_grid.cols;
    return inside ? m_tokens[static_cast<std::size_t>(m_grid.index(tile * m_rows + row, col))] : kNone;
}

std::vector<std::int64_t> TokenGrid::neighbours(std::int64_t token) const {
    const int block = m_blocks[static_cast<std::size_t>(token)], col = m_grid.col(block);
    const int tile = m_grid.row(block) / m_rows, row = m_grid.row(block) % m_rows;
    std::vector<std::int64_t> found;
    for (const std::int64_t next :
         {at(tile, row, col - 1), at(tile, row, col + 1), at(tile, row - 1, col), at(tile, row + 1, col)})
        if (next != kNone)
            found.push_back(next);
    return found;
}

} // namespace prunescope::model
