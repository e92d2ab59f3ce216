#pragma once

// The loops of selection_rows.h, written once in the compiler's vectors and included by a file for each instruction
// set.

#include "model/kernels/lanes_exp.h"
#include "model/kernels/rows_ends.h"
#include "model/kernels/selection_rows.h"

#include <math.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace prunescope::model {

namespace {

constexpr int kDoubles = kLanes / 2;
typedef double Doubles __attribute__((vector_size(8 * kDoubles)));
typedef float HalfLanes __attribute__((vector_size(4 * kDoubles)));

LANES_INLINE Lanes larger(Lanes a, Lanes b) {
    return a > b ? a : b;
}

LANES_INLINE Lanes smaller(Lanes a, Lanes b) {
    return a < b ? a : b;
}

LANES_INLINE float largestLane(Lanes values) {
    float most = values[0];
    for (int lane = 1; lane < kLanes; ++lane)
        most = values[lane] > most ? values[lane] : most;
    return most;
}

/// Written with intrinsics where there are some: gcc 12 takes vectors apart lane by lane.
LANES_INLINE bool any(Integers flags) {
#if defined(__AVX512F__)
    return _mm512_test_epi32_mask((__m512i)flags, (__m512i)flags) != 0;
#elif defined(__AVX2__)
    return !_mm256_testz_si256((__m256i)flags, (__m256i)flags);
#else
    int32_t found = 0;
    for (int lane = 0; lane < kLanes; ++lane)
        found |= flags[lane];
    return found != 0;
#endif
}

/// The first index of `value`, which is there.
int64_t firstOf(const float* values, int64_t count, float value) {
    int64_t i = 0;
    while (i + kLanes <= count && !any(loadNumbers(values + i) == all(value)))
        i += kLanes;
    while (i < count - 1 && values[i] != value)
        ++i;
    return i;
}

int64_t above(const float* row, int64_t first, int64_t count, float bound) {
    int64_t i = first;
    while (i + kLanes <= count && !any(loadNumbers(row + i) > all(bound)))
        i += kLanes;
    while (i < count && !(row[i] > bound))
        ++i;
    return i;
}

int64_t approach(const float* row, int64_t count, float* near) {
    Lanes least = all(INFINITY);
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        const Lanes nearer = larger(loadNumbers(near + i), loadNumbers(row + i));
        store(nearer, near + i);
        least = smaller(nearer, least);
    }
    float value = -largestLane(-least); // the largest of -x is the least of x
    for (; i < count; ++i) {
        near[i] = row[i] > near[i] ? row[i] : near[i];
        value = near[i] < value ? near[i] : value;
    }
    return firstOf(near, count, value);
}

float largest(const float* row, const float* most, int64_t count) {
    Lanes found = all(-INFINITY);
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        found = larger(smaller(loadNumbers(row + i), loadNumbers(most + i)), found);
    float value = largestLane(found);
    for (; i < count; ++i) {
        const float seen = row[i] < most[i] ? row[i] : most[i];
        value = seen > value ? seen : value;
    }
    return value;
}

/// gcc 12 converts the halves of the widest vectors one by one, unless it is told.
LANES_INLINE Doubles widened(const float* from) {
#if defined(__AVX512F__)
    return _mm512_cvtps_pd(_mm256_loadu_ps(from));
#else
    return __builtin_convertvector(load<HalfLanes>(from), Doubles);
#endif
}

/// The sum of `count` numbers: `some` gives a vector of them, `one` a single one.
template <typename Some, typename One>
LANES_INLINE double sumOf(int64_t count, const Some& some, const One& one) {
    Doubles sums[4] = {};
    int64_t i = 0;
    for (; i + 4 * kDoubles <= count; i += 4 * kDoubles)
        for (int part = 0; part < 4; ++part)
            sums[part] += some(i + part * kDoubles);
    const Doubles whole = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    double total = 0;
    for (int lane = 0; lane < kDoubles; ++lane)
        total += whole[lane];
    for (; i < count; ++i)
        total += one(i);
    return total;
}

LinkSum link(float* row, int64_t count, float least, float temperature) {
    constexpr float kVanishing = -103.97f; // its exponential is 0 in float32
    Integers links = {};
    for (int64_t i = 0; i < count; i += kLanes) {
        const Lanes cosine = loadUpTo(row + i, count - i), exponent = (cosine - 1.0f) / temperature;
        const Lanes length = cosine < 0.0f ? -cosine : cosine;
        const auto linked = (cosine >= least) & (length / temperature >= 1e-6f) & (exponent >= kVanishing);
        storeUpTo((Lanes)((Integers)exponential(exponent) & linked), row + i, count - i);
        links -= linked; // true is -1
    }
    LinkSum total;
    for (int lane = 0; lane < kLanes; ++lane)
        total.links += links[lane];
    total.weight = sumOf(
        count, [row](int64_t i) { return widened(row + i); }, [row](int64_t i) { return (double)row[i]; });
    return total;
}

double weigh(const float* row, const float* share, int64_t count) {
    return sumOf(
        count, [=](int64_t i) { return widened(row + i) * widened(share + i); },
        [=](int64_t i) { return (double)row[i] * (double)share[i]; });
}

constexpr int kGroupVectors = static_cast<int>(kConditionedTokens) / kDoubles;
// Picks whose rows are made together: so many sums stay in registers.
constexpr int kPicksAtOnce = kLanes == 16 ? 12 : (kLanes == 8 ? 4 : 2);

/// Elements of the kernel between a pick and the group.
LANES_INLINE void kernelRow(const Conditioning& group, int64_t pick, Doubles (&row)[kGroupVectors]) {
    float padded[kConditionedTokens] = {};
    const float* similar = group.similar[pick] + group.column;
    if (group.tokens < kConditionedTokens)
        similar = static_cast<const float*>(memcpy(padded, similar, static_cast<size_t>(group.tokens) * sizeof(float)));
    for (int i = 0; i < kGroupVectors; ++i) {
        const HalfLanes both = load<HalfLanes>(group.relevance + i * kDoubles) * group.pickedRelevance[pick];
        const HalfLanes value = load<HalfLanes>(similar + i * kDoubles) * (group.base + group.weight * both);
        row[i] = __builtin_convertvector(value, Doubles);
    }
}

/// Divides a row by its root, and takes it off what is left: as it is kept, so that equal tokens stay equal.
LANES_INLINE void finishRow(const Conditioning& group, int64_t pick, Doubles (&row)[kGroupVectors]) {
    float* to = group.rows + pick * kConditionedTokens;
    for (int i = 0; i < kGroupVectors; ++i) {
        const HalfLanes kept = __builtin_convertvector(row[i] / group.roots[pick], HalfLanes);
        memcpy(to + i * kDoubles, &kept, sizeof kept);
        row[i] = __builtin_convertvector(kept, Doubles);
        const Doubles left = load<Doubles>(group.left + i * kDoubles) - row[i] * row[i];
        memcpy(group.left + i * kDoubles, &left, sizeof left);
    }
}

/// Takes off `rows` what all rows before `first` say of the picks from there on. The sums stay in registers: nothing
/// but constants counts their places.
template <int kPicks>
LANES_INLINE void subtractEarlier(const Conditioning& group, int64_t first, Doubles (&rows)[kPicks][kGroupVectors]) {
    Doubles sums[kPicks][kGroupVectors];
    const double* factors[kPicks];
#pragma GCC unroll 12
    for (int pick = 0; pick < kPicks; ++pick) {
        factors[pick] = group.factors[first + pick];
#pragma GCC unroll 12
        for (int i = 0; i < kGroupVectors; ++i)
            sums[pick][i] = rows[pick][i];
    }
    const float* row = group.rows;
    for (int64_t before = 0; before < first; ++before, row += kConditionedTokens) {
        Doubles values[kGroupVectors];
#pragma GCC unroll 12
        for (int i = 0; i < kGroupVectors; ++i)
            values[i] = widened(row + i * kDoubles);
#pragma GCC unroll 12
        for (int pick = 0; pick < kPicks; ++pick) {
            const double factor = factors[pick][before];
#pragma GCC unroll 12
            for (int i = 0; i < kGroupVectors; ++i)
                sums[pick][i] -= factor * values[i];
        }
    }
#pragma GCC unroll 12
    for (int pick = 0; pick < kPicks; ++pick)
#pragma GCC unroll 12
        for (int i = 0; i < kGroupVectors; ++i)
            rows[pick][i] = sums[pick][i];
}

/// The rows of `kPicks` picks: first less what all earlier rows say of them, then less what they say of each other.
template <int kPicks>
void makeRows(const Conditioning& group, int64_t first) {
    Doubles rows[kPicks][kGroupVectors];
    for (int pick = 0; pick < kPicks; ++pick)
        kernelRow(group, first + pick, rows[pick]);
    subtractEarlier(group, first, rows);
    for (int pick = 0; pick < kPicks; ++pick) {
        for (int before = 0; before < pick; ++before)
            for (int i = 0; i < kGroupVectors; ++i)
                rows[pick][i] -= group.factors[first + pick][first + before] * rows[before][i];
        finishRow(group, first + pick, rows[pick]);
    }
}

/// As makeRows, of `picks` picks, at most kPicks.
template <int kPicks>
void makeUpTo(const Conditioning& group, int64_t first, int64_t picks) {
    if (picks == kPicks)
        makeRows<kPicks>(group, first);
    else if constexpr (kPicks > 1)
        makeUpTo<kPicks - 1>(group, first, picks);
}

void condition(const Conditioning& group) {
    for (int64_t pick = group.first; pick < group.last; pick += kPicksAtOnce)
        makeUpTo<kPicksAtOnce>(group, pick, group.last - pick < kPicksAtOnce ? group.last - pick : kPicksAtOnce);
}

/// So many vectors of columns from `column` on.
template <int kVectors, typename T>
LANES_INLINE void mixColumns(const T* from, int64_t stride, const int64_t* source, const float* weight, int64_t count,
                             T* to) {
    Lanes sums[kVectors] = {};
    for (int64_t i = 0; i < count; ++i)
        for (int part = 0; part < kVectors; ++part)
            sums[part] += weight[i] * loadNumbers(from + source[i] * stride + part * kLanes);
    for (int part = 0; part < kVectors; ++part)
        store(sums[part], to + part * kLanes);
}

template <typename T>
void mix(const T* from, int64_t stride, const int64_t* source, const float* weight, int64_t count, int64_t columns,
         T* to) {
    int64_t column = 0;
    for (; column + 8 * kLanes <= columns; column += 8 * kLanes)
        mixColumns<8>(from + column, stride, source, weight, count, to + column);
    for (; column < columns; column += kLanes) {
        Lanes sums = {};
        for (int64_t i = 0; i < count; ++i)
            sums += weight[i] * loadUpTo(from + source[i] * stride + column, columns - column);
        storeUpTo(sums, to + column, columns - column);
    }
}

constexpr SelectionRows kRows{approach, above, largest, link, weigh, condition, mix<float>, mix<uint16_t>};

} // namespace

} // namespace prunescope::model
