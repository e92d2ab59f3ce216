#include "core/pruning/block_filling.h"

#include <algorithm>
#include <utility>

namespace prunescope {

BlockFilling::BlockFilling(KeepMask mask, std::vector<std::uint32_t> errors, int tokens)
    : m_mask(std::move(mask)), m_errors(std::move(errors)), m_tokens(tokens), m_kept(m_mask.keptCount()) {}

void BlockFilling::take(int block) {
    m_mask.keep(block);
    ++m_kept;
}

int BlockFilling::takeFirst(std::vector<int> blocks) {
    const int count = std::min(static_cast<int>(blocks.size()), std::max(room(), 0));
    const auto worse = [this](int a, int b) { return error(a) != error(b) ? error(a) > error(b) : a < b; };
    std::partial_sort(blocks.begin(), blocks.begin() + count, blocks.end(), worse);
    for (int i = 0; i < count; ++i)
        take(blocks[static_cast<std::size_t>(i)]);
    return count;
}

void BlockFilling::cover(int rows, int cols, int each) {
    const BlockGrid grid = m_mask.grid();
    const int down = std::min(rows, grid.rows), across = std::min(cols, grid.cols);
    const auto cellOf = [&](int i) {
        return grid.row(i) * down / grid.rows * across + grid.col(i) * across / grid.cols;
    };
    for (int turn = 0; turn < each; ++turn) {
        std::vector<int> held(static_cast<std::size_t>(down * across), 0), best(held.size(), -1), offers;
        for (int i = 0; i < grid.count(); ++i) {
            const auto cell = static_cast<std::size_t>(cellOf(i));
            if (m_mask.kept(i))
                ++held[cell];
            else if (best[cell] < 0 || error(i) > error(best[cell]))
                best[cell] = i;
        }
        for (std::size_t cell = 0; cell < held.size(); ++cell)
            if (held[cell] <= turn && best[cell] >= 0)
                offers.push_back(best[cell]);
        m_uncovered = static_cast<int>(offers.size()) - takeFirst(offers);
    }
}

void BlockFilling::takeWorst() {
    std::vector<int> blocks = left();
    std::erase_if(blocks, [this](int i) { return error(i) == 0; });
    takeFirst(std::move(blocks));
}

void BlockFilling::takeEvenly() {
    const std::vector<int> blocks = left();
    const auto all = static_cast<std::int64_t>(blocks.size());
    const std::int64_t count = std::clamp<std::int64_t>(room(), 0, all);
    for (std::int64_t i = 0; i < count; ++i)
        take(blocks[static_cast<std::size_t>(i * all / count)]);
}

std::uint32_t BlockFilling::largestLeft() const {
    std::uint32_t largest = 0;
    for (int i = 0; i < m_mask.count(); ++i)
        if (!m_mask.kept(i))
            largest = std::max(largest, error(i));
    return largest;
}

std::vector<int> BlockFilling::left() const {
    std::vector<int> blocks;
    for (int i = 0; i < m_mask.count(); ++i)
        if (!m_mask.kept(i))
            blocks.push_back(i);
    return blocks;
}

} // namespace prunescope
