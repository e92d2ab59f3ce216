#include "model/layers/cuda_ops.h"

#include "core/gpu/cuda_kernels.h"
#include "model/kernels/cuda_layers.h"
#include "model/layers/patch_embed.h"

namespace prunescope::model {

namespace {

constexpr std::int64_t kWide = 8;          // values that kernels read at once
constexpr std::int64_t kWidestNorm = 8192; // float32 values of a row in shared memory

bool isAligned(const at::Tensor& x) {
    return reinterpret_cast<std::uintptr_t>(x.const_data_ptr()) % 16 == 0;
}

/// The kernels where they can read `x`.
const CudaLayers* layersFor(const at::Tensor& x) {
    const bool isReadable = x.is_cuda() && x.is_contiguous() && isAligned(x) &&
                            (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
    return isReadable && cudaKernels() ? cudaLayers() : nullptr;
}

ValueType typeOf(const at::Tensor& x) {
    return x.scalar_type() == at::kFloat ? ValueType::Float32 : ValueType::BFloat16;
}

bool sameType(const at::Tensor& x, const at::Tensor& other) {
    return other.scalar_type() == x.scalar_type() && other.is_contiguous() && isAligned(other);
}

void* dataOf(const at::Tensor& x) {
    return x.defined() ? x.data_ptr() : nullptr;
}

} // namespace

std::optional<at::Tensor> cudaAddNorm(const at::Tensor& hidden, const at::Tensor& delta, const at::Tensor& weight,
                                      const at::Tensor& bias, double epsilon) {
    const CudaLayers* layers = layersFor(hidden);
    const std::int64_t width = hidden.size(-1);
    if (!layers || width % kWide != 0 || width > kWidestNorm || !sameType(hidden, weight) ||
        (delta.defined() && !sameType(hidden, delta)) || (bias.defined() && !sameType(hidden, bias)))
        return std::nullopt;
    at::Tensor out = at::empty_like(hidden);
    const CudaNorm norm{
        typeOf(hidden), hidden.data_ptr(),      dataOf(delta),           weight.data_ptr(),          dataOf(bias),
        out.data_ptr(), hidden.numel() / width, static_cast<int>(width), static_cast<float>(epsilon)};
    checkCuda(layers->addNorm(&norm, kDefaultStream), "kernel add_norm");
    return out;
}

std::optional<at::Tensor> cudaLanguageHeads(const at::Tensor& qkv, const HeadNorms& norms, const RotaryTable& table,
                                            std::int64_t layer, KvCache& cache) {
    const CudaLayers* layers = layersFor(qkv);
    if (!layers || !sameType(qkv, norms.query) || !sameType(qkv, norms.key) || !sameType(qkv, table.cos) ||
        !sameType(qkv, table.sin) || norms.query.size(0) % 4 != 0)
        return std::nullopt;
    const std::int64_t tokens = qkv.size(0), headDim = norms.query.size(0);
    cache.makeRoom(tokens);
    const KvCache::View room = cache.room(layer);
    const std::int64_t kvHeads = room.keys.size(1), heads = qkv.size(1) / headDim - 2 * kvHeads;
    const CudaLanguageHeads call{.type = typeOf(qkv),
                                 .qkv = qkv.data_ptr(),
                                 .qNorm = norms.query.data_ptr(),
                                 .kNorm = norms.key.data_ptr(),
                                 .cosines = table.cos.data_ptr(),
                                 .sines = table.sin.data_ptr(),
                                 .keys = room.keys.data_ptr(),
                                 .values = room.values.data_ptr(),
                                 .tokens = tokens,
                                 .first = cache.length(layer),
                                 .capacity = cache.capacity(),
                                 .heads = static_cast<int>(heads),
                                 .kvHeads = static_cast<int>(kvHeads),
                                 .headDim = static_cast<int>(headDim),
                                 .epsilon = static_cast<float>(norms.epsilon)};
    checkCuda(layers->turnLanguageHeads(&call, kDefaultStream), "kernel turn_language_heads");
    return qkv.narrow(1, 0, heads * headDim).view({tokens, heads, headDim});
}

bool cudaVisionHeads(const at::Tensor& qkv, const RotaryTable& table) {
    const CudaLayers* layers = layersFor(qkv);
    if (!layers || qkv.size(3) % 4 != 0 || table.cos.scalar_type() != at::kFloat || !sameType(table.cos, table.cos) ||
        !sameType(table.cos, table.sin))
        return false;
    const CudaVisionHeads call{typeOf(qkv),
                               qkv.data_ptr(),
                               table.cos.data_ptr<float>(),
                               table.sin.data_ptr<float>(),
                               qkv.size(0),
                               static_cast<int>(qkv.size(2)),
                               static_cast<int>(qkv.size(3))};
    checkCuda(layers->turnVisionHeads(&call, kDefaultStream), "kernel turn_vision_heads");
    return true;
}

std::optional<at::Tensor> cudaGate(const at::Tensor& gateUp) {
    const CudaLayers* layers = layersFor(gateUp);
    const std::int64_t inner = gateUp.size(1) / 2;
    if (!layers || inner % kWide != 0)
        return std::nullopt;
    at::Tensor out = at::empty({gateUp.size(0), inner}, gateUp.options());
    const CudaGate call{typeOf(gateUp), gateUp.data_ptr(), out.data_ptr(), gateUp.size(0), static_cast<int>(inner)};
    checkCuda(layers->gate(&call, kDefaultStream), "kernel gate");
    return out;
}

std::optional<RotaryTable> cudaPlacePatches(const at::Tensor& patches, const at::Tensor& table, std::int64_t side,
                                            const BlockGrid& grid, const std::vector<int>& blocks,
                                            std::int64_t headDim) {
    const CudaLayers* layers = layersFor(patches);
    const std::int64_t width = table.size(1);
    if (!layers || !sameType(patches, table) || width % kWide != 0 || headDim % 4 != 0 ||
        grid.geometry.merge != kPlacedMerge)
        return std::nullopt;
    const at::Device device = patches.device();
    const at::Tensor indices = at::tensor(blocks, at::kInt).to(device);
    const at::Tensor numbers = at::cat({tableSamples(side, grid.patchRows()), tableSamples(side, grid.patchCols()),
                                        visionFrequencies(headDim)})
                                   .to(device);
    const auto tableOptions = at::TensorOptions(device).dtype(at::kFloat);
    RotaryTable rotary{at::empty({patches.size(0), headDim}, tableOptions),
                       at::empty({patches.size(0), headDim}, tableOptions)};
    const float* samples = numbers.data_ptr<float>();
    const CudaPlaces call{.type = typeOf(patches),
                          .patches = patches.data_ptr(),
                          .blocks = indices.data_ptr<std::int32_t>(),
                          .count = static_cast<std::int64_t>(blocks.size()),
                          .cols = grid.cols,
                          .table = table.data_ptr(),
                          .rowSamples = samples,
                          .colSamples = samples + grid.patchRows(),
                          .frequencies = samples + grid.patchRows() + grid.patchCols(),
                          .cosines = rotary.cos.data_ptr<float>(),
                          .sines = rotary.sin.data_ptr<float>(),
                          .side = static_cast<int>(side),
                          .width = static_cast<int>(width),
                          .headDim = static_cast<int>(headDim)};
    checkCuda(layers->placePatches(&call, kDefaultStream), "kernel place_patches");
    return rotary;
}

} // namespace prunescope::model
