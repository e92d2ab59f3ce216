// Residual and norm of many rows in one pass: a CTA takes a row, keeps it in shared memory as float32 and writes the
// new hidden values and their norm.
#include "model/kernels/entry.cuh"
#include "model/kernels/launch.cuh"
#include "model/kernels/values.cuh"

using namespace prunescope::model;
using namespace prunescope::model::cuda;

namespace {

constexpr int kWide = 8; // values a thread handles at once
constexpr int kWarps = 4;
constexpr unsigned kThreads = kWarps * kLanes;

/// hidden + delta of this CTA's row to `hidden` and to shared memory; their sum over this thread's values.
template <typename Value>
__device__ float addRow(const CudaNorm& norm, std::int64_t at, float4* row) {
    auto* hidden = static_cast<Value*>(norm.hidden) + at;
    const auto* delta = norm.delta ? static_cast<const Value*>(norm.delta) + at : nullptr;
    auto* kept = reinterpret_cast<float*>(row);
    float sum = 0;
    for (int i = static_cast<int>(threadIdx.x) * kWide; i < norm.width; i += static_cast<int>(kThreads) * kWide) {
        auto values = loadValues<kWide>(hidden + i);
        if (delta) {
            const auto more = loadValues<kWide>(delta + i);
#pragma unroll
            for (int k = 0; k < kWide; ++k)
                values.value[k] = fromFloat<Value>(toFloat(values.value[k]) + toFloat(more.value[k]));
            storeValues(hidden + i, values);
        }
        Values<float, kWide> wide;
#pragma unroll
        for (int k = 0; k < kWide; ++k)
            sum += wide.value[k] = toFloat(values.value[k]);
        storeValues(kept + i, wide);
    }
    return sum;
}

/// Of the values this thread wrote itself, so without a barrier before.
__device__ float sumOfSquares(const float4* row, int width, float mean) {
    const auto* kept = reinterpret_cast<const float*>(row);
    float sum = 0;
    for (int i = static_cast<int>(threadIdx.x) * kWide; i < width; i += static_cast<int>(kThreads) * kWide) {
        const auto values = loadValues<kWide>(kept + i);
#pragma unroll
        for (int k = 0; k < kWide; ++k)
            sum = fmaf(values.value[k] - mean, values.value[k] - mean, sum);
    }
    return sum;
}

template <typename Value, bool kHasBias>
__global__ void __launch_bounds__(kThreads) normKernel(const __grid_constant__ CudaNorm norm) {
    extern __shared__ float4 staged[];
    __shared__ float scratch[kWarps];
    const std::int64_t at = static_cast<std::int64_t>(blockIdx.x) * norm.width;
    const auto width = static_cast<float>(norm.width);
    const float sum = addRow<Value>(norm, at, staged);
    const float mean = kHasBias ? sumOfThreads(sum, scratch) / width : 0.0f;
    const float scale = rsqrtf(sumOfThreads(sumOfSquares(staged, norm.width, mean), scratch) / width + norm.epsilon);
    const auto* kept = reinterpret_cast<const float*>(staged);
    for (int i = static_cast<int>(threadIdx.x) * kWide; i < norm.width; i += static_cast<int>(kThreads) * kWide) {
        const auto weight = loadValues<kWide>(static_cast<const Value*>(norm.weight) + i);
        const auto values = loadValues<kWide>(kept + i);
        Values<Value, kWide> bias{}, out;
        if constexpr (kHasBias)
            bias = loadValues<kWide>(static_cast<const Value*>(norm.bias) + i);
#pragma unroll
        for (int k = 0; k < kWide; ++k) {
            const float normed = (values.value[k] - mean) * scale;
            out.value[k] = fromFloat<Value>(kHasBias ? fmaf(normed, toFloat(weight.value[k]), toFloat(bias.value[k]))
                                                     : roundedTo<Value>(normed) * toFloat(weight.value[k]));
        }
        storeValues(static_cast<Value*>(norm.out) + at + i, out);
    }
}

} // namespace

PRUNESCOPE_ENTRY int prunescope_add_norm(const CudaNorm* norm, void* stream) {
    if (norm->rows == 0)
        return cudaSuccess;
    Launcher launch(static_cast<cudaStream_t>(stream), false);
    withType(norm->type, [&](auto value) {
        using Value = decltype(value);
        const std::size_t rowBytes = static_cast<std::size_t>(norm->width) * sizeof(float);
        launch(norm->bias ? normKernel<Value, true> : normKernel<Value, false>, dim3(static_cast<unsigned>(norm->rows)),
               kThreads, rowBytes, *norm);
    });
    return settled(launch.error());
}

PRUNESCOPE_IS_LAYER_MEMBER(prunescope_add_norm, addNorm);
