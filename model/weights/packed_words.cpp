#include "model/weights/packed_words.h"

#include "model/weights/stored_parts.h"

#include <array>
#include <cstring>

namespace prunescope::model {

namespace {

/// Number `index` of those of `bits` bits that follow each other from the lowest bit of the first word on.
std::uint8_t bitsAt(const void* words, std::int64_t index, int bits) {
    const std::int64_t first = index * bits;
    std::uint16_t two = 0; // bytes: a number has at most 8 bits
    std::memcpy(&two, static_cast<const std::byte*>(words) + first / 8, first % 8 + bits > 8 ? 2 : 1);
    return static_cast<std::uint8_t>((two >> (first % 8)) & ((1 << bits) - 1));
}

std::vector<float> floatsOf(const at::Tensor& tensor) {
    const at::Tensor flat = tensor.to(at::kFloat).contiguous();
    return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

/// I32 words of a part in the order of rows, or of columns.
at::Tensor wordsOf(const StoredWeight& weight, const TensorPlace& part, const std::vector<std::int64_t>& shape,
                   bool turned) {
    if (part.tensor->dtype != "I32" || part.tensor->shape != shape)
        refusePart(weight, part, "I32 " + shapeText(shape));
    const at::Tensor words = mappedTensor(part, weight.where);
    return (turned ? words.t() : words).contiguous();
}

/// The group of each column, where it is not column / group.
std::vector<std::int64_t> groupsOf(const StoredWeight& weight, const IntegerMatrix& matrix) {
    if (!weight.groups)
        return {};
    const at::Tensor order = mappedTensor(weight.groups, weight.where).to(at::kLong).contiguous();
    const auto* first = order.const_data_ptr<std::int64_t>();
    std::vector<std::int64_t> of(first, first + order.numel());
    bool fits = std::ssize(of) == matrix.cols, inOrder = true;
    for (std::size_t col = 0; col < of.size(); ++col) {
        fits = fits && of[col] >= 0 && of[col] < matrix.groups();
        inOrder = inOrder && of[col] == static_cast<std::int64_t>(col) / matrix.group;
    }
    if (!fits)
        refusePart(weight, weight.groups, "the group of each column");
    return inOrder ? std::vector<std::int64_t>() : of;
}

/// compressed-tensors: numbers are stored with 2^(bits - 1) added, zeros packed along the rows.
IntegerMatrix bitsOf(const StoredWeight& weight) {
    const at::Tensor grid = scaleGrid(weight);
    IntegerMatrix matrix{.rows = weight.rows(), .cols = weight.cols(), .bits = weight.bits};
    const std::int64_t groups = grid.size(1);
    matrix.group = scaleSide(weight, matrix.cols, groups);
    matrix.scales = floatsOf(grid.repeat_interleave(scaleSide(weight, matrix.rows, grid.size(0)), 0));
    matrix.zeros.assign(matrix.scales.size(), static_cast<std::int16_t>(1 << (weight.bits - 1)));
    if (weight.zeros) {
        const std::int64_t words = parts(matrix.rows * weight.bits, 32);
        const at::Tensor turned = wordsOf(weight, weight.zeros, {words, groups}, true); // [groups, words]
        for (std::int64_t row = 0; row < matrix.rows; ++row)
            for (std::int64_t g = 0; g < groups; ++g)
                matrix.zeros[static_cast<std::size_t>(row * groups + g)] =
                    bitsAt(turned.const_data_ptr<int>() + g * words, row, weight.bits);
    }
    const at::Tensor words = wordsOf(weight, weight.data, {matrix.rows, parts(matrix.cols * weight.bits, 32)}, false);
    matrix.read = [words, bits = weight.bits, cols = matrix.cols](std::int64_t row, std::uint8_t* q) {
        const int* first = words.const_data_ptr<int>() + row * words.size(1);
        for (std::int64_t col = 0; col < cols; ++col)
            q[col] = bitsAt(first, col, bits);
    };
    return matrix;
}

/// Where AWQ has the number of a row among those of eight rows in a word.
int awqShift(std::int64_t row) {
    constexpr std::array<int, 8> kPlaces{0, 4, 1, 5, 2, 6, 3, 7};
    return 4 * kPlaces[static_cast<std::size_t>(row % 8)];
}

/// AWQ and GPTQ: scales and zeros are [groups, rows].
IntegerMatrix transposed(const StoredWeight& weight) {
    IntegerMatrix matrix{.rows = weight.rows(), .cols = weight.cols(), .bits = weight.bits};
    const at::Tensor grid = mappedTensor(weight.scales, weight.where).t();
    const std::int64_t groups = grid.size(1), words = matrix.rows * weight.bits / 32;
    matrix.group = scaleSide(weight, matrix.cols, groups);
    matrix.scales = floatsOf(grid);
    matrix.zeros.resize(matrix.scales.size());
    const at::Tensor zeros = wordsOf(weight, weight.zeros, {groups, words}, false);
    for (std::int64_t row = 0; row < matrix.rows; ++row)
        for (std::int64_t g = 0; g < groups; ++g) {
            const int* first = zeros.const_data_ptr<int>() + g * words;
            const int zero =
                weight.coding == Coding::Awq ? (first[row / 8] >> awqShift(row)) & 15 : bitsAt(first, row, weight.bits);
            matrix.zeros[static_cast<std::size_t>(row * groups + g)] =
                static_cast<std::int16_t>(zero + weight.zeroOffset);
        }
    return matrix;
}

IntegerMatrix awqOf(const StoredWeight& weight) {
    IntegerMatrix matrix = transposed(weight);
    const at::Tensor words = wordsOf(weight, weight.data, {matrix.cols, matrix.rows / 8}, true); // [rows / 8, cols]
    matrix.read = [words](std::int64_t row, std::uint8_t* q) {
        const int* first = words.const_data_ptr<int>() + row / 8 * words.size(1);
        for (std::int64_t col = 0; col < words.size(1); ++col)
            q[col] = static_cast<std::uint8_t>((first[col] >> awqShift(row)) & 15);
    };
    return matrix;
}

IntegerMatrix gptqOf(const StoredWeight& weight) {
    IntegerMatrix matrix = transposed(weight);
    matrix.groupOf = groupsOf(weight, matrix);
    const std::int64_t count = matrix.cols * weight.bits / 32;
    const at::Tensor words = wordsOf(weight, weight.data, {count, matrix.rows}, true); // [rows, words]
    matrix.read = [words, bits = weight.bits, cols = matrix.cols](std::int64_t row, std::uint8_t* q) {
        const int* first = words.const_data_ptr<int>() + row * words.size(1);
        for (std::int64_t col = 0; col < cols; ++col)
            q[col] = bitsAt(first, col, bits);
    };
    return matrix;
}

} // namespace

IntegerMatrix packedWords(const StoredWeight& weight) {
    if (weight.coding == Coding::Awq)
        return awqOf(weight);
    if (weight.coding == Coding::Gptq)
        return gptqOf(weight);
    IntegerMatrix matrix = bitsOf(weight);
    matrix.groupOf = groupsOf(weight, matrix);
    return matrix;
}

} // namespace prunescope::model
