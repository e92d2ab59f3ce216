#pragma once

#include <type_traits>

namespace prunescope {

/// Geometry in which a vision encoder cuts a picture: into square patches, of which merge x merge become one vision
/// token, a block.
struct PatchGeometry {
    int patchPx = 16; ///< side of a patch
    int merge = 2;    ///< patches on a side of a block
    int frames = 2;   ///< so many times the encoder sees a still image

    /// Sides of a block: none is smaller, and the sum of its squared differences fits 32 bits up to the largest.
    static constexpr int kLeastBlockPx = 8, kMostBlockPx = 148;

    /// Side of a block.
    constexpr int blockPx() const { return patchPx * merge; }
    constexpr int patchesPerBlock() const { return merge * merge; }
    /// Bytes of a block, three a pixel.
    constexpr int blockSamples() const { return blockPx() * blockPx() * 3; }
    /// Values of a patch row: channel, frame, row, column.
    constexpr int patchFeatures() const { return 3 * frames * patchPx * patchPx; }
    constexpr bool valid() const {
        return patchPx > 0 && merge > 0 && frames > 0 && patchPx <= kMostBlockPx && merge <= kMostBlockPx / patchPx &&
               blockPx() >= kLeastBlockPx;
    }
    bool operator==(const PatchGeometry&) const = default;
};

/// Calls `work` with `geometry`, as a constant where it is Qwen3-VL's: loops over its blocks are compiled for it. What
/// comes converts to PatchGeometry.
template <typename Work>
decltype(auto) withGeometry(const PatchGeometry& geometry, Work&& work) {
    if (geometry == PatchGeometry{})
        return work(std::integral_constant<PatchGeometry, PatchGeometry{}>{});
    return work(geometry);
}

} // namespace prunescope
