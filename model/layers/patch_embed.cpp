#include "model/layers/patch_embed.h"

#include "core/base/error.h"
#include "core/kernels/cuda_kernels.h"

#include <string>

namespace prunescope::model {

namespace {

RowType rowType(at::ScalarType dtype) {
    return dtype == at::kBFloat16 ? RowType::BFloat16 : RowType::Float32;
}

at::Tensor patchRowsOnHost(const PixelBlocks& blocks, const std::vector<int>& indices, at::ScalarType dtype) {
    const auto count = static_cast<std::int64_t>(indices.size()) * kPatchesPerBlock;
    at::Tensor rows = at::empty({count, kPatchFeatures}, dtype);
    writePatchRows(blocks, indices, rowType(dtype), rows.data_ptr());
    return rows;
}

/// Only the bytes of these blocks travel, an eighth of what their rows take in float32.
at::Tensor patchRowsOnGpu(const CudaKernels& kernels, const PixelBlocks& blocks, const std::vector<int>& indices,
                          at::Device device, at::ScalarType dtype) {
    const auto count = static_cast<std::int64_t>(indices.size());
    const at::Tensor host = at::empty({count, kBlockSamples}, at::kByte);
    gatherBlocks(blocks, indices, host.data_ptr<std::uint8_t>());
    const at::Tensor bytes = host.to(device);
    at::Tensor rows = at::empty({count * kPatchesPerBlock, kPatchFeatures}, at::TensorOptions(device).dtype(dtype));
    // LibTorch's default stream is CUDA's: the null pointer.
    const int error = kernels.patchRows(bytes.data_ptr<std::uint8_t>(), count, static_cast<int>(rowType(dtype)),
                                        rows.data_ptr(), nullptr);
    if (error != 0)
        throw Error(ErrorKind::Device, "CUDA kernel patch_rows failed with error " + std::to_string(error));
    return rows;
}

/// Where the samples of `count` patches fall between table entries: lower and upper entry, and the share of the upper.
struct AxisTaps {
    at::Tensor low;   // [patches] int64
    at::Tensor high;  // [patches] int64
    at::Tensor share; // [patches] float32
};

AxisTaps axisTaps(std::int64_t side, std::int64_t count, const at::Tensor& places) {
    const at::Tensor at = at::linspace(0, static_cast<double>(side - 1), count, at::kFloat).to(places.device());
    const at::Tensor low = at.to(at::kLong);
    return {low.index_select(0, places), (low + 1).clamp_max_(side - 1).index_select(0, places),
            (at - low).index_select(0, places)};
}

} // namespace

at::Tensor patchRows(const PixelBlocks& blocks, const std::vector<int>& indices, at::Device device,
                     at::ScalarType dtype) {
    const CudaKernels* kernels = device.is_cuda() ? cudaKernels() : nullptr;
    if (kernels)
        return patchRowsOnGpu(*kernels, blocks, indices, device, dtype);
    return patchRowsOnHost(blocks, indices, dtype).to(device);
}

PatchPlaces patchPlaces(const BlockGrid& grid, const std::vector<int>& indices, at::Device device) {
    std::vector<std::int64_t> y, x;
    y.reserve(indices.size() * kPatchesPerBlock);
    x.reserve(indices.size() * kPatchesPerBlock);
    for (const int index : indices)
        for (int patch = 0; patch < kPatchesPerBlock; ++patch) {
            y.push_back(grid.row(index) * kMerge + patch / kMerge);
            x.push_back(grid.col(index) * kMerge + patch % kMerge);
        }
    return {at::tensor(y, at::kLong).to(device), at::tensor(x, at::kLong).to(device)};
}

at::Tensor positionEmbedding(const at::Tensor& table, std::int64_t side, const BlockGrid& grid,
                             const PatchPlaces& places) {
    const AxisTaps y = axisTaps(side, grid.patchRows(), places.y);
    const AxisTaps x = axisTaps(side, grid.patchCols(), places.x);
    const auto corner = [&](const at::Tensor& row, const at::Tensor& col, const at::Tensor& weight) {
        return table.index_select(0, row * side + col) * weight.to(table.scalar_type()).unsqueeze(1);
    };
    const at::Tensor top = 1 - y.share, left = 1 - x.share;
    return corner(y.low, x.low, top * left) + corner(y.low, x.high, top * x.share) +
           corner(y.high, x.low, y.share * left) + corner(y.high, x.high, y.share * x.share);
}

} // namespace prunescope::model
