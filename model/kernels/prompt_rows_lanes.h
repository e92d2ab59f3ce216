#pragma once

// The rows of prompt_rows.h, written once in the compiler's vectors and included by a file for each instruction set.

#include "model/kernels/prompt_rows.h"
#include "model/kernels/rows_ends.h"

#include <math.h>

namespace prunescope::model {

namespace {

/// The value as it is after it has been stored as T.
template <typename T>
LANES_INLINE Lanes rounded(Lanes values) {
    return sizeof(T) == sizeof(float) ? values : toBfloat16(values);
}

/// What is rounded to `Rounded` before it is multiplied.
template <typename T, typename Weight, typename Rounded = T>
void normRow(const T* x, const Weight* weight, int64_t width, float epsilon, T* y) {
    Lanes squares = {};
    for (int64_t i = 0; i < width; i += kLanes) {
        const Lanes values = loadUpTo(x + i, width - i);
        squares += values * values;
    }
    const float scale = 1 / sqrtf(sum(squares) / static_cast<float>(width) + epsilon);
    for (int64_t i = 0; i < width; i += kLanes)
        storeUpTo(rounded<Rounded>(loadUpTo(x + i, width - i) * scale) * loadUpTo(weight + i, width - i), y + i,
                  width - i);
}

template <typename T, typename Angle>
void turnHead(const T* head, const Angle* cos, const Angle* sin, int64_t dim, T* turned) {
    const int64_t half = dim / 2;
    for (int64_t i = 0; i < half; i += kLanes) {
        const int64_t count = half - i;
        const Lanes low = loadUpTo(head + i, count), high = loadUpTo(head + half + i, count);
        storeUpTo(low * loadUpTo(cos + i, count) - high * loadUpTo(sin + i, count), turned + i, count);
        storeUpTo(high * loadUpTo(cos + half + i, count) + low * loadUpTo(sin + half + i, count), turned + half + i,
                  count);
    }
}

constexpr PromptRows kRows{normRow<float, float>,  normRow<uint16_t, uint16_t>,  normRow<uint16_t, float, float>,
                           turnHead<float, float>, turnHead<uint16_t, uint16_t>, turnHead<uint16_t, float>};

} // namespace

} // namespace prunescope::model
