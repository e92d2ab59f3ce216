#include "model/pruners/pooling.h"

#include "core/base/error.h"
#include "core/pruning/token_options.h"
#include "model/pruners/encoder_entries.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// Rows or columns of a cell.
struct Extent {
    int first = 0, last = 0;
    int count() const { return last - first + 1; }
    int middle() const { return (first + last) / 2; }
};

/// Cells overlap where their number does not divide the blocks (adaptive pooling).
Extent extentOf(int cell, int cells, int blocks) {
    return {cell * blocks / cells, ((cell + 1) * blocks + cells - 1) / cells - 1};
}

/// Adds the row of a cell.
void addCell(const TokenGrid& grid, int tile, const Extent& rows, const Extent& cols, TokenChoice& choice) {
    const float share = 1 / static_cast<float>(rows.count() * cols.count());
    for (int row = rows.first; row <= rows.last; ++row)
        for (int col = cols.first; col <= cols.last; ++col) {
            const std::int64_t token = grid.at(tile, row, col);
            check(token != TokenGrid::kNone, "pooling sees all blocks");
            choice.mix->add(token, choice.mix->largest ? 1 : share);
            std::int64_t& into = choice.mergedInto[static_cast<std::size_t>(token)];
            into = into < 0 ? choice.mix->rows() : into;
        }
    choice.mix->endRow();
    choice.kept.push_back(grid.at(tile, rows.middle(), cols.middle()));
}

class Pooling final : public EncoderPruner {
public:
    bool needsGrid() const override { return true; }
    bool mixesProjected() const override { return true; }
    TokenChoice choose(const VisualTokens& tokens, int, const MethodSettings& settings,
                       ReferenceRandom&) const override {
        return pooled(TokenGrid(tokens), static_cast<int>(settings.value(kSide)), settings.value(kPoolMode) == "max");
    }
};

} // namespace

TokenChoice pooled(const TokenGrid& grid, int side, bool largest) {
    const int rows = std::min(side, grid.rows()), cols = std::min(side, grid.cols());
    TokenChoice choice;
    choice.mix.emplace().largest = largest;
    choice.mergedInto.assign(static_cast<std::size_t>(grid.tiles() * grid.rows() * grid.cols()), -1);
    for (int tile = 0; tile < grid.tiles(); ++tile)
        for (int row = 0; row < rows; ++row)
            for (int col = 0; col < cols; ++col)
                addCell(grid, tile, extentOf(row, rows, grid.rows()), extentOf(col, cols, grid.cols()), choice);
    for (const std::int64_t token : choice.kept)
        choice.mergedInto[static_cast<std::size_t>(token)] = -1;
    return choice;
}

std::unique_ptr<const EncoderPruner> pooling() {
    return std::make_unique<Pooling>();
}

} // namespace prunescope::model
