#pragma once

#include "core/blocks/block_grid.h"
#include "core/image/picture.h"

namespace prunescope {

/// 8-bit view of a resized picture as blocks in token order. No copy: it shares the picture's pixels.
class PixelBlocks {
public:
    /// Throws Error(BadInput) unless both sides are multiples of 32.
    explicit PixelBlocks(Picture resized) : m_picture(std::move(resized)), m_grid(BlockGrid::of(m_picture.size())) {}

    const BlockGrid& grid() const { return m_grid; }
    const Picture& picture() const { return m_picture; }
    std::size_t strideBytes() const { return m_picture.strideBytes(); }
    /// First sample of the block; its 32 rows of 96 bytes are `strideBytes` apart.
    const std::uint8_t* block(int index) const {
        return m_picture.row(m_grid.row(index) * kBlockPx) + static_cast<std::size_t>(m_grid.col(index)) * kBlockPx * 3;
    }

private:
    Picture m_picture;
    BlockGrid m_grid;
};

} // namespace prunescope
