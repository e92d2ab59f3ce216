#pragma once

// The loops of layer_rows.h, written once in the compiler's vectors and included by a file for each instruction set.

#include "model/kernels/lanes_exp.h"
#include "model/kernels/layer_rows.h"
#include "model/kernels/rows_ends.h"

#include <math.h>

namespace prunescope::model {

namespace {

LANES_INLINE Lanes larger(Lanes a, Lanes b) {
    return a > b ? a : b;
}

/// Of so many rows at once: `from` is read once, and no sum waits for the one before.
template <int kRows>
LANES_INLINE void distances(const float* from, const float* rows, int64_t width, float* to) {
    Lanes sums[kRows] = {};
    for (int64_t col = 0; col < width; col += kLanes) {
        const Lanes own = loadUpTo(from + col, width - col);
        for (int row = 0; row < kRows; ++row) {
            const Lanes gap = own - loadUpTo(rows + row * width + col, width - col);
            sums[row] += gap * gap;
        }
    }
    for (int row = 0; row < kRows; ++row)
        to[row] = sum(sums[row]);
}

void squaredDistances(const float* from, const float* rows, int64_t count, int64_t width, float* to) {
    int64_t row = 0;
    for (; row + 4 <= count; row += 4)
        distances<4>(from, rows + row * width, width, to + row);
    for (; row < count; ++row)
        distances<1>(from, rows + row * width, width, to + row);
}

float largest(const float* row, int64_t count) {
    Lanes most = all(-INFINITY);
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        most = larger(loadNumbers(row + i), most);
    float value = -INFINITY;
    for (int lane = 0; lane < kLanes; ++lane)
        value = most[lane] > value ? most[lane] : value;
    for (; i < count; ++i)
        value = row[i] > value ? row[i] : value;
    return value;
}

/// exp(scale * (row - most)) in place; gives the sum.
float exponentials(float* row, int64_t count, float scale, float most) {
    Lanes sums = {};
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        const Lanes value = exponential((loadNumbers(row + i) - most) * scale);
        store(value, row + i);
        sums += value;
    }
    float total = sum(sums);
    if (i < count) {
        storeUpTo(exponential((loadUpTo(row + i, count - i) - most) * scale), row + i, count - i);
        for (; i < count; ++i)
            total += row[i];
    }
    return total;
}

template <bool kAdds>
void mergeShares(float* logits, int64_t count, float scale, float* map) {
    if (count <= 0)
        return;
    const float share = 1 / exponentials(logits, count, scale, largest(logits, count));
    for (int64_t i = 0; i < count; i += kLanes) {
        const Lanes value = loadUpTo(logits + i, count - i) * share, before = loadUpTo(map + i, count - i);
        storeUpTo(kAdds ? before + value : larger(value, before), map + i, count - i);
    }
}

void gather(const float* row, int64_t count, float* total, float* most) {
    for (int64_t i = 0; i < count; i += kLanes) {
        const int64_t here = count - i;
        const Lanes value = loadUpTo(row + i, here);
        storeUpTo(loadUpTo(total + i, here) + value, total + i, here);
        storeUpTo(larger(value, loadUpTo(most + i, here)), most + i, here);
    }
}

constexpr LayerRows kRows{squaredDistances, mergeShares<true>, mergeShares<false>, gather};

} // namespace

} // namespace prunescope::model
