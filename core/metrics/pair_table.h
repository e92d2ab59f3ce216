#pragma once

#include "core/blocks/pixel_blocks.h"
#include "core/kernels/block_distance.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace prunescope {

/// Raw distances of neighbouring blocks of one picture, each measured once: 8 bytes a block. They do not depend on tau,
/// so that a new threshold costs lookups. Filling writes; reading is safe from any thread.
class PairTable {
public:
    /// Pairs of blocks that a pruning method looks at.
    enum class Neighbours { None, Before, BeforeAndUp };
    static constexpr std::uint32_t kExact = std::numeric_limits<std::uint32_t>::max();

    /// Distances above `cap` are only known to be above it; measuring them stops early.
    PairTable(PixelBlocks blocks, Reduction reduction, std::uint32_t cap = kExact, CpuLevel level = bestCpuLevel());

    /// Measures what is not there yet, on several threads where that pays.
    void fill(Neighbours neighbours);

    const PixelBlocks& blocks() const { return m_blocks; }
    Reduction reduction() const { return m_reduction; }
    /// Distance to the block before in row-major order, for i >= 1; the first of a row follows the last of the row
    /// above.
    std::uint32_t before(int i) const { return m_before[static_cast<std::size_t>(i)]; }
    /// Distance to the block above, for i >= cols.
    std::uint32_t up(int i) const { return m_up[static_cast<std::size_t>(i)]; }
    /// Distance of any two blocks, measured now; exact up to `most`, above that any value above it.
    std::uint32_t measure(int a, int b, std::uint32_t most) const {
        return m_distance(m_blocks.block(a), m_blocks.block(b), m_blocks.strideBytes(), most);
    }

private:
    void measureAll(bool before, bool up);

    PixelBlocks m_blocks;
    Reduction m_reduction;
    std::uint32_t m_cap;
    BlockDistance m_distance;
    std::vector<std::uint32_t> m_before; // empty: not filled
    std::vector<std::uint32_t> m_up;
};

} // namespace prunescope
