#pragma once

#include "core/blocks/patch_geometry.h"

#include <cstddef>
#include <cstdint>

namespace prunescope {

/// Reduction to pair distances that tell only equal (0) from different (any other number): enough for a bound of 0, at
/// the least cost. The other values of `reduction` below are those of enum Reduction.
inline constexpr int kEqualityReduction = 3;

/// The geometry that our kernels are compiled for; pictures of any other are handled on the host.
inline constexpr PatchGeometry kCudaGeometry{16, 2, 2};

/// A resized picture with the distances and flags of its blocks. Device memory; grid [rows, cols].
struct CudaBlocks {
    const std::uint8_t* picture; ///< [rows * 32, cols * 32, 3] bytes, 16-byte aligned
    int rows;
    int cols;
    std::uint32_t* left;   ///< [rows, cols] distance to the block before in row-major order; 0 for the first block
    std::uint32_t* up;     ///< [rows, cols] distance to the block above; 0 in the first row
    std::uint64_t* states; ///< [rows * cols + 1] scratch of anchored Pred-2D
    std::uint8_t* kept;    ///< [rows, cols] 1 = kept
    std::int32_t* indices; ///< [1 + rows * cols] how many are kept, then their indices in order
};

/// Fixed-point filter taps of one axis, as FilterTaps in core/resize/filter_taps.h, but `width` is even and padded with
/// zeros.
struct CudaTaps {
    const std::int32_t* first;   ///< [out]
    const std::int32_t* count;   ///< [out]
    const std::int16_t* weights; ///< [out, width], 4-byte aligned
    int width;
    int precision;
};

/// A resize: device pictures of packed RGB rows and the filter taps of both axes; an axis of equal size has identity
/// taps.
struct CudaResize {
    const std::uint8_t* in; ///< [inHeight, inWidth, 3], 16-byte aligned
    int inWidth;
    int inHeight;
    std::uint8_t* out; ///< [outHeight, outWidth, 3], 16-byte aligned
    int outWidth;
    int outHeight;
    CudaTaps x;
    CudaTaps y;
};

/// Our CUDA kernels: a library of their own, opened only on machines with a GPU, so that one program serves all
/// machines. Pointers are device memory; `stream` is a cudaStream_t; results are cudaError_t, 0 for success. Launches
/// do not wait.
struct CudaKernels {
    /// Patch rows, as `writePatchRows` in patch_rows.h. `blocks`: [count, 32, 32, 3] bytes; `rows`: [4 * count, 1536];
    /// both 16-byte aligned. `rowType`: RowType.
    int (*patchRows)(const std::uint8_t* blocks, std::int64_t count, int rowType, void* rows, void* stream);
    /// The same for the blocks in `indices`, straight from the picture; at most `capacity` blocks are written.
    int (*keptRows)(const CudaBlocks* blocks, std::int64_t capacity, int rowType, void* rows, void* stream);
    /// Fills `left` and `up`. `reduction`: Reduction or kEqualityReduction.
    int (*pairDistances)(const CudaBlocks* blocks, int reduction, void* stream);
    /// Fills `kept` and `indices` from `left` and `up`, which were made with the same `reduction`, as makeMask does.
    /// `method`: CudaMethod. Anchored with a bound over 0 also reads the picture.
    int (*select)(const CudaBlocks* blocks, int method, int reduction, std::uint32_t bound, int anchored, void* stream);
    /// `resizeBicubic` to the byte.
    int (*resize)(const CudaResize* resize, void* stream);

    // What a host class needs of the CUDA runtime.
    /// Makes `device` the calling thread's.
    int (*useDevice)(int device);
    /// The name of `device`, cut to `nameBytes` with the final zero. Fails for a GPU too old for our kernels.
    int (*deviceName)(int device, char* name, int nameBytes);
    int (*allocate)(void** memory, std::size_t bytes);
    int (*release)(void* memory);
    /// Host memory that the device reads by itself, while the host does something else.
    int (*allocatePinned)(void** memory, std::size_t bytes);
    int (*releasePinned)(void* memory);
    /// Copies between host and device memory in any direction. Host memory may be used again once the stream has been
    /// waited for.
    int (*copy)(void* to, const void* from, std::size_t bytes, void* stream);
    int (*createStream)(void** stream);
    int (*destroyStream)(void* stream);
    int (*wait)(void* stream);
    int (*createEvent)(void** event);
    int (*destroyEvent)(void* event);
    int (*recordEvent)(void* event, void* stream);
    /// Waits until the event has passed.
    int (*waitEvent)(void* event);
    /// Milliseconds between two events that have passed.
    int (*elapsed)(float* ms, void* from, void* to);
    /// Text of an error code; static.
    const char* (*errorText)(int error);
};

/// Error code of CUDA for memory that ran out (cudaErrorMemoryAllocation).
inline constexpr int kCudaOutOfMemory = 2;

/// The kernels; nullptr where the library is not there (a build without CUDA) or can't be opened. Any thread.
const CudaKernels* cudaKernels();

/// Checks a result of a CUDA call: throws Error(OutOfMemory) or Error(Device) that says what failed, unless `error` is
/// 0.
void checkCuda(int error, const char* what);

} // namespace prunescope
