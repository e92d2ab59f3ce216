#include "core/mask/decoder.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/metrics/metric.h"
#include "core/strategies/scan.h"

#include <cstring>
#include <string>

namespace prunescope {

namespace {

constexpr std::uint8_t kUnknown = 128;

/// Repeats the encoder's predictions from what has been shown so far.
class Decoder {
public:
    Decoder(const PixelBlocks& blocks, const KeepMask& mask, const MaskSettings& settings)
        : m_blocks(blocks), m_mask(mask), m_cols(blocks.grid().cols),
          m_shown(static_cast<std::size_t>(blocks.grid().count()), -1) {
        const MetricEntry& metric = findMetric(settings.metric);
        m_bound = metric.bound(settings.tau);
        m_distance = distanceKernel(metric.reduction);
    }

    std::vector<int> pred2D() && {
        for (int i = 0; i < m_blocks.grid().count(); ++i)
            show(i, i == 0 ? -1 : at(predictionFor(i)));
        return std::move(m_shown);
    }

    std::vector<int> runs(bool turns) && {
        int last = -1;
        for (int i = 0; i < m_blocks.grid().count(); ++i) {
            const int place = turns ? serpentineBlock(i, m_cols) : i;
            show(place, last);
            last = at(place);
        }
        return std::move(m_shown);
    }

    std::vector<int> keptOnly() && {
        for (int i = 0; i < m_blocks.grid().count(); ++i)
            show(i, -1);
        return std::move(m_shown);
    }

private:
    int at(int place) const { return m_shown[static_cast<std::size_t>(place)]; }
    void show(int place, int prediction) {
        m_shown[static_cast<std::size_t>(place)] = m_mask.kept(place) ? place : prediction;
    }
    bool same(int p, int q) const {
        const int a = at(p), b = at(q);
        return a == b || m_distance(m_blocks.block(a), m_blocks.block(b), m_blocks.strideBytes(), m_bound) <= m_bound;
    }
    int predictionFor(int i) const {
        return predictingPlace(i, m_cols, [&](int other) { return same(i - m_cols - 1, other); });
    }

    const PixelBlocks& m_blocks;
    const KeepMask& m_mask;
    int m_cols;
    std::uint32_t m_bound;
    DistanceKernel m_distance;
    std::vector<int> m_shown;
};

void copyBlock(const PixelBlocks& blocks, int from, int to, std::uint8_t* rgb) {
    const std::size_t stride = blocks.strideBytes();
    const std::uint8_t* source = from < 0 ? nullptr : blocks.block(from);
    std::uint8_t* target = rgb + (blocks.block(to) - blocks.picture().data());
    for (std::size_t y = 0; y < kBlockPx; ++y)
        if (source)
            std::memcpy(target + y * stride, source + y * stride, kBlockPx * 3);
        else
            std::memset(target + y * stride, kUnknown, kBlockPx * 3);
}

} // namespace

std::vector<int> decodedBlocks(const PixelBlocks& blocks, const KeepMask& mask, const MaskSettings& settings) {
    validate(settings);
    if (mask.grid() != blocks.grid())
        throw Error(ErrorKind::BadInput, "mask of " + std::to_string(mask.grid().rows) + " x " +
                                             std::to_string(mask.grid().cols) + " blocks, expected " +
                                             std::to_string(blocks.grid().rows) + " x " +
                                             std::to_string(blocks.grid().cols) + " as the picture has");
    Decoder decoder(blocks, mask, settings);
    if (!findStrategy(settings.strategy).hasDecoder)
        return std::move(decoder).keptOnly();
    if (!mask.kept(0))
        throw Error(ErrorKind::BadInput, "mask drops the first block, which nothing predicts");
    if (settings.strategy == "pred_2d")
        return std::move(decoder).pred2D();
    return std::move(decoder).runs(settings.strategy == "serpentine");
}

Picture reconstruct(const PixelBlocks& blocks, const KeepMask& mask, const MaskSettings& settings) {
    const std::vector<int> shown = decodedBlocks(blocks, mask, settings);
    PixelBuffer rgb(blocks.picture().sizeBytes());
    parallelRanges(blocks.grid().count(), 512, [&](int first, int last) {
        for (int i = first; i < last; ++i)
            copyBlock(blocks, shown[static_cast<std::size_t>(i)], i, rgb.data());
    });
    return Picture(blocks.picture().size(), std::move(rgb));
}

} // namespace prunescope
