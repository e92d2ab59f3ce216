// Samples as the encoder wants them: (v - 127.5) / 127.5 in float32, or that rounded to bfloat16.
#pragma once

#include <cstdint>
#include <cuda_bf16.h>
#include <cuda_runtime.h>

namespace prunescope::cuda {

/// The quotient to the last bit, for every byte, without a division: a product, and one step that corrects it.
__device__ inline float normalised(std::uint8_t sample) {
    constexpr float kHalf = 127.5f, kInverse = 1.0f / kHalf;
    const float value = static_cast<float>(sample) - kHalf;
    const float near = value * kInverse;
    return fmaf(fmaf(-near, kHalf, value), kInverse, near);
}

/// Two values in a word, the first in the low half.
__device__ inline std::uint32_t bfloat16Pair(std::uint8_t first, std::uint8_t second) {
    const std::uint32_t low = __bfloat16_as_ushort(__float2bfloat16_rn(normalised(first)));
    const std::uint32_t high = __bfloat16_as_ushort(__float2bfloat16_rn(normalised(second)));
    return low | high << 16;
}

/// 16 bytes of values from samples that lie three bytes apart.
template <typename Value>
__device__ uint4 normalisedValues(const std::uint8_t* samples);

template <>
__device__ inline uint4 normalisedValues<float>(const std::uint8_t* samples) {
    const auto value = [&](int at) { return __float_as_uint(normalised(samples[3 * at])); };
    return make_uint4(value(0), value(1), value(2), value(3));
}

template <>
__device__ inline uint4 normalisedValues<__nv_bfloat16>(const std::uint8_t* samples) {
    const auto pair = [&](int at) { return bfloat16Pair(samples[3 * at], samples[3 * at + 3]); };
    return make_uint4(pair(0), pair(2), pair(4), pair(6));
}

} // namespace prunescope::cuda
