#pragma once

// The ends of rows that are no multiple of kLanes, for files that lanes.h is for: they go through memory that is long
// enough.

#include "model/kernels/lanes.h"

namespace prunescope::model {

namespace {

template <typename T>
LANES_INLINE Lanes loadUpTo(const T* from, int64_t count) {
    if (count >= kLanes)
        return loadNumbers(from);
    T padded[kLanes] = {};
    memcpy(padded, from, static_cast<size_t>(count) * sizeof(T));
    return loadNumbers(padded);
}

template <typename T>
LANES_INLINE void storeUpTo(Lanes values, T* to, int64_t count) {
    if (count >= kLanes)
        return store(values, to);
    T padded[kLanes];
    store(values, padded);
    memcpy(to, padded, static_cast<size_t>(count) * sizeof(T));
}

LANES_INLINE float sum(Lanes values) {
    float total = 0;
    for (int lane = 0; lane < kLanes; ++lane)
        total += values[lane];
    return total;
}

} // namespace

} // namespace prunescope::model
