#include "core/mask/make_mask.h"

#include "core/metrics/metric.h"
#include "core/strategies/shown_blocks.h"
#include "core/strategies/strategy.h"

namespace prunescope {

namespace {

KeepMask select(PairTable& pairs, const MaskSettings& settings, Draws& draws) {
    const StrategyEntry& entry = findStrategy(settings.strategy);
    pairs.fill(entry.neighbours);
    const std::uint32_t bound = findMetric(settings.metric).bound(settings.tau);
    return entry.strategy->select({pairs, {bound, settings.anchored}, settings, draws});
}

/// For one mask: distances are measured no further than that mask needs.
PairTable pairsFor(const PixelBlocks& blocks, const MaskSettings& settings) {
    const MetricEntry& metric = findMetric(settings.metric);
    const std::uint32_t bound = metric.bound(settings.tau);
    // A distance of 0 is equality, whatever the metric, and the largest difference is the quickest way to see it.
    const Reduction reduction = bound == 0 ? Reduction::Max : metric.reduction;
    return {blocks, reduction, settings.anchored ? decisiveDistance(reduction, bound) : bound};
}

} // namespace

KeepMask makeMask(const PixelBlocks& blocks, const MaskSettings& settings) {
    Draws draws(settings.seed);
    return makeMask(blocks, settings, draws);
}

KeepMask makeMask(const PixelBlocks& blocks, const MaskSettings& settings, Draws& draws) {
    validate(settings);
    PairTable pairs = pairsFor(blocks, settings);
    return select(pairs, settings, draws);
}

KeepMask MaskMaker::mask(const MaskSettings& settings) {
    validate(settings);
    Draws draws(settings.seed);
    return select(pairs(findMetric(settings.metric).reduction), settings, draws);
}

PairTable& MaskMaker::pairs(Reduction reduction) {
    std::optional<PairTable>& pairs = m_pairs[static_cast<std::size_t>(reduction)];
    if (!pairs)
        pairs.emplace(m_blocks, reduction);
    return *pairs;
}

} // namespace prunescope
