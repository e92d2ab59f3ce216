// Entry points of the library.
#pragma once

#include "model/kernels/cuda_layers.h"

#include <cuda_runtime.h>
#include <type_traits>

namespace prunescope::model::cuda {

/// A call that failed would otherwise be reported once more by the next launch.
inline int settled(cudaError_t error) {
    if (error != cudaSuccess)
        static_cast<void>(cudaGetLastError());
    return error;
}

} // namespace prunescope::model::cuda

/// Entry points have plain C names and are the library's only visible symbols.
#define PRUNESCOPE_ENTRY extern "C" __attribute__((visibility("default")))
/// The entry point `name` is what the member of CudaLayers expects.
#define PRUNESCOPE_IS_LAYER_MEMBER(name, member)                                                                       \
    static_assert(std::is_same_v<decltype(&name), decltype(prunescope::model::CudaLayers::member)>)
