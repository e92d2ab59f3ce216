#pragma once

#include "core/blocks/block_grid.h"

#include <cstdint>
#include <string>
#include <vector>

namespace prunescope {

/// One flag per block: kept or dropped.
class KeepMask {
public:
    KeepMask() = default;
    /// A mask that keeps nothing.
    explicit KeepMask(BlockGrid grid) : m_grid(grid), m_keep(static_cast<std::size_t>(grid.count()), 0) {}
    static KeepMask all(BlockGrid grid);

    const BlockGrid& grid() const { return m_grid; }
    int count() const { return m_grid.count(); }
    bool kept(int index) const { return m_keep[static_cast<std::size_t>(index)] != 0; }
    void keep(int index) { m_keep[static_cast<std::size_t>(index)] = 1; }
    int keptCount() const;
    /// Patches of the kept blocks.
    int keptPatchCount() const { return keptCount() * m_grid.geometry.patchesPerBlock(); }
    /// 1 for an empty grid: nothing was dropped.
    double keptShare() const;
    /// Kept blocks in token order.
    std::vector<int> keptIndices() const;
    /// base64 of the bits, row-major, 1 = kept, most significant bit first, zero-padded to a byte.
    std::string toBase64() const;
    /// Inverse of `toBase64`. Throws Error(BadInput) when `text` is no base64 of exactly that many bits.
    static KeepMask fromBase64(BlockGrid grid, const std::string& text);

    bool operator==(const KeepMask&) const = default;

private:
    BlockGrid m_grid;
    std::vector<std::uint8_t> m_keep;
};

} // namespace prunescope
