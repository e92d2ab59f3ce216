#pragma once

#include "core/kernels/patch_rows.h"
#include "model/images/vision_image.h"
#include "model/layers/linear.h"

#include <vector>

namespace prunescope::model {

/// Patch rows of the given blocks in token order, of values as `scale` has them (qwen3-vl spec 3.3 and 3.4):
/// [patchesPerBlock * blocks, patchFeatures]. Only these blocks are read, and where the GPU has a kernel, which is for
/// Qwen3-VL's blocks and scale, only their bytes travel to `device`; nothing does for a picture that is there.
at::Tensor patchRows(const VisionImage& picture, const std::vector<int>& indices, at::Device device,
                     at::ScalarType dtype, const PixelScale& scale = {});

/// Row and column of the patches of the given blocks on the full grid, in token order: [patchesPerBlock * blocks] int64
/// each.
struct PatchPlaces {
    at::Tensor y;
    at::Tensor x;
};
PatchPlaces patchPlaces(const BlockGrid& grid, const std::vector<int>& indices, at::Device device);

/// Learned positions, interpolated bilinearly from a square table to the full grid, for the given patches
/// (qwen3-vl spec 4.2): [patches, width]. `table`: [side * side, width].
at::Tensor positionEmbedding(const at::Tensor& table, std::int64_t side, const BlockGrid& grid,
                             const PatchPlaces& places);

/// Places of the samples of `count` patches along one axis in a table of `side` entries: [count] float32 on the CPU.
at::Tensor tableSamples(std::int64_t side, std::int64_t count);

} // namespace prunescope::model
