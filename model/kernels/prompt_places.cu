// Where patches stand: adds the learned positions, interpolated from their square table (qwen3-vl spec 4.2), and makes
// the cosines and sines of their rotary angles (spec 4.3). A CTA takes a patch.
#include "model/kernels/entry.cuh"
#include "model/kernels/launch.cuh"
#include "model/kernels/values.cuh"

using namespace prunescope::model;
using namespace prunescope::model::cuda;

namespace {

constexpr unsigned kThreads = 128;
constexpr int kWide = 8;                              // values a thread handles at once
constexpr int kPatches = kPlacedMerge * kPlacedMerge; // of a block

/// A sample between two entries of the table.
struct AxisSample {
    int low, high;
    float share; ///< of the upper one
    __device__ AxisSample(float at, int side)
        : low(static_cast<int>(at)), high(min(low + 1, side - 1)), share(at - low) {}
};

/// Products and sums in the order and the rounding of the tensors in the general way.
template <typename Value>
__device__ void addPosition(const CudaPlaces& places, const AxisSample& y, const AxisSample& x, Value* patch) {
    const auto* table = static_cast<const Value*>(places.table);
    const auto entry = [&](int row, int col) {
        return table + static_cast<std::int64_t>(row * places.side + col) * places.width;
    };
    const Value* corners[4] = {entry(y.low, x.low), entry(y.low, x.high), entry(y.high, x.low), entry(y.high, x.high)};
    const float top = 1 - y.share, left = 1 - x.share;
    const float weights[4] = {top * left, top * x.share, y.share * left, y.share * x.share};
    for (int i = static_cast<int>(threadIdx.x) * kWide; i < places.width; i += static_cast<int>(kThreads) * kWide) {
        float sums[kWide];
#pragma unroll
        for (int c = 0; c < 4; ++c) {
            const auto values = loadValues<kWide>(corners[c] + i);
            const float weight = roundedTo<Value>(weights[c]);
#pragma unroll
            for (int k = 0; k < kWide; ++k) {
                const float product = roundedTo<Value>(toFloat(values.value[k]) * weight);
                sums[k] = c == 0 ? product : roundedTo<Value>(sums[k] + product);
            }
        }
        auto out = loadValues<kWide>(patch + i);
#pragma unroll
        for (int k = 0; k < kWide; ++k)
            out.value[k] = fromFloat<Value>(toFloat(out.value[k]) + sums[k]);
        storeValues(patch + i, out);
    }
}

template <typename Value>
__global__ void __launch_bounds__(kThreads) placesKernel(const __grid_constant__ CudaPlaces places) {
    const std::int64_t patch = blockIdx.x;
    const int block = places.blocks[patch / kPatches], inBlock = static_cast<int>(patch % kPatches);
    const int y = block / places.cols * kPlacedMerge + inBlock / kPlacedMerge;
    const int x = block % places.cols * kPlacedMerge + inBlock % kPlacedMerge;
    addPosition(places, AxisSample(places.rowSamples[y], places.side), AxisSample(places.colSamples[x], places.side),
                static_cast<Value*>(places.patches) + patch * places.width);
    const int half = places.headDim / 2, quarter = half / 2;
    for (int i = static_cast<int>(threadIdx.x); i < half; i += static_cast<int>(kThreads)) {
        const auto place = static_cast<float>(i < quarter ? y : x);
        const float angle = place * places.frequencies[i % quarter];
        const std::int64_t at = patch * places.headDim + i;
        places.cosines[at] = places.cosines[at + half] = cosf(angle);
        places.sines[at] = places.sines[at + half] = sinf(angle);
    }
}

} // namespace

PRUNESCOPE_ENTRY int prunescope_place_patches(const CudaPlaces* places, void* stream) {
    if (places->count == 0)
        return cudaSuccess;
    Launcher launch(static_cast<cudaStream_t>(stream), false);
    withType(places->type, [&](auto value) {
        launch(placesKernel<decltype(value)>, dim3(static_cast<unsigned>(places->count * kPatches)), kThreads, 0,
               *places);
    });
    return settled(launch.error());
}

PRUNESCOPE_IS_LAYER_MEMBER(prunescope_place_patches, placePatches);
