#include "core/pruning/decoder.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/metrics/metric.h"
#include "core/pruning/pixel_options.h"

#include <cstring>
#include <string>

namespace prunescope {

namespace {

constexpr std::uint8_t kGrey = 128; ///< what no rule restores

void copyBlock(const PixelBlocks& blocks, int from, int to, std::uint8_t* rgb) {
    const std::size_t stride = blocks.strideBytes();
    const std::uint8_t* source = from < 0 ? nullptr : blocks.block(from);
    std::uint8_t* target = rgb + (blocks.block(to) - blocks.picture().data());
    for (std::size_t y = 0; y < kBlockPx; ++y)
        if (source)
            std::memcpy(target + y * stride, source + y * stride, kBlockPx * 3);
        else
            std::memset(target + y * stride, kGrey, kBlockPx * 3);
}

} // namespace

BlockDecoder::BlockDecoder(const PixelBlocks& blocks, const KeepMask& mask, const MethodSettings& settings)
    : m_blocks(blocks), m_mask(mask), m_bound(similarityOf(settings).bound),
      m_distance(distanceKernel(findMetric(settings.value(kMetric)).reduction)),
      m_shown(static_cast<std::size_t>(blocks.grid().count()), kUnknown) {}

void BlockDecoder::showKept() {
    for (int i = 0; i < grid().count(); ++i)
        show(i, kUnknown);
}

bool BlockDecoder::same(int p, int q) const {
    const int a = at(p), b = at(q);
    return a == b || m_distance(m_blocks.block(a), m_blocks.block(b), m_blocks.strideBytes(), m_bound) <= m_bound;
}

std::vector<int> decodedBlocks(const PixelBlocks& blocks, const KeepMask& mask, const MethodSettings& settings) {
    if (mask.grid() != blocks.grid())
        throw Error(ErrorKind::BadInput, "mask of " + std::to_string(mask.grid().rows) + " x " +
                                             std::to_string(mask.grid().cols) + " blocks, expected " +
                                             std::to_string(blocks.grid().rows) + " x " +
                                             std::to_string(blocks.grid().cols) + " as the picture has");
    BlockDecoder decoder(blocks, mask, settings);
    const auto decode = settings.entry().decode;
    if (decode && !mask.kept(0))
        throw Error(ErrorKind::BadInput, "mask drops the first block, which nothing predicts");
    if (decode)
        decode(decoder);
    else
        decoder.showKept();
    return std::move(decoder).takeShown();
}

Picture reconstruct(const PixelBlocks& blocks, const KeepMask& mask, const MethodSettings& settings) {
    const std::vector<int> shown = decodedBlocks(blocks, mask, settings);
    PixelBuffer rgb(blocks.picture().sizeBytes());
    parallelRanges(blocks.grid().count(), 512, [&](int first, int last) {
        for (int i = first; i < last; ++i)
            copyBlock(blocks, shown[static_cast<std::size_t>(i)], i, rgb.data());
    });
    return Picture(blocks.picture().size(), std::move(rgb));
}

} // namespace prunescope
