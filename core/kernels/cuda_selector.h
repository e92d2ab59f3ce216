#pragma once

#include "core/blocks/keep_mask.h"
#include "core/blocks/pixel_blocks.h"
#include "core/kernels/block_distance.h"
#include "core/kernels/cuda_kernels.h"
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
    CudaSelection selection = CudaSelection::Pred2D;
    Reduction reduction = Reduction::Max;
    std::uint32_t bound = 0; ///< largest distance that counts as the same (MetricEntry::bound)
    bool anchored = true;
};

/// Nothing for a method whose masks are made on the host.
std::optional<CudaRule> cudaRuleOf(const MethodSettings& settings);

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

/// A picture on its way into the vision encoder.
struct CudaPruned {
    std::vector<int> kept;      ///< indices of the kept blocks, in order
    const void* rows = nullptr; ///< device memory [4 * kept, 1536]; valid until the next call of the selector
    CudaTimes times;
};

/// Selection, resize and patch rows on an NVIDIA GPU, equal to `makeMask`, `resizeBicubic` and `writePatchRows`. Keeps
/// its device memory between calls: the picture, a resized copy, 24 bytes a block, and the rows asked for; on the host,
/// a pinned copy of the picture. Every `stream` is a cudaStream_t, nullptr for the selector's own; calls return when
/// their work is done. Used by one thread at a time. Functions throw Error(Device) or Error(OutOfMemory).
class CudaSelector {
public:
    /// nullptr where there is no GPU, or a build without CUDA.
    static std::unique_ptr<CudaSelector> open(int device = 0);
    ~CudaSelector();

    const std::string& deviceName() const;

    /// `blocks` travel to the device.
    KeepMask select(const PixelBlocks& blocks, const CudaRule& rule, void* stream = nullptr);

    Picture resize(const Picture& picture, Size size, void* stream = nullptr);

    /// The whole way: the picture travels once, and only the indices of kept blocks come back. `size`: multiples of 32
    /// (`modelSize`), else Error(BadInput).
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
    explicit CudaSelector(std::unique_ptr<Pipeline> pipeline);
    std::unique_ptr<Pipeline> m_pipeline;
};

} // namespace prunescope
