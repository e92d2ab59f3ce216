// silu(gate) * up of a prompt: gate and up come from one product, side by side in a row.
#include "model/kernels/entry.cuh"
#include "model/kernels/launch.cuh"
#include "model/kernels/values.cuh"

using namespace prunescope::model;
using namespace prunescope::model::cuda;

namespace {

constexpr int kWide = 8; // values a thread makes
constexpr unsigned kThreads = 256;

template <typename Value>
__global__ void __launch_bounds__(kThreads) gateKernel(const __grid_constant__ CudaGate gate) {
    const int pieces = gate.inner / kWide;
    const std::int64_t at = static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x;
    if (at >= gate.tokens * pieces)
        return;
    const std::int64_t token = at / pieces, i = at % pieces * kWide;
    const Value* row = static_cast<const Value*>(gate.gateUp) + token * 2 * gate.inner + i;
    auto values = loadValues<kWide>(row);
    const auto up = loadValues<kWide>(row + gate.inner);
#pragma unroll
    for (int k = 0; k < kWide; ++k) {
        const float x = toFloat(values.value[k]);
        values.value[k] = fromFloat<Value>(roundedTo<Value>(x / (1.0f + expf(-x))) * toFloat(up.value[k]));
    }
    storeValues(static_cast<Value*>(gate.out) + token * gate.inner + i, values);
}

} // namespace

PRUNESCOPE_ENTRY int prunescope_gate(const CudaGate* gate, void* stream) {
    const std::int64_t items = gate->tokens * (gate->inner / kWide);
    if (items == 0)
        return cudaSuccess;
    Launcher launch(static_cast<cudaStream_t>(stream), false);
    withType(gate->type, [&](auto value) {
        launch(gateKernel<decltype(value)>, dim3(static_cast<unsigned>((items + kThreads - 1) / kThreads)), kThreads, 0,
               *gate);
    });
    return settled(launch.error());
}

PRUNESCOPE_IS_LAYER_MEMBER(prunescope_gate, gate);
