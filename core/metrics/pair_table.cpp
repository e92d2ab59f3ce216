#include "core/metrics/pair_table.h"

#include "core/base/parallel.h"

#include <utility>

namespace prunescope {

PairTable::PairTable(PixelBlocks blocks, Reduction reduction, std::uint32_t cap, CpuLevel level)
    : m_blocks(std::move(blocks)), m_reduction(reduction), m_cap(cap),
      m_distance(reduction, m_blocks.geometry().blockPx(), level) {}

void PairTable::fill(Neighbours neighbours) {
    const bool before = neighbours != Neighbours::None && m_before.empty();
    const bool up = neighbours == Neighbours::BeforeAndUp && m_up.empty();
    const auto count = static_cast<std::size_t>(m_blocks.grid().count());
    if (before)
        m_before.resize(count);
    if (up)
        m_up.resize(count);
    if (before || up)
        measureAll(before, up);
}

/// Both pairs of a block in one visit: the picture passes through the caches once.
void PairTable::measureAll(bool before, bool up) {
    const int cols = m_blocks.grid().cols;
    const int grain = 1 + kBytesPerThread / (cols * m_blocks.geometry().blockSamples());
    const auto measureRows = [&](int firstRow, int lastRow) {
        for (int i = firstRow * cols; i < lastRow * cols; ++i) {
            if (before && i > 0)
                m_before[static_cast<std::size_t>(i)] = measure(i, i - 1, m_cap);
            if (up && i >= cols)
                m_up[static_cast<std::size_t>(i)] = measure(i, i - cols, m_cap);
        }
    };
    parallelRanges(m_blocks.grid().rows, grain, measureRows);
}

} // namespace prunescope
