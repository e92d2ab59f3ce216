#pragma once

// The rows of prompt_rows.h, written once in vectors of the compiler and compiled for each instruction set by the file
// that includes it. Everything has internal linkage: code for one set must never be shared with another.

#include "model/kernels/prompt_rows.h"

#include <math.h>
#include <string.h>

namespace prunescope::model {

namespace {

// gcc takes wider vectors than the machine has apart into single numbers.
#if defined(__AVX512F__)
constexpr int64_t kLanes = 16;
#elif defined(__AVX2__)
constexpr int64_t kLanes = 8;
#else
constexpr int64_t kLanes = 4;
#endif
typedef float Floats __attribute__((vector_size(kLanes * 4)));
typedef uint32_t Words __attribute__((vector_size(kLanes * 4)));
typedef uint16_t Halves __attribute__((vector_size(kLanes * 2)));

inline Floats loaded(const float* from) {
    Floats values;
    memcpy(&values, from, sizeof values);
    return values;
}

inline Floats loaded(const uint16_t* from) {
    Halves upper;
    memcpy(&upper, from, sizeof upper);
    return (Floats)(__builtin_convertvector(upper, Words) << 16);
}

inline void store(Floats values, float* to) {
    memcpy(to, &values, sizeof values);
}

/// To the nearest, the even one on ties; NaN stays NaN.
inline void store(Floats values, uint16_t* to) {
    const Words bits = (Words)values;
    const Words rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    const Words nan = (Words)(values != values);
    const Halves upper = __builtin_convertvector((rounded & ~nan) | (0x7fc0 & nan), Halves);
    memcpy(to, &upper, sizeof upper);
}

/// As it is after it has been stored.
template <typename T>
inline Floats rounded(Floats values) {
    T stored[kLanes];
    store(values, stored);
    return loaded(stored);
}

/// The last numbers of a row that is no multiple of kLanes go through memory that is long enough.
template <typename T>
inline Floats loadedPart(const T* from, int64_t count) {
    T padded[kLanes] = {};
    memcpy(padded, from, static_cast<size_t>(count) * sizeof(T));
    return loaded(padded);
}

template <typename T>
inline Floats loadedUpTo(const T* from, int64_t count) {
    return count >= kLanes ? loaded(from) : loadedPart(from, count);
}

template <typename T>
inline void storeUpTo(Floats values, T* to, int64_t count) {
    if (count >= kLanes)
        return store(values, to);
    T padded[kLanes];
    store(values, padded);
    memcpy(to, padded, static_cast<size_t>(count) * sizeof(T));
}

inline float sum(Floats values) {
    float lanes[kLanes];
    store(values, lanes);
    float total = 0;
    for (int64_t i = 0; i < kLanes; ++i)
        total += lanes[i];
    return total;
}

template <typename T>
void normRow(const T* x, const T* weight, int64_t width, float epsilon, T* y) {
    Floats squares = {};
    for (int64_t i = 0; i < width; i += kLanes) {
        const Floats values = loadedUpTo(x + i, width - i);
        squares += values * values;
    }
    const float scale = 1 / sqrtf(sum(squares) / static_cast<float>(width) + epsilon);
    for (int64_t i = 0; i < width; i += kLanes)
        storeUpTo(rounded<T>(loadedUpTo(x + i, width - i) * scale) * loadedUpTo(weight + i, width - i), y + i,
                  width - i);
}

template <typename T, typename Angle>
void turnHead(const T* head, const Angle* cos, const Angle* sin, int64_t dim, T* turned) {
    const int64_t half = dim / 2;
    for (int64_t i = 0; i < half; i += kLanes) {
        const int64_t count = half - i;
        const Floats low = loadedUpTo(head + i, count), high = loadedUpTo(head + half + i, count);
        storeUpTo(low * loadedUpTo(cos + i, count) - high * loadedUpTo(sin + i, count), turned + i, count);
        storeUpTo(high * loadedUpTo(cos + half + i, count) + low * loadedUpTo(sin + half + i, count), turned + half + i,
                  count);
    }
}

constexpr PromptRows kRows{normRow<float>, normRow<uint16_t>, turnHead<float, float>, turnHead<uint16_t, uint16_t>,
                           turnHead<uint16_t, float>};

} // namespace

} // namespace prunescope::model
