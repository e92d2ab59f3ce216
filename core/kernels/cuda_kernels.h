#pragma once

#include <cstdint>

namespace prunescope {

/// Our CUDA kernels: a library of their own, opened only on machines with a GPU, so that one program serves all
/// machines. Pointers are device memory; `stream` is a cudaStream_t; results are cudaError_t, 0 for success. Launches
/// do not wait.
struct CudaKernels {
    /// As `writePatchRows` in patch_rows.h. `blocks`: [count, 32, 32, 3] bytes; `rows`: [4 * count, 1536]; `rowType`:
    /// RowType.
    int (*patchRows)(const std::uint8_t* blocks, std::int64_t count, int rowType, void* rows, void* stream);
};

/// nullptr where the library is not there (a build without CUDA) or can't be opened. Any thread.
const CudaKernels* cudaKernels();

} // namespace prunescope
