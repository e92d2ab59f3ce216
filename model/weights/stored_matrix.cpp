#include "model/weights/stored_matrix.h"

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "model/weights/integer_matrix.h"
#include "model/weights/packed_words.h"
#include "model/weights/stored_parts.h"

#include <algorithm>

namespace prunescope::model {

namespace {

constexpr std::int64_t kFp8Block = 128; // rows and columns that share a scale, in all checkpoints with blocks

/// Bytes of a part as they lie in the file: [rows, bytes of a row].
at::Tensor mappedBytes(const TensorPlace& place, std::int64_t rows, at::ScalarType type) {
    void* data = const_cast<std::byte*>(place.tensor->bytes.data());
    const auto bytes = static_cast<std::int64_t>(place.tensor->bytes.size());
    return at::from_blob(
        data, {rows, rows > 0 ? bytes / rows : 0}, [place](void*) { place.file->release(*place.tensor); },
        at::TensorOptions().dtype(type));
}

/// Whether scales are those of blocks of 128 x 128, of which the last may be cut off.
bool isBlocks(const StoredWeight& weight, const at::Tensor& grid) {
    return parts(weight.rows(), kFp8Block) == grid.size(0) && parts(weight.cols(), kFp8Block) == grid.size(1);
}

PackedTensors fp8(const StoredWeight& weight) {
    const at::Tensor grid = scaleGrid(weight);
    const bool blocks = isBlocks(weight, grid);
    return {.type = WeightType::Fp8,
            .data = mappedBytes(weight.data, weight.rows(), at::kByte),
            .scales = grid,
            .scaleRows = blocks ? kFp8Block : scaleSide(weight, weight.rows(), grid.size(0)),
            .scaleCols = blocks ? kFp8Block : scaleSide(weight, weight.cols(), grid.size(1))};
}

PackedTensors int8(const StoredWeight& weight) {
    const at::Tensor grid = scaleGrid(weight);
    const at::Tensor data = mappedBytes(weight.data, weight.rows(), at::kChar);
    const std::int64_t rowSide = scaleSide(weight, weight.rows(), grid.size(0));
    const std::int64_t colSide = scaleSide(weight, weight.cols(), grid.size(1));
    if (grid.size(1) == 1)
        return {.type = WeightType::Int8, .data = data, .scales = grid.view({-1}).repeat_interleave(rowSide)};
    return {.type = WeightType::Int8Group, .data = data, .scales = grid, .scaleRows = rowSide, .scaleCols = colSide};
}

PackedTensors fp4(const StoredWeight& weight) {
    const at::Tensor factor = mappedTensor(weight.factor, weight.where + "_global_scale").to(at::kFloat);
    const bool fits = weight.scales.tensor->dtype == "F8_E4M3" && weight.cols() % 16 == 0 &&
                      weight.scales.tensor->shape == std::vector<std::int64_t>{weight.rows(), weight.cols() / 16};
    if (!fits)
        refusePart(weight, weight.scales, "F8_E4M3 scales of 16 columns each");
    if (factor.numel() != 1)
        refusePart(weight, weight.factor, "one number");
    return {.type = WeightType::Fp4,
            .data = mappedBytes(weight.data, weight.rows(), at::kByte),
            .scales = mappedBytes(weight.scales, weight.rows(), at::kByte),
            .factor = 1 / factor.item<float>()};
}

PackedTensors ggufBlocks(const StoredWeight& weight) {
    const std::string name = asciiLowerCase(weight.data.tensor->dtype);
    const auto found = std::ranges::find(weightTypes(), name, &WeightTraits::name);
    if (found != weightTypes().end())
        return {.type = found->type, .data = mappedBytes(weight.data, weight.rows(), at::kByte)};
    throw Error(ErrorKind::Unsupported,
                weight.where + " is stored as " + weight.data.tensor->dtype + ", which can't be read");
}

} // namespace

std::optional<PackedTensors> packedAsStored(const StoredWeight& weight) {
    switch (weight.coding) {
    case Coding::Plain:
        return std::nullopt;
    case Coding::Fp8:
        return fp8(weight);
    case Coding::Int8:
        return int8(weight);
    case Coding::Bits:
    case Coding::Awq:
    case Coding::Gptq:
        return packedExactly(packedWords(weight));
    case Coding::Fp4:
        return fp4(weight);
    case Coding::GgufBlock:
        return ggufBlocks(weight);
    }
    return std::nullopt;
}

at::Tensor valuesOf(const StoredWeight& weight) {
    if (weight.coding == Coding::Plain)
        return mappedTensor(weight.data, weight.where).to(at::kFloat);
    if (weight.coding == Coding::Bits || weight.coding == Coding::Awq || weight.coding == Coding::Gptq)
        return valuesOf(packedWords(weight)).view(weight.shape);
    return unpack(packedAsStored(weight).value(), at::kFloat).view(weight.shape);
}

} // namespace prunescope::model
