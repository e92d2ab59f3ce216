#include "model/budget/memory_estimate.h"

#include "model/kernels/matrix_view.h"

#include <algorithm>
#include <numeric>

namespace prunescope::model {

namespace {

constexpr std::int64_t kFloat = sizeof(float);

/// What libraries keep for themselves while they multiply: packed panels per thread on the CPU, workspaces on a GPU.
constexpr std::int64_t kCpuWorkspace = std::int64_t{12} << 20;
constexpr std::int64_t kGpuWorkspace = std::int64_t{96} << 20;
/// LibTorch's allocator on a GPU rounds up and cannot join the pieces of different blocks.
constexpr double kGpuRounding = 1.15;

/// Sizes of the encoder in bytes for one prompt; letters as in the formulas of core/report/cost_model.h.
struct Encoder {
    std::int64_t patches, width, inner, deepstackLayers, languageWidth, bytes;
    bool packsPictures; ///< several pictures are copied into one tensor
    PatchGeometry geometry;

    std::int64_t row(std::int64_t values) const { return patches * values * bytes; }

    /// Patch rows (twice where pictures are packed), the embedding, the sum of four corners of the position table and
    /// what they are made of (layers/patch_embed.cpp).
    std::int64_t embed() const {
        const std::int64_t rows = row(geometry.patchFeatures()) * (packsPictures ? 2 : 1);
        return rows + row(7 * width) + (packsPictures ? row(width) : 0) + indices();
    }

    /// Residual and norm; q, k and v together; the rotated q and k, and for the second of them the float copies that
    /// the rotation takes (layers/rotary.cpp). Then q, k, v with the attention's result, its copy in token order and
    /// the projection.
    std::int64_t attention() const {
        const std::int64_t wide = patches * width * kFloat;
        const std::int64_t rotating = row(7 * width) + (bytes == kFloat ? 2 : 4) * wide;
        const std::int64_t attending = row((packsPictures ? 12 : 11) * width);
        return std::max(rotating, attending);
    }

    /// Residual, norm, both sides of the activation, result and sum (layers/feed_forward.h).
    std::int64_t feedForward() const { return row(4 * width + 2 * inner); }

    /// The patches of a block as one row, twice as wide as before at most, and the result.
    std::int64_t merger() const { return row(5 * width) + features(1); }

    /// What DeepStack has taken so far.
    std::int64_t features(std::int64_t count) const {
        return count * patches / geometry.patchesPerBlock() * languageWidth * bytes;
    }

    /// Tables of rotary angles in float and lists of places: a head is no wider than 128.
    std::int64_t indices() const { return patches * (4 * 128 * kFloat + 16 * std::int64_t{sizeof(std::int64_t)}); }

    std::int64_t peak() const {
        const std::int64_t layers =
            std::max({attention(), feedForward(), merger()}) + features(deepstackLayers) + indices();
        return std::max(embed(), layers);
    }
};

/// The language layers over a prompt.
struct Prefill {
    std::int64_t tokens, width, inner, query, key, bytes;

    std::int64_t row(std::int64_t values) const { return tokens * values * bytes; }

    /// RMS norm and rotation work on float copies (layers/norm.h, layers/rotary.cpp). Keys and values are repeated for
    /// the query heads that share them (layers/attention.cpp).
    std::int64_t attention() const {
        const std::int64_t copies = bytes == kFloat ? 3 : 4;
        const std::int64_t rotating = row(2 * width + 2 * query) + copies * tokens * query * kFloat;
        const std::int64_t attending = row(3 * width + query + 2 * key + 2 * query + 2 * query);
        return std::max(rotating, attending);
    }

    /// Both residuals, norm, result and sum; gate before and after its activation, and up.
    std::int64_t feedForward() const { return row(5 * width + 3 * inner) + norm(); }
    std::int64_t norm() const { return bytes == kFloat ? row(width) : 2 * tokens * width * kFloat; }
    std::int64_t peak() const {
        // Positions and angles: three axes of 64 bits, two tables in float and in the activation's type.
        const std::int64_t indices = tokens * (8 * std::int64_t{sizeof(std::int64_t)} + 6 * 128 * kFloat);
        return std::max(attention(), feedForward()) + indices;
    }
};

std::int64_t sum(const std::vector<std::int64_t>& values) {
    return std::accumulate(values.begin(), values.end(), std::int64_t{0});
}

Encoder encoderOf(const ModelShape& shape, const PromptSize& size, int bytes) {
    return {sum(size.patches),   shape.vitWidth, shape.vitInner,          shape.deepstackLayers,
            shape.languageWidth, bytes,          size.patches.size() > 1, shape.geometry};
}

Prefill prefillOf(const ModelShape& shape, const PromptSize& size, int bytes) {
    const std::int64_t headDim = shape.headDim;
    return {size.tokens,           shape.languageWidth,     shape.languageInner,
            shape.heads * headDim, shape.kvHeads * headDim, bytes};
}

/// oneDNN lays a matrix out anew before it multiplies bfloat16 on the CPU: at worst the largest one.
std::int64_t reorderedMatrix(const ModelShape& shape, const RunTraits& run) {
    if (run.onGpu || run.bytesPerValue == kFloat)
        return 0;
    const std::int64_t grouped = std::int64_t{shape.vitWidth} * shape.geometry.patchesPerBlock();
    const std::int64_t text =
        std::int64_t{shape.languageWidth} * std::max(shape.languageInner, shape.heads * shape.headDim);
    return run.bytesPerValue * std::max(grouped * grouped, text);
}

/// Packed matrices are unpacked one by one, large ones in panels (WeightMatrix::product).
std::int64_t unpackedPanel(const RunTraits& run) {
    // LibTorch's operations on a GPU go through float32, twice.
    return run.packed ? kPanelValues * (run.bytesPerValue + (run.onGpu ? 2 * kFloat : 0)) : 0;
}

} // namespace

PromptBytes estimatePrompt(const ModelShape& shape, const PromptSize& size, const RunTraits& run) {
    const Encoder encoder = encoderOf(shape, size, run.bytesPerValue);
    const Prefill prefill = prefillOf(shape, size, run.bytesPerValue);
    const std::int64_t features =
        (1 + std::int64_t{shape.deepstackLayers}) * size.keptBlocks * shape.languageWidth * run.bytesPerValue;
    // The logits in the activation's type, in float, and once more as the sampler's vector.
    const std::int64_t logits = shape.vocab * (run.bytesPerValue + 2 * kFloat);
    const std::int64_t fixed = run.onGpu ? kGpuWorkspace : kCpuWorkspace + reorderedMatrix(shape, run);
    const std::int64_t panel = unpackedPanel(run);
    const double rounding = run.onGpu ? kGpuRounding : 1.0;
    const auto rounded = [&](std::int64_t bytes) {
        return fixed + panel + static_cast<std::int64_t>(static_cast<double>(bytes) * rounding);
    };
    PromptBytes memory;
    memory.cacheBytes = kvBytes(shape, size.cacheTokens, run.bytesPerValue);
    if (encoder.patches > 0)
        memory.encoderBytes = rounded(encoder.peak());
    memory.prefillBytes = rounded(memory.cacheBytes + features + prefill.peak() + logits);
    return memory;
}

PromptBytes estimateSmallPrompt(const ModelShape& shape, const RunTraits& run) {
    constexpr std::int64_t kWords = 64, kAnswer = 64;
    return estimatePrompt(shape, {{}, 0, kWords, kWords + kAnswer}, run);
}

} // namespace prunescope::model
