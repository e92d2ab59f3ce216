// Numbers in registers: always float32, rounded where the general way in LibTorch stores a tensor.
#pragma once

#include "model/kernels/cuda_layers.h"

#include <cstdint>
#include <cuda_bf16.h>
#include <cuda_runtime.h>

namespace prunescope::model::cuda {

constexpr int kLanes = 32;
constexpr unsigned kAllLanes = 0xffffffffu;

__device__ inline float lowHalf(std::uint32_t pair) {
    return __uint_as_float(pair << 16);
}

__device__ inline float highHalf(std::uint32_t pair) {
    return __uint_as_float(pair & 0xffff0000u);
}

__device__ inline float rounded(float value, ValueType type) {
    return type == ValueType::BFloat16 ? __bfloat162float(__float2bfloat16_rn(value)) : value;
}

__device__ inline float toFloat(float value) {
    return value;
}
__device__ inline float toFloat(__nv_bfloat16 value) {
    return __bfloat162float(value);
}

template <typename Value>
__device__ Value fromFloat(float value);
template <>
__device__ inline float fromFloat<float>(float value) {
    return value;
}
template <>
__device__ inline __nv_bfloat16 fromFloat<__nv_bfloat16>(float value) {
    return __float2bfloat16_rn(value);
}

template <typename Value>
__device__ float roundedTo(float value) {
    return toFloat(fromFloat<Value>(value));
}

/// `kCount` neighbours, aligned as a whole: one or two wide loads.
template <typename Value, int kCount>
struct alignas(sizeof(Value) * kCount < 16 ? sizeof(Value) * kCount : 16) Values {
    Value value[kCount];
};

template <int kCount, typename Value>
__device__ Values<Value, kCount> loadValues(const Value* from) {
    return *reinterpret_cast<const Values<Value, kCount>*>(from);
}

template <int kCount, typename Value>
__device__ void storeValues(Value* to, const Values<Value, kCount>& values) {
    *reinterpret_cast<Values<Value, kCount>*>(to) = values;
}

/// Calls `launch` with a value of the C++ type.
template <typename Launch>
void withType(ValueType type, Launch launch) {
    if (type == ValueType::Float32)
        launch(float{});
    else
        launch(__nv_bfloat16{});
}

/// The same on every lane of each group of `kGroup` lanes.
template <int kGroup = kLanes>
__device__ float sumOfLanes(float mine) {
#pragma unroll
    for (int step = kGroup / 2; step > 0; step /= 2)
        mine += __shfl_xor_sync(kAllLanes, mine, step);
    return mine;
}

/// Over a CTA of whole warps, the same on every thread. `scratch`: shared [warps].
__device__ inline float sumOfThreads(float mine, float* scratch) {
    const unsigned warp = threadIdx.x / kLanes, lane = threadIdx.x % kLanes, warps = blockDim.x / kLanes;
    mine = sumOfLanes(mine);
    __syncthreads(); // `scratch` may still be read for the sum before
    if (lane == 0)
        scratch[warp] = mine;
    __syncthreads();
    float sum = 0;
    for (unsigned i = 0; i < warps; ++i)
        sum += scratch[i];
    return sum;
}

} // namespace prunescope::model::cuda
