// The parts of a selection that prunescope_select puts together, each in a file of its own.
#pragma once

#include "core/gpu/cuda_kernels.h"

#include <cuda_runtime.h>

namespace prunescope::cuda {

/// Fills `kept` by the anchored rule of raster or serpentine. Results are cudaError_t; launches do not wait.
int anchoredScan(const CudaBlocks& blocks, bool serpentine, int reduction, std::uint32_t bound, cudaStream_t stream);

/// Fills `kept` by the anchored rule of Pred-2D.
int anchoredPred2D(const CudaBlocks& blocks, int reduction, std::uint32_t bound, cudaStream_t stream);

} // namespace prunescope::cuda
