#include "tests/model/stored_matrix.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace prunescope::test {

using namespace model;

namespace {

/// Of a normal distribution, rounded to zero in half precision; also numbers without a leading one.
std::uint16_t randomHalf(std::mt19937& random) {
    const int exponent = std::uniform_int_distribution(0, 16)(random); // up to 4
    return static_cast<std::uint16_t>((random() & 0x83ff) | static_cast<unsigned>(exponent) << 10);
}

float randomFloat(std::mt19937& random) {
    return std::normal_distribution<float>()(random);
}

void put(const void* value, std::size_t bytes, std::uint8_t* to) {
    std::memcpy(to, value, bytes);
}

/// A byte that is no NaN in E4M3FN.
std::uint8_t randomFp8(std::mt19937& random) {
    const auto code = static_cast<std::uint8_t>(random());
    return (code & 0x7f) == 0x7f ? std::uint8_t{0x7e} : code;
}

void fillData(const MatrixView& matrix, std::uint8_t* data, std::mt19937& random) {
    const WeightTraits& traits = traitsOf(matrix.type);
    for (std::int64_t i = 0; i < dataBytes(matrix); ++i)
        data[i] = matrix.type == WeightType::Fp8 ? randomFp8(random) : static_cast<std::uint8_t>(random());
    for (std::int64_t at = 0; at < dataBytes(matrix); at += traits.blockBytes) {
        for (const int offset : halvesOf(matrix.type)) {
            const std::uint16_t half = randomHalf(random);
            put(&half, sizeof half, data + at + offset);
        }
        const float value = randomFloat(random);
        if (matrix.type == WeightType::Float32)
            put(&value, sizeof value, data + at);
        else if (matrix.type == WeightType::BFloat16) // the upper half of a float32
            put(reinterpret_cast<const char*>(&value) + 2, 2, data + at);
    }
}

} // namespace

std::vector<int> halvesOf(WeightType type) {
    switch (type) {
    case WeightType::Float16:
    case WeightType::Q8_0:
        return {0};
    case WeightType::Q4_K:
    case WeightType::Q5_K:
        return {0, 2};
    case WeightType::Q6_K:
        return {208};
    default:
        return {};
    }
}

StoredMatrix::StoredMatrix(WeightType type, std::int64_t rows, std::int64_t cols, std::mt19937& random,
                           std::int64_t scaleRows, std::int64_t scaleCols)
    : m_view{type, nullptr, nullptr, rows, cols, scaleRows, scaleCols, 0.25f},
      m_before(type == WeightType::Float32 || type == WeightType::BFloat16 ? 0 : 1),
      m_data(static_cast<std::size_t>(dataBytes(m_view)) + m_before),
      m_scales(static_cast<std::size_t>(scaleBytes(m_view))) {
    m_view.data = data();
    m_view.scales = m_scales.data();
    fillData(m_view, data(), random);
    fillScales(random);
}

void StoredMatrix::fillScales(std::mt19937& random) {
    const ScaleLayout layout = traitsOf(m_view.type).scales;
    const std::size_t size = layout == ScaleLayout::Bytes16 ? 1 : layout == ScaleLayout::HalfPairs ? 2 : 4;
    for (std::size_t i = 0; i < m_scales.size(); i += size) {
        const float value = randomFloat(random);
        if (layout == ScaleLayout::Bytes16)
            m_scales[i] = randomFp8(random);
        else
            put(reinterpret_cast<const char*>(&value) + 4 - size, size, m_scales.data() + i);
    }
}

} // namespace prunescope::test
