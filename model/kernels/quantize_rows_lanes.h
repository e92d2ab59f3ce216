#pragma once

// The operations of quantize_rows.h, written once in the compiler's vectors and included by a file for each instruction
// set. Lanes are independent of each other, sums run in the order written here and are not contracted, so that all sets
// give the same bytes.

#include "model/kernels/lanes.h"
#include "model/kernels/matrix_view.h"
#include "model/kernels/quantize_rows.h"

namespace prunescope::model {

namespace {

constexpr int kHalfGroup = kInt4Group / 2;
constexpr float kLevels = 15; // of Int4, above the lowest
constexpr float kLargestInt8 = 127;
constexpr float kSmallestScale = 1e-30f; // below, a row or group counts as flat: its inverse would overflow

typedef int32_t Ints __attribute__((vector_size(4 * kLanes)));
typedef int8_t SignedBytes __attribute__((vector_size(kLanes)));
typedef uint8_t Bytes __attribute__((vector_size(kLanes)));
typedef int16_t Shorts __attribute__((vector_size(2 * kLanes)));

LANES_INLINE Lanes all(float value) {
    return Lanes{} + value;
}

// gcc converts well only between types of which one is twice as wide as the other.
LANES_INLINE Lanes toFloats(SignedBytes bytes) {
    return __builtin_convertvector(__builtin_convertvector(__builtin_convertvector(bytes, Shorts), Ints), Lanes);
}

LANES_INLINE SignedBytes toBytes(Lanes wholeNumbers) {
    return __builtin_convertvector(__builtin_convertvector(__builtin_convertvector(wholeNumbers, Ints), Shorts),
                                   SignedBytes);
}

LANES_INLINE Lanes larger(Lanes a, Lanes b) {
    return a > b ? a : b;
}

LANES_INLINE Lanes smaller(Lanes a, Lanes b) {
    return a < b ? a : b;
}

/// To the nearest whole number, |value| < 2^22: adding 1.5 * 2^23 leaves no bits behind the point.
LANES_INLINE Lanes rounded(Lanes value) {
    constexpr float kMagic = 12582912.0f;
    return (value + kMagic) - kMagic;
}

/// Calls `work(offset, values, lanes)` on a row a vector at a time, the last one filled up with zeros.
template <typename Work>
LANES_INLINE void forLanes(const float* row, int64_t cols, Work work) {
    int64_t i = 0;
    for (; i + kLanes <= cols; i += kLanes)
        work(i, load<Lanes>(row + i), kLanes);
    if (i == cols)
        return;
    Lanes last{};
    memcpy(&last, row + i, static_cast<size_t>(cols - i) * sizeof(float));
    work(i, last, static_cast<int>(cols - i));
}

LANES_INLINE float largestOf(Lanes values) {
    float largest = values[0];
    for (int lane = 1; lane < kLanes; ++lane)
        largest = values[lane] > largest ? values[lane] : largest;
    return largest;
}

/// True where a number is a weight; false for NaN, too.
LANES_INLINE Ints isWeight(Lanes value) {
    return (value <= all(kLargestWeight)) & (value >= all(-kLargestWeight));
}

LANES_INLINE bool everywhere(Ints condition) {
    int32_t both = -1;
    for (int lane = 0; lane < kLanes; ++lane)
        both &= condition[lane];
    return both != 0;
}

bool toInt8(const float* row, int64_t cols, int8_t* q, float* scale) {
    Lanes largest{};
    Ints good = ~Ints{};
    forLanes(row, cols, [&](int64_t, Lanes value, int) {
        largest = larger(largest, larger(value, -value));
        good &= isWeight(value);
    });
    if (!everywhere(good))
        return false;
    const float step = largestOf(largest) / kLargestInt8;
    *scale = step > kSmallestScale ? step : 0;
    const float inverse = step > kSmallestScale ? 1 / step : 0;
    forLanes(row, cols, [&](int64_t offset, Lanes value, int count) {
        const SignedBytes bytes = toBytes(rounded(value * inverse));
        memcpy(q + offset, &bytes, static_cast<size_t>(count));
    });
    return true;
}

/// Groups of Int4 side by side, one a lane: values[j] is column j of all of them.
struct Groups {
    Lanes values[kInt4Group];
    Lanes least;
    Lanes most;
    Lanes sum;
};

LANES_INLINE bool gather(const float* row, int count, Groups& groups) {
    Ints good = ~Ints{};
    groups.sum = Lanes{};
    for (int j = 0; j < kInt4Group; ++j) {
        Lanes value{};
        for (int lane = 0; lane < count; ++lane)
            value[lane] = row[lane * kInt4Group + j];
        groups.values[j] = value;
        groups.least = j == 0 ? value : smaller(groups.least, value);
        groups.most = j == 0 ? value : larger(groups.most, value);
        groups.sum += value;
        good &= isWeight(value);
    }
    return everywhere(good);
}

/// A choice of scale and low, both bfloat16, with what it costs and what the next choice is made of.
struct Fit {
    Lanes scale;
    Lanes low;
    Lanes error{}; // sum of squares
    Lanes sumQ{};  // of the levels,
    Lanes sumQQ{}; // their squares,
    Lanes sumQV{}; // and their products with the values
};

LANES_INLINE Lanes inverseOf(Lanes scale) {
    return scale > all(kSmallestScale) ? 1 / scale : Lanes{};
}

/// The level that is nearest to a value, 0 to 15.
LANES_INLINE Lanes levelOf(Lanes value, Lanes low, Lanes inverse) {
    return rounded(smaller(larger((value - low) * inverse, Lanes{}), all(kLevels)));
}

LANES_INLINE Fit measured(const Groups& groups, Lanes scale, Lanes low) {
    Fit fit;
    fit.scale = toBfloat16(scale);
    fit.scale = fit.scale > all(kSmallestScale) ? fit.scale : Lanes{};
    fit.low = toBfloat16(low);
    const Lanes inverse = inverseOf(fit.scale);
    for (const Lanes& value : groups.values) {
        const Lanes level = levelOf(value, fit.low, inverse);
        const Lanes missed = value - (level * fit.scale + fit.low);
        fit.error += missed * missed;
        fit.sumQ += level;
        fit.sumQQ += level * level;
        fit.sumQV += level * value;
    }
    return fit;
}

/// The straight line through values over levels that has the least squares, measured anew: values change levels.
LANES_INLINE Fit refitted(const Groups& groups, const Fit& fit) {
    constexpr float kCount = kInt4Group;
    const Lanes spread = kCount * fit.sumQQ - fit.sumQ * fit.sumQ;
    const Lanes slope = (kCount * fit.sumQV - fit.sumQ * groups.sum) / (spread > Lanes{} ? spread : all(1));
    const Lanes scale = (spread > Lanes{}) & (slope > Lanes{}) ? slope : fit.scale;
    return measured(groups, scale, (groups.sum - scale * fit.sumQ) / kCount);
}

LANES_INLINE void keepBetter(Fit& best, const Fit& other) {
    const Ints better = other.error < best.error;
    best.scale = better ? other.scale : best.scale;
    best.low = better ? other.low : best.low;
    best.error = better ? other.error : best.error;
    best.sumQ = better ? other.sumQ : best.sumQ;
    best.sumQQ = better ? other.sumQQ : best.sumQQ;
    best.sumQV = better ? other.sumQV : best.sumQV;
}

/// 15 equal steps from the least to the most value, or over a part of that range with its ends cut off, each improved
/// by least squares: a finer step often gains more than the cut ends lose.
LANES_INLINE Fit bestFit(const Groups& groups) {
    constexpr float kShares[] = {0.95f, 0.9f, 0.84f, 0.78f};
    const Lanes range = groups.most - groups.least;
    Fit best = measured(groups, range / kLevels, groups.least);
    for (const float share : kShares) {
        const Lanes low = groups.least + range * ((1 - share) / 2);
        const Fit cut = measured(groups, range * (share / kLevels), low);
        keepBetter(best, cut);
        keepBetter(best, refitted(groups, cut));
    }
    for (int i = 0; i < 2; ++i)
        keepBetter(best, refitted(groups, best));
    return best;
}

LANES_INLINE void write(const Groups& groups, const Fit& fit, int count, uint8_t* q, uint16_t* scales) {
    const Lanes inverse = inverseOf(fit.scale);
    for (int j = 0; j < kHalfGroup; ++j) {
        const Bytes lower = (Bytes)toBytes(levelOf(groups.values[j], fit.low, inverse));
        const Bytes upper = (Bytes)toBytes(levelOf(groups.values[j + kHalfGroup], fit.low, inverse));
        const Bytes bytes = lower | (upper << 4);
        for (int lane = 0; lane < count; ++lane)
            q[lane * kHalfGroup + j] = bytes[lane];
    }
    const Halves scale = __builtin_convertvector((Bits)fit.scale >> 16, Halves);
    const Halves low = __builtin_convertvector((Bits)fit.low >> 16, Halves);
    for (int lane = 0; lane < count; ++lane) {
        scales[2 * lane] = scale[lane];
        scales[2 * lane + 1] = low[lane];
    }
}

bool toInt4(const float* row, int64_t cols, uint8_t* q, uint16_t* scales) {
    for (int64_t group = 0, groups = cols / kInt4Group; group < groups; group += kLanes) {
        const int count = groups - group < kLanes ? static_cast<int>(groups - group) : kLanes;
        Groups side;
        if (!gather(row + group * kInt4Group, count, side))
            return false;
        write(side, bestFit(side), count, q + group * kInt4Group / 2, scales + 2 * group);
    }
    return true;
}

template <typename Out>
void int8To(const int8_t* q, float scale, int64_t cols, Out* out) {
    int64_t i = 0;
    for (; i + kLanes <= cols; i += kLanes)
        store(toFloats(load<SignedBytes>(q + i)) * scale, out + i);
    if (i == cols)
        return;
    const auto rest = static_cast<size_t>(cols - i);
    SignedBytes last{};
    memcpy(&last, q + i, rest);
    Out values[kLanes];
    store(toFloats(last) * scale, values);
    memcpy(out + i, values, rest * sizeof(Out));
}

LANES_INLINE float widened(uint16_t bfloat16) {
    const uint32_t bits = static_cast<uint32_t>(bfloat16) << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

template <typename Out>
void int4To(const uint8_t* q, const uint16_t* scales, int64_t cols, Out* out) {
    for (int64_t group = 0; group < cols / kInt4Group; ++group) {
        const float scale = widened(scales[2 * group]), low = widened(scales[2 * group + 1]);
        for (int j = 0; j < kHalfGroup; j += kLanes, q += kLanes, out += kLanes) {
            const Bytes bytes = load<Bytes>(q);
            store(toFloats((SignedBytes)(bytes & 15)) * scale + low, out);
            store(toFloats((SignedBytes)(bytes >> 4)) * scale + low, out + kHalfGroup);
        }
        out += kHalfGroup;
    }
}

constexpr QuantizeRows kRows{toInt8, toInt4, int8To<float>, int8To<uint16_t>, int4To<float>, int4To<uint16_t>};

} // namespace

#undef LANES_INLINE

} // namespace prunescope::model
