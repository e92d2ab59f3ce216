#pragma once

#include "core/blocks/block_grid.h"
#include "core/image/picture.h"

namespace prunescope {

/// 8-bit view of a resized picture as blocks in token order. No copy: it shares the picture's pixels.
class PixelBlocks {
public:
    /// Throws Error(BadInput) unless both sides are multiples of the block's.
    explicit PixelBlocks(Picture resized, const PatchGeometry& geometry = {})
        : m_picture(std::move(resized)), m_grid(BlockGrid::of(m_picture.size(), geometry)) {}

    const BlockGrid& grid() const { return m_grid; }
    const Picture& picture() const { return m_picture; }
    std::size_t strideBytes() const { return m_picture.strideBytes(); }
    const PatchGeometry& geometry() const { return m_grid.geometry; }
    /// First sample of the block; its rows of three bytes a pixel are `strideBytes` apart.
    const std::uint8_t* block(int index) const {
        const int side = m_grid.geometry.blockPx();
        return m_picture.row(m_grid.row(index) * side) + static_cast<std::size_t>(m_grid.col(index) * side) * 3;
    }

private:
    Picture m_picture;
    BlockGrid m_grid;
};

} // namespace prunescope
