#pragma once

// Vectors of the compiler as wide as the machine's, for code that is written once and compiled for each instruction set
// by the file that includes it. Everything has internal linkage: code for one set must never be shared with another.
// Only C headers, for the same reason.

#include <stdint.h>
#include <string.h>

namespace prunescope::model {

namespace {

// gcc takes wider vectors than the machine has apart into single numbers.
#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX2__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

typedef float Lanes __attribute__((vector_size(4 * kLanes)));
typedef uint32_t Bits __attribute__((vector_size(4 * kLanes)));
typedef uint16_t Halves __attribute__((vector_size(2 * kLanes)));

#define LANES_INLINE static inline __attribute__((always_inline))

template <typename Vector>
LANES_INLINE Vector load(const void* from) {
    Vector vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

LANES_INLINE Lanes loadNumbers(const float* from) {
    return load<Lanes>(from);
}

/// bfloat16
LANES_INLINE Lanes loadNumbers(const uint16_t* from) {
    return (Lanes)(__builtin_convertvector(load<Halves>(from), Bits) << 16);
}

/// Bits of the nearest bfloat16 in the upper half, of the even one on ties; NaN stays NaN. What is in the lower half
/// does not matter.
LANES_INLINE Bits bfloat16Bits(Lanes value) {
    const Bits bits = (Bits)value, nan = (Bits)(value != value);
    return ((bits + (0x7fffu + ((bits >> 16) & 1u))) & ~nan) | (0x7fc00000u & nan);
}

/// The nearest bfloat16, as a float32.
LANES_INLINE Lanes toBfloat16(Lanes value) {
    return (Lanes)(bfloat16Bits(value) & 0xffff0000u);
}

LANES_INLINE void store(Lanes value, float* out) {
    memcpy(out, &value, sizeof value);
}

LANES_INLINE void store(Lanes value, uint16_t* out) {
    const Halves halves = __builtin_convertvector(bfloat16Bits(value) >> 16, Halves);
    memcpy(out, &halves, sizeof halves);
}

} // namespace

} // namespace prunescope::model
