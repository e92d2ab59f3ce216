#include "model/layers/patch_embed.h"

#include "core/base/error.h"
#include "core/gpu/cuda_kernels.h"
#include "model/kernels/cuda_layers.h"

namespace prunescope::model {

namespace {

RowType rowType(at::ScalarType dtype) {
    return dtype == at::kBFloat16 ? RowType::BFloat16 : RowType::Float32;
}

/// Room for the rows of `count` blocks.
at::Tensor roomForRows(const PatchGeometry& geometry, std::int64_t count, const at::TensorOptions& options) {
    return at::empty({count * geometry.patchesPerBlock(), geometry.patchFeatures()}, options);
}

at::Tensor patchRowsOnHost(const PixelBlocks& blocks, const std::vector<int>& indices, at::ScalarType dtype,
                           const PixelScale& scale) {
    at::Tensor rows = roomForRows(blocks.geometry(), static_cast<std::int64_t>(indices.size()), dtype);
    writePatchRows(blocks, indices, rowType(dtype), rows.data_ptr(), scale);
    return rows;
}

/// Only the bytes of these blocks travel, an eighth of what their rows take in float32.
at::Tensor patchRowsOnGpu(const CudaKernels& kernels, const PixelBlocks& blocks, const std::vector<int>& indices,
                          at::Device device, at::ScalarType dtype) {
    const auto count = static_cast<std::int64_t>(indices.size());
    const at::Tensor host = at::empty({count, kCudaGeometry.blockSamples()}, at::kByte);
    gatherBlocks(blocks, indices, host.data_ptr<std::uint8_t>());
    const at::Tensor bytes = host.to(device);
    at::Tensor rows = roomForRows(kCudaGeometry, count, at::TensorOptions(device).dtype(dtype));
    checkCuda(kernels.patchRows(bytes.data_ptr<std::uint8_t>(), count, static_cast<int>(rowType(dtype)),
                                rows.data_ptr(), kDefaultStream),
              "kernel patch_rows");
    return rows;
}

/// Of a picture that is there already: only the indices travel.
at::Tensor patchRowsInPlace(const CudaKernels& kernels, const VisionImage& picture, const std::vector<int>& indices,
                            at::Device device, at::ScalarType dtype) {
    const auto count = static_cast<std::int64_t>(indices.size());
    std::vector<std::int32_t> counted{static_cast<std::int32_t>(count)};
    counted.insert(counted.end(), indices.begin(), indices.end());
    const at::Tensor onDevice = at::tensor(counted, at::kInt).to(device);
    at::Tensor rows = roomForRows(kCudaGeometry, count, at::TensorOptions(device).dtype(dtype));
    CudaBlocks blocks{};
    blocks.picture = picture.devicePixels();
    blocks.rows = picture.grid().rows;
    blocks.cols = picture.grid().cols;
    blocks.indices = onDevice.data_ptr<std::int32_t>();
    checkCuda(kernels.keptRows(&blocks, count, static_cast<int>(rowType(dtype)), rows.data_ptr(), kDefaultStream),
              "kernel kept_rows");
    return rows;
}

/// Where the samples of `count` patches fall between table entries: lower and upper entry, and the share of the upper.
struct AxisSamples {
    at::Tensor low;   // [patches] int64
    at::Tensor high;  // [patches] int64
    at::Tensor share; // [patches] float32
};

AxisSamples axisSamples(std::int64_t side, std::int64_t count, const at::Tensor& places) {
    const at::Tensor at = tableSamples(side, count).to(places.device());
    const at::Tensor low = at.to(at::kLong);
    return {low.index_select(0, places), (low + 1).clamp_max_(side - 1).index_select(0, places),
            (at - low).index_select(0, places)};
}

} // namespace

at::Tensor patchRows(const VisionImage& picture, const std::vector<int>& indices, at::Device device,
                     at::ScalarType dtype, const PixelScale& scale) {
    const bool canRun = device.is_cuda() && picture.grid().geometry == kCudaGeometry && scale == PixelScale{};
    const CudaKernels* kernels = canRun ? cudaKernels() : nullptr;
    check(kernels || !picture.devicePixels(), "a picture on a GPU is read by kernels");
    if (!kernels)
        return patchRowsOnHost(picture.blocks(), indices, dtype, scale).to(device);
    return picture.devicePixels() ? patchRowsInPlace(*kernels, picture, indices, device, dtype)
                                  : patchRowsOnGpu(*kernels, picture.blocks(), indices, device, dtype);
}

PatchPlaces patchPlaces(const BlockGrid& grid, const std::vector<int>& indices, at::Device device) {
    std::vector<std::int64_t> y, x;
    const int merge = grid.geometry.merge, perBlock = grid.geometry.patchesPerBlock();
    y.reserve(indices.size() * static_cast<std::size_t>(perBlock));
    x.reserve(indices.size() * static_cast<std::size_t>(perBlock));
    for (const int index : indices)
        for (int patch = 0; patch < perBlock; ++patch) {
            y.push_back(grid.row(index) * merge + patch / merge);
            x.push_back(grid.col(index) * merge + patch % merge);
        }
    return {at::tensor(y, at::kLong).to(device), at::tensor(x, at::kLong).to(device)};
}

at::Tensor tableSamples(std::int64_t side, std::int64_t count) {
    return at::linspace(0, static_cast<double>(side - 1), count, at::kFloat);
}

at::Tensor positionEmbedding(const at::Tensor& table, std::int64_t side, const BlockGrid& grid,
                             const PatchPlaces& places) {
    const AxisSamples y = axisSamples(side, grid.patchRows(), places.y);
    const AxisSamples x = axisSamples(side, grid.patchCols(), places.x);
    const auto corner = [&](const at::Tensor& row, const at::Tensor& col, const at::Tensor& weight) {
        return table.index_select(0, row * side + col) * weight.to(table.scalar_type()).unsqueeze(1);
    };
    const at::Tensor top = 1 - y.share, left = 1 - x.share;
    return corner(y.low, x.low, top * left) + corner(y.low, x.high, top * x.share) +
           corner(y.high, x.low, y.share * left) + corner(y.high, x.high, y.share * x.share);
}

} // namespace prunescope::model
