#pragma once

#include "core/blocks/patch_geometry.h"
#include "core/image/picture.h"
#include "core/kernels/cpu_level.h"

#include <cstdint>

namespace prunescope {

/// Allowed area of the picture that the model sees, in pixels (preprocessor_config.json: shortest_edge, longest_edge,
/// which are areas despite their names), and the blocks that it is cut into.
struct PixelLimits {
    std::int64_t minPixels = 65536;
    std::int64_t maxPixels = 16777216;
    PatchGeometry geometry = {};
    bool operator==(const PixelLimits&) const = default;
};

/// Longest side over shortest side may not exceed this (qwen3-vl spec 3.1).
inline constexpr double kMaxAspectRatio = 200.0;

/// The size at which the model sees a picture of `size`: sides are multiples of the block's within `limits`.
/// Throws Error(BadInput) for an empty picture or an aspect ratio above 200.
Size modelSize(Size size, PixelLimits limits);

/// Bicubic (a = -0.5) with antialiasing on bytes, in fixed point: to the byte what the model's own image processor does
/// (qwen3-vl spec 3.2). Horizontal pass first; an axis of equal size is skipped; the same size shares the pixels. Every
/// `level` of `cpuLevels` gives the same bytes. Uses up to `maxWorkers` threads; besides the result a thread needs only
/// a few rows. Throws Error(Internal) unless both sizes are positive, std::bad_alloc.
Picture resizeBicubic(const Picture& picture, Size size, CpuLevel level = bestCpuLevel());

/// `resizeBicubic` to `modelSize`.
Picture resizeForModel(const Picture& picture, PixelLimits limits);

} // namespace prunescope
