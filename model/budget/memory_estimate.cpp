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
    const ModelShape& shape;
    std::int64_t patches;
    std::int64_t rows; ///< of the vision layers: patches and class tokens
    std::int64_t bytes;
    bool packsPictures; ///< several pictures are copied into one tensor

    std::int64_t row(std::int64_t values) const { return rows * values * bytes; }
    std::int64_t width() const { return shape.vitWidth; }
    std::int64_t blocks() const { return patches / shape.geometry.patchesPerBlock(); }

    /// Patch rows (twice where pictures are packed), the embedding, the sum of four corners of the position table and
    /// what they are made of (layers/patch_embed.cpp); tiles and windows, which copy the embedding into their order
    /// instead, take less.
    std::int64_t embed() const {
        const std::int64_t values = row(shape.geometry.patchFeatures()) * (packsPictures ? 2 : 1);
        return values + row(7 * width()) + (packsPictures ? row(width()) : 0) + indices();
    }

    /// Residual and norm; q, k and v together; the rotated q and k, and for the second of them the float copies that
    /// the rotation takes (layers/rotary.cpp). Then q, k, v with the attention's result, its copy in token order and
    /// the projection, and that scaled. Windows and tiles make the same copies piece by piece.
    std::int64_t attention() const {
        const std::int64_t wide = rows * width() * kFloat;
        const std::int64_t rotating = row(7 * width()) + (bytes == kFloat ? 2 : 4) * wide;
        const std::int64_t attending = row((packsPictures ? 12 : 11) * width());
        return std::max(rotating, attending);
    }

    /// Residual, norm, both sides of the activation, result and sum (layers/feed_forward.h); a gate and what it is
    /// multiplied with besides.
    std::int64_t feedForward() const { return row(4 * width() + (shape.vitGated ? 3 : 2) * shape.vitInner); }

    /// What the layers gave, the same in the order of blocks, its norm; both sides of the activation, and the result.
    std::int64_t merger() const { return row(3 * width()) + 2 * blocks() * shape.mergerWidth() * bytes + features(1); }

    /// What DeepStack has taken so far.
    std::int64_t features(std::int64_t count) const { return count * blocks() * shape.languageWidth * bytes; }

    /// Tables of rotary angles in float, once more in the order of windows, and lists of places: a head is no wider
    /// than 128.
    std::int64_t indices() const { return rows * (4 * 128 * kFloat + 16 * std::int64_t{sizeof(std::int64_t)}); }

    std::int64_t peak() const {
        const std::int64_t layers =
            std::max({attention(), feedForward(), merger()}) + features(shape.deepstackLayers) + indices();
        return std::max(embed(), layers);
    }
};

/// A language layer with the gated delta rule over a prompt (layers/delta_rule.cpp).
struct LinearPrefill {
    const LinearLayers& sizes;
    std::int64_t tokens, width, bytes;
    bool onGpu; ///< there by LibTorch's operations, on a CPU by kernels

    static constexpr std::int64_t kChunk = 64, kPiece = 2048; ///< tokens of a chunk, and of what is prepared at once

    std::int64_t row(std::int64_t values) const { return tokens * values * bytes; }
    std::int64_t wide(std::int64_t values) const { return tokens * values * kFloat; }
    std::int64_t keys() const { return std::int64_t{sizes.keyHeads} * sizes.keyDim; }
    std::int64_t values() const { return std::int64_t{sizes.valueHeads} * sizes.valueDim; }
    std::int64_t channels() const { return 2 * keys() + values(); }

    /// Residual, norm, the four products, both gates and what they are made of.
    std::int64_t projected() const {
        return row(2 * width + channels() + values()) + wide(6 * std::int64_t{sizes.valueHeads});
    }

    /// Float copies of what is convolved and of two sums.
    std::int64_t convolution() const { return onGpu ? wide(3 * channels()) : row(channels()); }

    /// What is prepared for the chunks of a piece: queries, keys, values, the triangular system with its right sides,
    /// solved and as the solver copies them.
    std::int64_t prepared() const {
        const std::int64_t repeatedKeys = std::int64_t{sizes.valueHeads} * sizes.keyDim;
        const std::int64_t square = kChunk * sizes.valueHeads;
        return std::min(tokens, kPiece) * kFloat * (7 * repeatedKeys + 5 * values() + 5 * square);
    }

    /// What was convolved and the result; on a GPU queries, keys and values in float, and the result in pieces.
    std::int64_t rule() const {
        if (!onGpu)
            return row(channels()) + wide(values());
        return row(channels()) + wide(channels() + values()) + std::max(prepared(), wide(values()));
    }

    /// The result of the rule, its norm and the gate, with their float copies.
    std::int64_t gating() const { return wide(values()) + row(3 * values()) + (onGpu ? wide(4 * values()) : 0); }

    std::int64_t peak() const { return projected() + std::max({convolution(), rule(), gating()}); }
};

/// The language layers over a prompt.
struct Prefill {
    std::int64_t tokens, width, inner, query, key, gate, bytes;
    LinearPrefill linear;

    std::int64_t row(std::int64_t values) const { return tokens * values * bytes; }

    /// RMS norm and rotation work on float copies (layers/norm.h, layers/rotary.cpp). Queries that come with gates stay
    /// with them to the end. Keys and values are repeated for the query heads that share them (layers/attention.cpp).
    std::int64_t attention() const {
        const std::int64_t copies = bytes == kFloat ? 3 : 4;
        const std::int64_t rotating =
            row(2 * width + 2 * query + 2 * key + 2 * gate) + copies * tokens * query * kFloat;
        const std::int64_t attending = row(3 * width + query + 2 * key + 2 * query + 2 * query + 2 * gate);
        return std::max(rotating, attending);
    }

    /// Both residuals, norm, result and sum; gate before and after its activation, and up.
    std::int64_t feedForward() const { return row(5 * width + 3 * inner) + norm(); }
    std::int64_t norm() const { return bytes == kFloat ? row(width) : 2 * tokens * width * kFloat; }
    std::int64_t peak() const {
        // Positions and angles: three axes of 64 bits, two tables in float and in the activation's type.
        const std::int64_t indices = tokens * (8 * std::int64_t{sizeof(std::int64_t)} + 6 * 128 * kFloat);
        const std::int64_t mixing = std::max(attention(), linear.sizes.layers > 0 ? linear.peak() : 0);
        return std::max(mixing, feedForward()) + indices;
    }
};

std::int64_t sum(const std::vector<std::int64_t>& values) {
    return std::accumulate(values.begin(), values.end(), std::int64_t{0});
}

Encoder encoderOf(const ModelShape& shape, const PromptSize& size, int bytes) {
    const std::int64_t patches = sum(size.patches);
    return {shape, patches, static_cast<std::int64_t>(shape.vitRows(static_cast<double>(patches))), bytes,
            size.patches.size() > 1};
}

Prefill prefillOf(const ModelShape& shape, const PromptSize& size, const RunTraits& run) {
    const std::int64_t headDim = shape.headDim, query = shape.heads * headDim, bytes = run.bytesPerValue;
    return {size.tokens,
            shape.languageWidth,
            shape.languageInner,
            query,
            shape.kvHeads * headDim,
            shape.gatedQueries ? query : 0,
            bytes,
            {shape.linear, size.tokens, shape.languageWidth, bytes, run.onGpu}};
}

/// oneDNN lays a matrix out anew before it multiplies bfloat16 on the CPU: at worst the largest one.
std::int64_t reorderedMatrix(const ModelShape& shape, const RunTraits& run) {
    if (run.onGpu || run.bytesPerValue == kFloat)
        return 0;
    const LinearLayers& linear = shape.linear;
    const std::int64_t grouped = std::int64_t{shape.vitWidth} * shape.geometry.patchesPerBlock();
    const int queries = (shape.gatedQueries ? 2 : 1) * shape.heads * shape.headDim;
    const int channels = 2 * linear.keyHeads * linear.keyDim + linear.valueHeads * linear.valueDim;
    const std::int64_t text = std::int64_t{shape.languageWidth} * std::max({shape.languageInner, queries, channels});
    return run.bytesPerValue *
           std::max({grouped * shape.mergerWidth(), text, std::int64_t{shape.mergerWidth()} * shape.languageWidth});
}

/// Packed matrices are unpacked one by one, large ones in panels (WeightMatrix::product).
std::int64_t unpackedPanel(const RunTraits& run) {
    // LibTorch's operations on a GPU go through float32, twice.
    return run.packed ? kPanelValues * (run.bytesPerValue + (run.onGpu ? 2 * kFloat : 0)) : 0;
}

/// A table of cosines in host memory, its rows in float and packed for tiles (pruners/cosines.cpp).
std::int64_t pairTable(const ModelShape& shape, std::int64_t tokens) {
    return tokens * tokens * kFloat + 3 * tokens * shape.languageWidth * kFloat;
}

} // namespace

PromptBytes estimatePrompt(const ModelShape& shape, const PromptSize& size, const RunTraits& run) {
    const Encoder encoder = encoderOf(shape, size, run.bytesPerValue);
    const Prefill prefill = prefillOf(shape, size, run);
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
    memory.cacheBytes =
        kvBytes(shape, size.cacheTokens, run.bytesPerValue) + size.states * stateBytes(shape, run.bytesPerValue);
    if (encoder.patches > 0)
        memory.encoderBytes = rounded(encoder.peak());
    if (size.comparedTokens > 0)
        memory.choiceBytes = rounded(features + pairTable(shape, size.comparedTokens));
    memory.prefillBytes = rounded(memory.cacheBytes + features + prefill.peak() + logits);
    return memory;
}

PromptBytes estimateSmallPrompt(const ModelShape& shape, const RunTraits& run) {
    constexpr std::int64_t kWords = 64, kAnswer = 64;
    return estimatePrompt(shape, {{}, 0, kWords, kWords + kAnswer}, run);
}

} // namespace prunescope::model
