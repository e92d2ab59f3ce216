#pragma once

#include "core/blocks/keep_mask.h"
#include "core/blocks/pixel_blocks.h"
#include "core/kernels/block_distance.h"
#include "core/pruning/make_mask.h"

#include <cstdint>
#include <vector>

namespace prunescope {

/// Repeats a method's predictions from what has been shown so far (pixelprune spec 3). Reads kept blocks alone.
class BlockDecoder {
public:
    static constexpr int kUnknown = -1;

    /// A decoder that shows nothing yet. Blocks count as the same up to the raw distance `bound`.
    BlockDecoder(const PixelBlocks& blocks, const KeepMask& mask, Reduction reduction, std::uint32_t bound);

    const BlockGrid& grid() const { return m_blocks.grid(); }
    /// The kept block that is shown at `place`.
    int at(int place) const { return m_shown[static_cast<std::size_t>(place)]; }
    /// Shows the block of `place` itself where it was kept, else the kept block `prediction`.
    void show(int place, int prediction) {
        m_predicted[static_cast<std::size_t>(place)] = prediction;
        m_shown[static_cast<std::size_t>(place)] = m_mask.kept(place) ? place : prediction;
    }
    /// Shows what is shown at the place `from` where the block of `place` was not kept.
    void predict(int place, int from) {
        m_from[static_cast<std::size_t>(place)] = from;
        show(place, at(from));
    }
    /// Shows the kept blocks and nothing else.
    void showKept();
    /// Whether what is shown at two places counts as the same.
    bool same(int p, int q) const;

    std::vector<int> takeShown() && { return std::move(m_shown); }
    /// Predictions that `show` was told for each place, kept or not.
    std::vector<int> takePredicted() && { return std::move(m_predicted); }
    /// What `takePredicted` takes.
    const std::vector<int>& predicted() const { return m_predicted; }
    /// Places that `predict` was told for each place, kept or not.
    std::vector<int> takeFrom() && { return std::move(m_from); }

private:
    const PixelBlocks& m_blocks;
    const KeepMask& m_mask;
    std::uint32_t m_bound;
    BlockDistance m_distance;
    std::vector<int> m_shown;
    std::vector<int> m_predicted;
    std::vector<int> m_from;
};

/// The kept block that a decoder shows at each place, from the kept blocks alone: `choice` and `settings` are those
/// of the selection (pixelprune spec 3); no dropped block of `blocks` is read. BlockDecoder::kUnknown where the method
/// has no rule: dropped blocks of the baselines. At tau = 0 the shown blocks equal the dropped ones; above it,
/// anchored, they are at most tau away. Throws Error(BadInput) when the mask is on another grid or the first block of a
/// method with a rule is not kept.
///
/// Where a budget was met with some blocks besides, `choice` says which ones predict others: those are decoded first,
/// then the others shown (uniprune-2026 spec 7.1).
std::vector<int> decodedBlocks(const PixelBlocks& blocks, const BlockChoice& choice, const MethodSettings& settings);
/// Decodes at the raw distance `threshold` instead of tau.
std::vector<int> decodedBlocks(const PixelBlocks& blocks, const KeepMask& mask, const MethodSettings& settings,
                               std::uint32_t threshold);
/// The block that predicts each place while every block before it is the original one; kUnknown for the first.
std::vector<int> predictedBlocks(const PixelBlocks& blocks, const MethodSettings& settings);
/// The neighbour that each dropped block was predicted from, as its method goes by them (pixelprune spec 2); kUnknown
/// for kept blocks and where the method has no rule. Throws as `decodedBlocks`.
std::vector<int> predictors(const PixelBlocks& blocks, const BlockChoice& choice, const MethodSettings& settings);

/// What decided whether a block was kept: its comparison with the block that was expected in its place.
struct BlockReason {
    int predictor = BlockDecoder::kUnknown; ///< the place that predicts it: a neighbour
    int source = BlockDecoder::kUnknown;    ///< the block that is shown there, which it was compared with
    std::uint32_t distance = 0;             ///< of the two, raw
};

/// Reasons for a mask.
struct MaskReasons {
    std::vector<BlockReason> blocks; ///< [rows * cols], kept ones too; empty: the method has no rule
    std::uint32_t bound = 0;         ///< largest raw distance of what counted as the same
};

/// Reasons for `choice`, with arguments as of `decodedBlocks`. Sliding methods compare with the original neighbour.
MaskReasons reasonsOf(const PixelBlocks& blocks, const BlockChoice& choice, const MethodSettings& settings);

/// The picture of `decodedBlocks`; what no rule restores is mid-grey.
Picture reconstruct(const PixelBlocks& blocks, const BlockChoice& choice, const MethodSettings& settings);

} // namespace prunescope
