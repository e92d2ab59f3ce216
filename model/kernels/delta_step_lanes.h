#pragma once

// The steps of delta_step.h, written once in the compiler's vectors and included by a file for each instruction set.

#include "model/kernels/delta_step.h"
#include "model/kernels/lanes_exp.h"
#include "model/kernels/rows_ends.h"

#include <math.h>

namespace prunescope::model {

namespace {

/// Columns of the memory do not depend on each other: these are read from far away once and are still in the first
/// cache when they are updated.
template <int kVectors>
LANES_INLINE void updateColumns(const DeltaHead& head, int64_t column, int64_t count) {
    Lanes known[kVectors] = {}, out[kVectors] = {};
    float* const top = head.memory + column;
    for (int64_t d = 0; d < head.keyDim; ++d)
        for (int i = 0; i < kVectors; ++i)
            known[i] += head.k[d] * loadUpTo(top + d * head.valueDim + i * kLanes, count);
    for (int i = 0; i < kVectors; ++i) {
        const Lanes v = loadUpTo(head.v + column + i * kLanes, count);
        known[i] = head.beta * (v - head.decay * known[i]); // from here on e of the rule
    }
    for (int64_t d = 0; d < head.keyDim; ++d)
        for (int i = 0; i < kVectors; ++i) {
            float* const at = top + d * head.valueDim + i * kLanes;
            const Lanes updated = head.decay * loadUpTo(at, count) + head.k[d] * known[i];
            out[i] += head.q[d] * updated;
            storeUpTo(updated, at, count);
        }
    for (int i = 0; i < kVectors; ++i)
        storeUpTo(out[i], head.out + column + i * kLanes, count);
}

void update(const DeltaHead& head) {
    constexpr int kVectors = 4;
    int64_t column = 0;
    for (; column + kVectors * kLanes <= head.valueDim; column += kVectors * kLanes)
        updateColumns<kVectors>(head, column, kLanes);
    for (; column + kLanes <= head.valueDim; column += kLanes)
        updateColumns<1>(head, column, kLanes);
    if (column < head.valueDim)
        updateColumns<1>(head, column, head.valueDim - column);
}

template <typename T>
LANES_INLINE void convolveLanes(const TokenConvolution& token, int64_t channel, int64_t count) {
    T* const recent = static_cast<T*>(token.recent) + channel;
    const float* const taps = token.taps + channel;
    const Lanes u = loadUpTo(token.u + channel, count);
    const int64_t before = token.kernel - 1, channels = token.channels;
    Lanes sum = u * loadUpTo(taps + before * channels, count);
    for (int64_t tap = 0; tap < before; ++tap) {
        sum += loadUpTo(recent + tap * channels, count) * loadUpTo(taps + tap * channels, count);
        const Lanes next = tap + 1 < before ? loadUpTo(recent + (tap + 1) * channels, count) : u;
        storeUpTo(next, recent + tap * channels, count);
    }
    storeUpTo(sum * sigmoid(sum), token.out + channel, count);
}

template <typename T>
void convolveChannels(const TokenConvolution& token, int64_t first, int64_t last) {
    int64_t channel = first;
    for (; channel + kLanes <= last; channel += kLanes)
        convolveLanes<T>(token, channel, kLanes);
    if (channel < last)
        convolveLanes<T>(token, channel, last - channel);
}

void convolve(const TokenConvolution& token, int64_t first, int64_t last) {
    if (token.type == WeightType::Float32)
        convolveChannels<float>(token, first, last);
    else
        convolveChannels<uint16_t>(token, first, last);
}

float sumOfSquares(const float* x, int64_t count) {
    Lanes squares = {};
    for (int64_t i = 0; i < count; i += kLanes) {
        const Lanes values = loadUpTo(x + i, count - i);
        squares += values * values;
    }
    return sum(squares);
}

void unit(float* x, int64_t count, float scale) {
    constexpr float kEpsilon = 1e-6f; // of 5.4; not the model's epsilon
    const float factor = scale / sqrtf(sumOfSquares(x, count) + kEpsilon);
    for (int64_t i = 0; i < count; i += kLanes)
        storeUpTo(loadUpTo(x + i, count - i) * factor, x + i, count - i);
}

/// The value as it is after it has been stored as T.
template <typename T>
LANES_INLINE Lanes rounded(Lanes values) {
    return sizeof(T) == sizeof(float) ? values : toBfloat16(values);
}

template <typename T>
void normGate(const float* x, const float* weight, const T* z, int64_t count, float epsilon, T* out) {
    const float scale = 1 / sqrtf(sumOfSquares(x, count) / static_cast<float>(count) + epsilon);
    for (int64_t i = 0; i < count; i += kLanes) {
        const int64_t left = count - i;
        const Lanes normed = rounded<T>(loadUpTo(x + i, left) * scale), gate = loadUpTo(z + i, left);
        const Lanes weighted = rounded<T>(normed * loadUpTo(weight + i, left));
        storeUpTo(weighted * gate * sigmoid(gate), out + i, left);
    }
}

constexpr DeltaStep kStep{update, convolve, unit, normGate<float>, normGate<uint16_t>};

} // namespace

} // namespace prunescope::model
