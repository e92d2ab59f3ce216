#pragma once

namespace prunescope {

/// Which selector a kernel runs.
enum class CudaSelection : int { KeepAll = 0, Raster = 1, Serpentine = 2, Pred2D = 3 };

} // namespace prunescope
