#pragma once

#include "core/base/error.h"
#include "core/blocks/pixel_blocks.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace prunescope::model {

/// A resized image as the vision encoder takes it: its pixels lie in host memory, or on the network's GPU alone.
/// Copies share the pixels.
class VisionImage {
public:
    VisionImage(PixelBlocks blocks) : m_grid(blocks.grid()), m_blocks(std::move(blocks)) {}
    /// `pixels`: device memory [height, width, 3] of the grid's size, 16-byte aligned.
    VisionImage(BlockGrid grid, std::shared_ptr<const std::uint8_t> pixels)
        : m_grid(grid), m_devicePixels(std::move(pixels)) {}

    const BlockGrid& grid() const { return m_grid; }
    /// The pixels on the GPU; nullptr where they are in host memory.
    const std::uint8_t* devicePixels() const { return m_devicePixels.get(); }
    const PixelBlocks& blocks() const {
        check(m_blocks.has_value(), "a picture in host memory");
        return *m_blocks;
    }

private:
    BlockGrid m_grid;
    std::optional<PixelBlocks> m_blocks;
    std::shared_ptr<const std::uint8_t> m_devicePixels;
};

} // namespace prunescope::model
