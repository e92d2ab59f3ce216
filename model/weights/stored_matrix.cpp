#include "model/weights/stored_matrix.h"

#include "core/base/error.h"
#include "model/weights/integer_matrix.h"

#include <array>
#include <cstring>

namespace prunescope::model {

namespace {

constexpr std::int64_t kFp8Block = 128; // rows and columns that share a scale, in all checkpoints with blocks

std::optional<at::ScalarType> scalarType(std::string_view dtype) {
    constexpr std::array<std::pair<std::string_view, at::ScalarType>, 8> kTypes{{
        {"F32", at::kFloat},
        {"BF16", at::kBFloat16},
        {"F16", at::kHalf},
        {"F8_E4M3", at::kByte}, // the codes
        {"I8", at::kChar},
        {"U8", at::kByte},
        {"I32", at::kInt},
        {"I64", at::kLong},
    }};
    for (const auto& [name, type] : kTypes)
        if (name == dtype)
            return type;
    return std::nullopt;
}

[[noreturn]] void misfit(const StoredWeight& weight, const TensorPlace& part, const std::string& expected) {
    throw Error(ErrorKind::BadFile, weight.where + " is " + shapeText(weight.shape) + ", but what belongs to it is " +
                                        part.tensor->dtype + " " + shapeText(part.tensor->shape) + ", expected " +
                                        expected);
}

/// Bytes of a part as they lie in the file: [rows, bytes of a row].
at::Tensor mappedBytes(const TensorPlace& place, std::int64_t rows, at::ScalarType type) {
    void* data = const_cast<std::byte*>(place.tensor->bytes.data());
    const auto bytes = static_cast<std::int64_t>(place.tensor->bytes.size());
    return at::from_blob(
        data, {rows, rows > 0 ? bytes / rows : 0}, [place](void*) { place.file->release(*place.tensor); },
        at::TensorOptions().dtype(type));
}

/// Scales in float32, as a grid of rows and columns.
at::Tensor gridOf(const StoredWeight& weight) {
    const at::Tensor stored = mappedTensor(weight.scales, weight.where + "_scale").to(at::kFloat);
    if (stored.dim() > 2 || stored.numel() == 0)
        misfit(weight, weight.scales, "a matrix of scales");
    return (stored.dim() == 2 ? stored : stored.view({-1, 1})).contiguous();
}

std::int64_t parts(std::int64_t whole, std::int64_t size) {
    return (whole + size - 1) / size;
}

/// Numbers along one axis that share a scale, where `count` scales are for `whole` numbers.
std::int64_t sideOf(const StoredWeight& weight, std::int64_t whole, std::int64_t count) {
    if (whole % count != 0)
        misfit(weight, weight.scales, "a scale for each row, group of columns, or block of 128 x 128");
    return whole / count;
}

/// Whether scales are those of blocks of 128 x 128, of which the last may be cut off.
bool isBlocks(const StoredWeight& weight, const at::Tensor& grid) {
    return parts(weight.rows(), kFp8Block) == grid.size(0) && parts(weight.cols(), kFp8Block) == grid.size(1);
}

PackedTensors fp8(const StoredWeight& weight) {
    const at::Tensor grid = gridOf(weight);
    const bool blocks = isBlocks(weight, grid);
    return {.type = WeightType::Fp8,
            .data = mappedBytes(weight.data, weight.rows(), at::kByte),
            .scales = grid,
            .scaleRows = blocks ? kFp8Block : sideOf(weight, weight.rows(), grid.size(0)),
            .scaleCols = blocks ? kFp8Block : sideOf(weight, weight.cols(), grid.size(1))};
}

PackedTensors int8(const StoredWeight& weight) {
    const at::Tensor grid = gridOf(weight);
    const at::Tensor data = mappedBytes(weight.data, weight.rows(), at::kChar);
    const std::int64_t rowSide = sideOf(weight, weight.rows(), grid.size(0));
    const std::int64_t colSide = sideOf(weight, weight.cols(), grid.size(1));
    if (grid.size(1) == 1)
        return {.type = WeightType::Int8, .data = data, .scales = grid.view({-1}).repeat_interleave(rowSide)};
    return {.type = WeightType::Int8Group, .data = data, .scales = grid, .scaleRows = rowSide, .scaleCols = colSide};
}

PackedTensors fp4(const StoredWeight& weight) {
    const at::Tensor factor = mappedTensor(weight.factor, weight.where + "_global_scale").to(at::kFloat);
    const bool fits = weight.scales.tensor->dtype == "F8_E4M3" && weight.cols() % 16 == 0 &&
                      weight.scales.tensor->shape == std::vector<std::int64_t>{weight.rows(), weight.cols() / 16};
    if (!fits)
        misfit(weight, weight.scales, "F8_E4M3 scales of 16 columns each");
    if (factor.numel() != 1)
        misfit(weight, weight.factor, "one number");
    return {.type = WeightType::Fp4,
            .data = mappedBytes(weight.data, weight.rows(), at::kByte),
            .scales = mappedBytes(weight.scales, weight.rows(), at::kByte),
            .factor = 1 / factor.item<float>()};
}

PackedTensors ggufBlocks(const StoredWeight& weight) {
    for (const WeightTraits& traits : weightTypes()) {
        std::string name(traits.name);
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
        if (name == weight.data.tensor->dtype)
            return {.type = traits.type, .data = mappedBytes(weight.data, weight.rows(), at::kByte)};
    }
    throw Error(ErrorKind::Unsupported,
                weight.where + " is stored as " + weight.data.tensor->dtype + ", which can't be read");
}

/// Number `index` of those of `bits` bits that follow each other from the lowest bit of the first word on.
std::uint8_t bitsAt(const std::byte* words, std::int64_t index, int bits) {
    const std::int64_t first = index * bits;
    std::uint16_t two = 0; // bytes: a number has at most 8 bits
    std::memcpy(&two, words + first / 8, first % 8 + bits > 8 ? 2 : 1);
    return static_cast<std::uint8_t>((two >> (first % 8)) & ((1 << bits) - 1));
}

std::vector<float> floatsOf(const at::Tensor& tensor) {
    const at::Tensor flat = tensor.to(at::kFloat).contiguous();
    return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

/// compressed-tensors' pack-quantized: numbers are stored with 2^(bits - 1) added, zeros packed along the rows.
IntegerMatrix integersOf(const StoredWeight& weight) {
    const at::Tensor grid = gridOf(weight);
    IntegerMatrix matrix{.rows = weight.rows(), .cols = weight.cols(), .bits = weight.bits};
    matrix.group = sideOf(weight, matrix.cols, grid.size(1));
    const std::int64_t groups = grid.size(1), rowSide = sideOf(weight, matrix.rows, grid.size(0));
    matrix.scales = floatsOf(grid.repeat_interleave(rowSide, 0));
    const std::int64_t half = std::int64_t{1} << (weight.bits - 1);
    matrix.zeros.assign(static_cast<std::size_t>(matrix.rows * groups), static_cast<std::int16_t>(half));
    if (weight.zeros) {
        const StoredTensor& stored = *weight.zeros.tensor;
        const std::int64_t words = parts(matrix.rows * weight.bits, 32);
        if (stored.dtype != "I32" || stored.shape != std::vector<std::int64_t>{words, groups})
            misfit(weight, weight.zeros, "I32 " + shapeText(std::vector<std::int64_t>{words, groups}));
        const at::Tensor turned = mappedTensor(weight.zeros, weight.where).t().contiguous(); // [groups, words]
        const auto* bytes = static_cast<const std::byte*>(turned.const_data_ptr());
        for (std::int64_t row = 0; row < matrix.rows; ++row)
            for (std::int64_t g = 0; g < groups; ++g)
                matrix.zeros[static_cast<std::size_t>(row * groups + g)] =
                    bitsAt(bytes + g * words * 4, row, weight.bits);
    }
    if (weight.groups) {
        const at::Tensor order = mappedTensor(weight.groups, weight.where).to(at::kLong).contiguous();
        const std::int64_t* of = order.const_data_ptr<std::int64_t>();
        const bool fits = order.numel() == matrix.cols && order.min().item<std::int64_t>() >= 0 &&
                          order.max().item<std::int64_t>() < groups;
        if (!fits)
            misfit(weight, weight.groups, "the group of each column");
        matrix.groupOf.assign(of, of + order.numel());
    }
    const std::int64_t rowBytes = parts(matrix.cols * weight.bits, 32) * 4;
    const std::byte* data = weight.data.tensor->bytes.data();
    matrix.read = [data, rowBytes, bits = weight.bits, cols = matrix.cols](std::int64_t row, std::uint8_t* q) {
        for (std::int64_t col = 0; col < cols; ++col)
            q[col] = bitsAt(data + row * rowBytes, col, bits);
    };
    return matrix;
}

} // namespace

at::Tensor mappedTensor(const TensorPlace& place, const std::string& where) {
    const auto type = scalarType(place.tensor->dtype);
    if (!type)
        throw Error(ErrorKind::Unsupported,
                    where + " is stored as " + place.tensor->dtype + ", expected F32, BF16 or F16");
    void* data = const_cast<std::byte*>(place.tensor->bytes.data());
    // What was copied or packed need not stay in memory: the file is there to be read again.
    const at::Tensor tensor = at::from_blob(
        data, place.tensor->shape, [place](void*) { place.file->release(*place.tensor); },
        at::TensorOptions().dtype(*type));
    const bool aligned = reinterpret_cast<std::uintptr_t>(data) % tensor.element_size() == 0;
    return aligned ? tensor : tensor.clone();
}

std::optional<PackedTensors> packedAsStored(const StoredWeight& weight) {
    switch (weight.coding) {
    case Coding::Plain:
        return std::nullopt;
    case Coding::Fp8:
        return fp8(weight);
    case Coding::Int8:
        return int8(weight);
    case Coding::Bits:
        return packedExactly(integersOf(weight));
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
    if (weight.coding == Coding::Bits)
        return valuesOf(integersOf(weight)).view(weight.shape);
    return unpack(packedAsStored(weight).value(), at::kFloat).view(weight.shape);
}

} // namespace prunescope::model
