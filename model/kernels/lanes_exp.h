#pragma once

// Exponentials for files that lanes.h is for.

#include "model/kernels/lanes.h"

namespace prunescope::model {

namespace {

typedef int32_t Integers __attribute__((vector_size(4 * kLanes)));

LANES_INLINE Lanes all(float value) {
    return Lanes{} + value;
}

LANES_INLINE Lanes limited(Lanes x, float low, float high) {
    x = x < low ? all(low) : x;
    return x > high ? all(high) : x;
}

/// e^x to float32 rounding, as if x were within -87..88: x = n ln 2 + r, a polynomial in r (Cephes), n into the
/// exponent.
LANES_INLINE Lanes exponential(Lanes x) {
    constexpr float kRounder = 12582912.0f; // 1.5 * 2^23: adding it rounds to an integer
    x = limited(x, -87.0f, 88.0f);
    const Lanes n = (x * 1.44269504f + kRounder) - kRounder;
    const Lanes r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    Lanes p = r * 1.9875691500e-4f + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    const Integers exponent = (__builtin_convertvector(n, Integers) + 127) << 23;
    return p * (Lanes)exponent;
}

LANES_INLINE Lanes sigmoid(Lanes x) {
    return 1.0f / (1.0f + exponential(-x));
}

} // namespace

} // namespace prunescope::model
