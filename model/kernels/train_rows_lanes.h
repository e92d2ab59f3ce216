#pragma once

// The steps of train_rows.h, written once in the compiler's vectors and included by a file for each instruction set.

#include "model/kernels/lanes_exp.h"
#include "model/kernels/rows_ends.h"
#include "model/kernels/train_rows.h"

#include <math.h>

namespace prunescope::model {

namespace {

constexpr float kTwiceRootTwoOverPi = 1.5957691216f;
constexpr float kCubic = 0.044715f;

void gelu(const uint16_t* x, int64_t count, uint16_t* y) {
    for (int64_t i = 0; i < count; i += kLanes) {
        const Lanes v = loadUpTo(x + i, count - i);
        storeUpTo(v * sigmoid(kTwiceRootTwoOverPi * v * (1.0f + kCubic * v * v)), y + i, count - i);
    }
}

void geluBackward(const uint16_t* x, const uint16_t* g, int64_t count, uint16_t* dx) {
    for (int64_t i = 0; i < count; i += kLanes) {
        const Lanes v = loadUpTo(x + i, count - i);
        const Lanes s = sigmoid(kTwiceRootTwoOverPi * v * (1.0f + kCubic * v * v));
        const Lanes inner = kTwiceRootTwoOverPi * (1.0f + 3.0f * kCubic * v * v);
        storeUpTo(loadUpTo(g + i, count - i) * (s + v * s * (1.0f - s) * inner), dx + i, count - i);
    }
}

void swiGlu(const uint16_t* gate, const uint16_t* up, int64_t count, uint16_t* y) {
    for (int64_t i = 0; i < count; i += kLanes) {
        const Lanes v = loadUpTo(gate + i, count - i);
        storeUpTo(v * sigmoid(v) * loadUpTo(up + i, count - i), y + i, count - i);
    }
}

void swiGluBackward(const uint16_t* gate, const uint16_t* up, const uint16_t* g, int64_t count, uint16_t* dgate,
                    uint16_t* dup) {
    for (int64_t i = 0; i < count; i += kLanes) {
        const int64_t left = count - i;
        const Lanes v = loadUpTo(gate + i, left), u = loadUpTo(up + i, left), d = loadUpTo(g + i, left);
        const Lanes s = sigmoid(v), silu = v * s;
        storeUpTo(d * u * (s + silu * (1.0f - s)), dgate + i, left);
        storeUpTo(d * silu, dup + i, left);
    }
}

/// dx = s (g w - n mean(g w n)), n = x s, s = 1 / rms(x); dw = g n.
void normBackward(const uint16_t* x, const uint16_t* weight, const uint16_t* g, int64_t width, float epsilon,
                  uint16_t* dx, float* dweight) {
    Lanes squares = {}, products = {};
    for (int64_t i = 0; i < width; i += kLanes) {
        const int64_t left = width - i;
        const Lanes v = loadUpTo(x + i, left);
        squares += v * v;
        products += loadUpTo(g + i, left) * loadUpTo(weight + i, left) * v;
    }
    const float size = static_cast<float>(width);
    const float scale = 1 / sqrtf(sum(squares) / size + epsilon);
    const float mean = sum(products) * scale / size; // of g w n
    for (int64_t i = 0; i < width; i += kLanes) {
        const int64_t left = width - i;
        const Lanes n = loadUpTo(x + i, left) * scale, d = loadUpTo(g + i, left);
        storeUpTo(loadUpTo(dweight + i, left) + d * n, dweight + i, left);
        storeUpTo((d * loadUpTo(weight + i, left) - n * mean) * scale, dx + i, left);
    }
}

constexpr int64_t kSoftmaxPart = 512; // a multiple of kLanes

/// e^(scale (score - largest)) of up to kSoftmaxPart scores, 0 behind the last of them; their sum.
LANES_INLINE Lanes exponentialsOf(const uint16_t* scores, int64_t left, float largest, float scale, float* out) {
    const int64_t count = left < kSoftmaxPart ? left : kSoftmaxPart;
    Lanes total = {};
    for (int64_t i = 0; i < count; i += kLanes) {
        Lanes e = exponential((loadUpTo(scores + i, count - i) - largest) * scale);
        for (int64_t lane = count - i; lane < kLanes; ++lane)
            e[lane] = 0;
        total += e;
        store(e, out + i);
    }
    return total;
}

void softmax(const uint16_t* scores, int64_t seen, int64_t count, float scale, uint16_t* p) {
    Lanes most = all(-INFINITY);
    for (int64_t i = 0; i + kLanes <= seen; i += kLanes) {
        const Lanes v = loadNumbers(scores + i);
        most = v > most ? v : most;
    }
    float largest = -INFINITY;
    for (int lane = 0; lane < kLanes; ++lane)
        largest = most[lane] > largest ? most[lane] : largest;
    for (int64_t i = seen / kLanes * kLanes; i < seen; ++i) {
        const float v = loadUpTo(scores + i, 1)[0];
        largest = v > largest ? v : largest;
    }
    Lanes total = {};
    float exponentials[kSoftmaxPart];
    for (int64_t part = 0; part < seen; part += kSoftmaxPart)
        total += exponentialsOf(scores + part, seen - part, largest, scale, exponentials);
    const float inverse = 1 / sum(total);
    for (int64_t part = 0; part < seen; part += kSoftmaxPart) {
        if (seen > kSoftmaxPart) // else they are there still
            exponentialsOf(scores + part, seen - part, largest, scale, exponentials);
        const int64_t end = seen - part < kSoftmaxPart ? seen - part : kSoftmaxPart;
        for (int64_t i = 0; i < end; i += kLanes)
            storeUpTo(loadNumbers(exponentials + i) * inverse, p + part + i, end - i);
    }
    memset(p + seen, 0, static_cast<size_t>(count - seen) * sizeof *p);
}

void softmaxBackward(const uint16_t* p, const uint16_t* g, int64_t seen, int64_t count, float scale,
                     uint16_t* dscores) {
    Lanes products = {};
    for (int64_t i = 0; i < seen; i += kLanes)
        products += loadUpTo(p + i, seen - i) * loadUpTo(g + i, seen - i);
    const float mean = sum(products);
    for (int64_t i = 0; i < seen; i += kLanes)
        storeUpTo(loadUpTo(p + i, seen - i) * (loadUpTo(g + i, seen - i) - mean) * scale, dscores + i, seen - i);
    memset(dscores + seen, 0, static_cast<size_t>(count - seen) * sizeof *dscores);
}

constexpr TrainRows kStepsOfTraining{gelu,         geluBackward, swiGlu,         swiGluBackward,
                                     normBackward, softmax,      softmaxBackward};

} // namespace

} // namespace prunescope::model
