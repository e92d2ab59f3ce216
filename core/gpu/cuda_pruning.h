#pragma once

#include "core/blocks/keep_mask.h"
#include "core/blocks/pixel_blocks.h"
#include "core/kernels/block_distance.h"
#include "core/kernels/cuda_method.h"
#include "core/kernels/patch_rows.h"
#include "core/pruning/method_settings.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope {

/// Rule by which blocks are compared on the GPU.
struct CudaRule {
    CudaMethod method = CudaMethod::Pred2D;
    Reduction reduction = Reduction::Max;
    std::uint32_t bound = 0; ///< largest distance that counts as the same (MetricEntry::bound)
    bool anchored = true;
};

/// The rule of `settings`; nothing for a method whose masks are made on the host, or for another geometry than
/// kCudaGeometry.
std::optional<CudaRule> cudaRuleOf(const MethodSettings& settings, const PatchGeometry& geometry);

/// Device times in milliseconds, by CUDA events. A step that wasn't needed takes next to nothing.
struct CudaTimes {
    double upload = 0; ///< of the raw picture, and of the resize's tables when the sizes are new
    double resize = 0;
    double distances = 0; ///< of neighbouring blocks
    double select = 0;
    double patchRows = 0;
    double download = 0; ///< of the kept indices
    double total() const { return upload + resize + distances + select + patchRows + download; }
};

/// Kept blocks of a picture and their patch rows, as the vision encoder takes them.
struct CudaPruned {
    std::vector<int> kept;      ///< indices of the kept blocks, in order
    const void* rows = nullptr; ///< device memory [4 * kept, 1536]; valid until the next call of this class
    CudaTimes times;
};

/// Resize, pruning and patch rows on an NVIDIA GPU, equal to `makeMask`, `resizeBicubic` and `writePatchRows`. Keeps
/// its device memory between calls: the picture, a resized copy, 24 bytes a block, and the rows asked for; on the host,
/// a pinned copy of the picture. Every `stream` is a cudaStream_t, nullptr for the stream of this object; calls return
/// when their work is done. Used by one thread at a time. Functions throw Error(Device) or Error(OutOfMemory).
class CudaPruning {
public:
    /// Opens a GPU; nullptr where there is none, or in a build without CUDA.
    static std::unique_ptr<CudaPruning> open(int device = 0);
    ~CudaPruning();

    const std::string& deviceName() const;

    /// The mask of `blocks`, which are copied to the device.
    KeepMask select(const PixelBlocks& blocks, const CudaRule& rule, void* stream = nullptr);

    Picture resize(const Picture& picture, Size size, void* stream = nullptr);

    /// Resizes, selects and makes patch rows: the picture is copied to the device once, and only the indices of kept
    /// blocks come back. `size`: multiples of 32 (`modelSize`), else Error(BadInput).
    CudaPruned prune(const Picture& raw, Size size, const CudaRule& rule, RowType type, void* stream = nullptr);

    /// As `prune`, but without rows: the resized picture goes to `resized`, device memory of size.area() * 3 bytes,
    /// 16-byte aligned.
    CudaPruned resizeAndSelect(const Picture& raw, Size size, const CudaRule& rule, std::uint8_t* resized,
                               void* stream = nullptr);

    // For benchmarks: device times of single steps in ms, one for each of `repeats` runs after the picture has
    // travelled. For the whole way, call `prune` repeatedly.

    std::vector<double> timeSelect(const PixelBlocks& blocks, const CudaRule& rule, int repeats);
    std::vector<double> timeResize(const Picture& picture, Size size, int repeats);
    /// Best of `repeats` copies of `bytes` within device memory: GB (10^9 bytes) read and written per second.
    double copyBandwidth(std::size_t bytes, int repeats);

private:
    class Pipeline;
    explicit CudaPruning(std::unique_ptr<Pipeline> pipeline);
    std::unique_ptr<Pipeline> m_pipeline;
};

} // namespace prunescope
