#include "core/pruning/decoder.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/pruning/pixel_options.h"

#include <cstring>
#include <limits>
#include <string>
#include <utility>

namespace prunescope {

namespace {

constexpr std::uint8_t kGrey = 128; ///< what no rule restores

template <typename Geometry>
void copyBlock(const PixelBlocks& blocks, int from, int to, Geometry geometry, std::uint8_t* rgb) {
    const auto side = static_cast<std::size_t>(PatchGeometry(geometry).blockPx());
    const std::size_t stride = blocks.strideBytes();
    const std::uint8_t* source = from < 0 ? nullptr : blocks.block(from);
    std::uint8_t* target = rgb + (blocks.block(to) - blocks.picture().data());
    for (std::size_t y = 0; y < side; ++y)
        if (source)
            std::memcpy(target + y * stride, source + y * stride, side * 3);
        else
            std::memset(target + y * stride, kGrey, side * 3);
}

void checkGrid(const KeepMask& mask, const BlockGrid& grid) {
    if (mask.grid() != grid)
        throw Error(ErrorKind::BadInput, "mask of " + std::to_string(mask.grid().rows) + " x " +
                                             std::to_string(mask.grid().cols) + " blocks, expected " +
                                             std::to_string(grid.rows) + " x " + std::to_string(grid.cols) +
                                             " as the picture has");
}

BlockDecoder decoded(const PixelBlocks& blocks, const KeepMask& mask, const MethodSettings& settings,
                     std::uint32_t threshold) {
    checkGrid(mask, blocks.grid());
    BlockDecoder decoder(blocks, mask, reductionOf(settings), threshold);
    const auto decode = settings.entry().decode;
    if (decode && !mask.kept(0))
        throw Error(ErrorKind::BadInput, "mask drops the first block, which nothing predicts");
    if (decode)
        decode(decoder);
    else
        decoder.showKept();
    return decoder;
}

/// The mask that blocks were predicted from, and the bound by which.
std::pair<const KeepMask&, std::uint32_t> predictingPart(const PixelBlocks& blocks, const BlockChoice& choice,
                                                         const MethodSettings& settings) {
    if (choice.fit && choice.fit->isBounded())
        return {choice.fit->core, choice.fit->threshold};
    return {choice.mask, similarityOf(settings, blocks.geometry()).bound};
}

} // namespace

BlockDecoder::BlockDecoder(const PixelBlocks& blocks, const KeepMask& mask, Reduction reduction, std::uint32_t bound)
    : m_blocks(blocks), m_mask(mask), m_bound(bound), m_distance(reduction, blocks.geometry().blockPx()),
      m_shown(static_cast<std::size_t>(blocks.grid().count()), kUnknown), m_predicted(m_shown), m_from(m_shown) {}

void BlockDecoder::showKept() {
    for (int i = 0; i < grid().count(); ++i)
        show(i, kUnknown);
}

bool BlockDecoder::same(int p, int q) const {
    const int a = at(p), b = at(q);
    return a == b || m_distance(m_blocks.block(a), m_blocks.block(b), m_blocks.strideBytes(), m_bound) <= m_bound;
}

std::vector<int> decodedBlocks(const PixelBlocks& blocks, const KeepMask& mask, const MethodSettings& settings,
                               std::uint32_t threshold) {
    return decoded(blocks, mask, settings, threshold).takeShown();
}

std::vector<int> decodedBlocks(const PixelBlocks& blocks, const BlockChoice& choice, const MethodSettings& settings) {
    const auto [mask, bound] = predictingPart(blocks, choice, settings);
    std::vector<int> shown = decodedBlocks(blocks, mask, settings, bound);
    for (const int i : choice.mask.keptIndices())
        shown[static_cast<std::size_t>(i)] = i;
    return shown;
}

std::vector<int> predictors(const PixelBlocks& blocks, const BlockChoice& choice, const MethodSettings& settings) {
    const auto [mask, bound] = predictingPart(blocks, choice, settings);
    std::vector<int> from = decoded(blocks, mask, settings, bound).takeFrom();
    for (const int i : choice.mask.keptIndices())
        from[static_cast<std::size_t>(i)] = BlockDecoder::kUnknown;
    return from;
}

std::vector<int> predictedBlocks(const PixelBlocks& blocks, const MethodSettings& settings) {
    const KeepMask all = KeepMask::all(blocks.grid());
    BlockDecoder decoder(blocks, all, reductionOf(settings), similarityOf(settings, blocks.geometry()).bound);
    settings.entry().decode(decoder);
    return std::move(decoder).takePredicted();
}

MaskReasons reasonsOf(const PixelBlocks& blocks, const BlockChoice& choice, const MethodSettings& settings) {
    const auto [mask, bound] = predictingPart(blocks, choice, settings);
    if (!settings.entry().decode || !mask.kept(0))
        return {};
    BlockDecoder decoder = decoded(blocks, mask, settings, bound);
    const std::vector<int> predicted = decoder.predicted();
    const std::vector<int> from = std::move(decoder).takeFrom();
    const bool anchored = similarityOf(settings, blocks.geometry()).anchored;
    const BlockDistance distance(reductionOf(settings), blocks.geometry().blockPx());
    MaskReasons reasons{std::vector<BlockReason>(from.size()), bound};
    parallelRanges(blocks.grid().count(), 512, [&](int first, int last) {
        for (int i = first; i < last; ++i) {
            const auto place = static_cast<std::size_t>(i);
            BlockReason& reason = reasons.blocks[place];
            reason = {from[place], anchored ? predicted[place] : from[place]};
            if (reason.source >= 0)
                reason.distance = distance(blocks.block(i), blocks.block(reason.source), blocks.strideBytes(),
                                           std::numeric_limits<std::uint32_t>::max());
        }
    });
    return reasons;
}

Picture reconstruct(const PixelBlocks& blocks, const BlockChoice& choice, const MethodSettings& settings) {
    const std::vector<int> shown = decodedBlocks(blocks, choice, settings);
    PixelBuffer rgb(blocks.picture().sizeBytes());
    withGeometry(blocks.geometry(), [&](auto geometry) {
        parallelRanges(blocks.grid().count(), 512, [&](int first, int last) {
            for (int i = first; i < last; ++i)
                copyBlock(blocks, shown[static_cast<std::size_t>(i)], i, geometry, rgb.data());
        });
    });
    return Picture(blocks.picture().size(), std::move(rgb));
}

} // namespace prunescope
