#pragma once

// The loops of selection_rows.h, written once in the compiler's vectors and included by a file for each instruction
// set.

#include "model/kernels/lanes_exp.h"
#include "model/kernels/rows_ends.h"
#include "model/kernels/selection_rows.h"

#include <math.h>

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

/// The largest of -x is the least of x: of equal ones the first.
int64_t firstOf(const float* values, int64_t count, float value) {
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        const auto equal = loadNumbers(values + i) == all(value);
        int32_t found = 0;
        for (int lane = 0; lane < kLanes; ++lane)
            found |= equal[lane];
        if (found)
            break;
    }
    while (i < count - 1 && values[i] != value)
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
    float value = -largestLane(-least);
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

LinkSum link(float* row, int64_t count, float least, float temperature) {
    constexpr float kVanishing = -103.97f; // its exponential is 0 in float32
    LinkSum total;
    for (int64_t i = 0; i < count; i += kLanes) {
        const int64_t here = count - i < kLanes ? count - i : kLanes;
        const Lanes cosine = loadUpTo(row + i, here), exponent = (cosine - 1.0f) / temperature;
        const Lanes length = cosine < 0.0f ? -cosine : cosine;
        const auto linked = (cosine >= least) & (length / temperature >= 1e-6f) & (exponent >= kVanishing);
        const Lanes weight = (Lanes)((Integers)exponential(exponent) & linked);
        storeUpTo(weight, row + i, here);
        for (int lane = 0; lane < here; ++lane) {
            total.weight += static_cast<double>(weight[lane]);
            total.links -= linked[lane];
        }
    }
    return total;
}

/// One half of a vector of numbers.
LANES_INLINE Doubles widened(const float* from) {
    return __builtin_convertvector(load<HalfLanes>(from), Doubles);
}

double weigh(const float* row, const float* share, int64_t count) {
    Doubles sums[4] = {};
    int64_t i = 0;
    for (; i + 4 * kDoubles <= count; i += 4 * kDoubles)
        for (int part = 0; part < 4; ++part)
            sums[part] += widened(row + i + part * kDoubles) * widened(share + i + part * kDoubles);
    const Doubles whole = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    double total = 0;
    for (int lane = 0; lane < kDoubles; ++lane)
        total += whole[lane];
    for (; i < count; ++i)
        total += static_cast<double>(row[i]) * static_cast<double>(share[i]);
    return total;
}

constexpr int kGroupVectors = static_cast<int>(kConditionedTokens) / kDoubles;
// Picks whose rows are made together: so many sums stay in registers.
constexpr int kPicksAtOnce = kLanes == 16 ? 8 : (kLanes == 8 ? 2 : 1);

/// Elements of the kernel between a pick and the group.
LANES_INLINE void kernelRow(const Conditioning& group, int64_t pick, Doubles (&row)[kGroupVectors]) {
    float values[kConditionedTokens] = {};
    memcpy(values, group.similar[pick], static_cast<size_t>(group.tokens) * sizeof(float));
    const float share = group.pickedRelevance[pick];
    for (int i = 0; i < kConditionedTokens; i += kLanes) {
        const Lanes relevance = loadNumbers(group.relevance + i) * share;
        store(loadNumbers(values + i) * (group.base + group.weight * relevance), values + i);
    }
    for (int i = 0; i < kGroupVectors; ++i)
        row[i] = widened(values + i * kDoubles);
}

LANES_INLINE void subtract(double factor, const Doubles (&row)[kGroupVectors], Doubles (&sums)[kGroupVectors]) {
    for (int i = 0; i < kGroupVectors; ++i)
        sums[i] -= factor * row[i];
}

/// Divides a row by its root, and takes it off what is left.
LANES_INLINE void finishRow(const Conditioning& group, int64_t pick, Doubles (&row)[kGroupVectors]) {
    double* to = group.rows + pick * kConditionedTokens;
    for (int i = 0; i < kGroupVectors; ++i) {
        row[i] /= group.roots[pick];
        memcpy(to + i * kDoubles, &row[i], sizeof row[i]);
        const Doubles left = load<Doubles>(group.left + i * kDoubles) - row[i] * row[i];
        memcpy(group.left + i * kDoubles, &left, sizeof left);
    }
}

/// The rows of `kPicks` picks: first less what all earlier rows say of them, then less what they say of each other.
template <int kPicks>
void makeRows(const Conditioning& group, int64_t first) {
    Doubles sums[kPicks][kGroupVectors];
    for (int pick = 0; pick < kPicks; ++pick)
        kernelRow(group, first + pick, sums[pick]);
    for (int64_t before = 0; before < first; ++before) {
        Doubles row[kGroupVectors];
        memcpy(row, group.rows + before * kConditionedTokens, sizeof row);
        for (int pick = 0; pick < kPicks; ++pick)
            subtract(group.factors[first + pick][before], row, sums[pick]);
    }
    for (int pick = 0; pick < kPicks; ++pick) {
        for (int before = 0; before < pick; ++before)
            subtract(group.factors[first + pick][first + before], sums[before], sums[pick]);
        finishRow(group, first + pick, sums[pick]);
    }
}

void condition(const Conditioning& group) {
    int64_t pick = group.first;
    for (; pick + kPicksAtOnce <= group.last; pick += kPicksAtOnce)
        makeRows<kPicksAtOnce>(group, pick);
    for (; pick < group.last; ++pick)
        makeRows<1>(group, pick);
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
    for (; column + 4 * kLanes <= columns; column += 4 * kLanes)
        mixColumns<4>(from + column, stride, source, weight, count, to + column);
    for (; column < columns; column += kLanes) {
        Lanes sums = {};
        for (int64_t i = 0; i < count; ++i)
            sums += weight[i] * loadUpTo(from + source[i] * stride + column, columns - column);
        storeUpTo(sums, to + column, columns - column);
    }
}

constexpr SelectionRows kRows{approach, largest, link, weigh, condition, mix<float>, mix<uint16_t>};

} // namespace

} // namespace prunescope::model
