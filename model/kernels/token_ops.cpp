#include "model/kernels/token_ops.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace prunescope::model {

namespace {

constexpr std::int64_t kLanes = 16; // sums in so many parts become vectors

/// e^x within 2e-7 of the value and without a branch, so that loops over it become vectors: 2^n * e^r with |r| at most
/// half of ln 2, where e^r is its Taylor series.
float expOf(float x) {
    constexpr float kLowest = -87.0f, kHighest = 88.0f; // beyond, 2^n is no normal number
    constexpr float kLog2e = 1.44269504f, kLn2High = 0.693359375f, kLn2Low = -2.12194440e-4f;
    constexpr float kRound = 12582912.0f; // 1.5 * 2^23: adding it leaves the nearest integer in the last bits
    x = x < kLowest ? kLowest : x;
    x = x > kHighest ? kHighest : x;
    const float shifted = x * kLog2e + kRound;
    const float n = shifted - kRound;
    const float r = x - n * kLn2High - n * kLn2Low;
    float series = 1.0f / 5040;
    for (const float factor : {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 1.0f / 2, 1.0f, 1.0f})
        series = series * r + factor;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(series) + (std::bit_cast<std::uint32_t>(shifted) << 23));
}

float sumOfSquares(const float* x, std::int64_t count) {
    float sums[kLanes] = {};
    std::int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        for (std::int64_t lane = 0; lane < kLanes; ++lane)
            sums[lane] += x[i + lane] * x[i + lane];
    for (; i < count; ++i)
        sums[0] += x[i] * x[i];
    float sum = 0;
    for (const float part : sums)
        sum += part;
    return sum;
}

std::uint16_t roundedBits(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    constexpr std::uint32_t kInfinity = 0x7f800000, kMagnitude = 0x7fffffff;
    if ((bits & kMagnitude) > kInfinity)
        return static_cast<std::uint16_t>(bits >> 16 | 0x40); // a NaN stays one
    return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/// exp(x - max) in place; returns their sum.
float exponentials(float* scores, std::int64_t count) {
    float most = -std::numeric_limits<float>::infinity();
    for (std::int64_t i = 0; i < count; ++i)
        most = std::max(most, scores[i]);
    for (std::int64_t i = 0; i < count; ++i)
        scores[i] = expOf(scores[i] - most);
    double sum = 0; // of up to 262144 tokens
    for (std::int64_t i = 0; i < count; ++i)
        sum += static_cast<double>(scores[i]);
    return static_cast<float>(sum);
}

/// Calls work(rows first .. of `matrix`, first) for pieces that stay in the first caches while all heads use them.
template <typename Work>
void forPieces(const MatrixView& matrix, Work work) {
    constexpr std::int64_t kRows = 64;
    for (std::int64_t first = 0; first < matrix.rows; first += kRows) {
        MatrixView piece = matrix;
        piece.data = rowOf(matrix, first);
        piece.rows = std::min(kRows, matrix.rows - first);
        work(piece, first);
    }
}

} // namespace

void widen(WeightType type, const void* from, std::int64_t count, float* to) {
    if (type == WeightType::Float32) {
        std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(float));
        return;
    }
    const auto* bits = static_cast<const std::uint16_t*>(from);
    for (std::int64_t i = 0; i < count; ++i)
        to[i] = std::bit_cast<float>(static_cast<std::uint32_t>(bits[i]) << 16);
}

void narrow(WeightType type, const float* from, std::int64_t count, void* to) {
    if (type == WeightType::Float32) {
        std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(float));
        return;
    }
    auto* bits = static_cast<std::uint16_t*>(to);
    for (std::int64_t i = 0; i < count; ++i)
        bits[i] = roundedBits(from[i]);
}

void rmsNorm(const float* x, const float* weight, std::int64_t count, float epsilon, float* y) {
    const float scale = 1 / std::sqrt(sumOfSquares(x, count) / static_cast<float>(count) + epsilon);
    for (std::int64_t i = 0; i < count; ++i)
        y[i] = x[i] * scale * weight[i];
}

void rotateHead(float* head, const float* cos, const float* sin, std::int64_t headDim) {
    const std::int64_t half = headDim / 2;
    for (std::int64_t i = 0; i < half; ++i) {
        const float a = head[i], b = head[i + half];
        head[i] = a * cos[i] - b * sin[i];
        head[i + half] = b * cos[i] + a * sin[i];
    }
}

void swiGlu(float* gate, const float* up, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i)
        gate[i] = gate[i] / (1 + expOf(-gate[i])) * up[i];
}

void attend(const MatrixVector& kernels, const MatrixView& keys, const MatrixView& values, const HeadGroup& group) {
    const std::int64_t tokens = keys.rows, headDim = keys.cols;
    forPieces(keys, [&](const MatrixView& piece, std::int64_t first) {
        for (std::int64_t head = 0; head < group.heads; ++head)
            kernels.product(piece, {group.queries + head * headDim}, 0, piece.rows,
                            group.scores + head * tokens + first, nullptr);
    });
    std::fill_n(group.results, group.heads * headDim, 0.0f);
    for (std::int64_t head = 0; head < group.heads; ++head) {
        float* scores = group.scores + head * tokens;
        const float share = 1 / exponentials(scores, tokens);
        for (std::int64_t token = 0; token < tokens; ++token)
            scores[token] *= share;
    }
    forPieces(values, [&](const MatrixView& piece, std::int64_t first) {
        for (std::int64_t head = 0; head < group.heads; ++head)
            kernels.addRows(piece, group.scores + head * tokens + first, group.results + head * headDim);
    });
}

} // namespace prunescope::model
