#pragma once

namespace prunescope {

/// Pruning method that a kernel runs.
enum class CudaMethod : int { KeepAll = 0, Raster = 1, Serpentine = 2, Pred2D = 3 };

} // namespace prunescope
