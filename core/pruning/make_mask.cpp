#include "core/pruning/make_mask.h"

#include "core/base/error.h"
#include "core/metrics/metric.h"
#include "core/pruning/pixel_options.h"
#include "core/pruning/shown_blocks.h"

namespace prunescope {

namespace {

KeepMask select(PairTable& pairs, const MethodSettings& settings, Draws& draws) {
    const PixelMethod* method = settings.entry().pixels.get();
    check(method, "a method that looks at pixels");
    pairs.fill(method->neighbours());
    return method->select({pairs, similarityOf(settings), settings, draws});
}

/// For one mask: distances are measured no further than that mask needs.
PairTable pairsFor(const PixelBlocks& blocks, const MethodSettings& settings) {
    const MetricEntry& metric = findMetric(settings.value(kMetric));
    const auto [bound, anchored] = similarityOf(settings);
    // A distance of 0 is equality, whatever the metric, and the largest difference is the quickest way to see it.
    const Reduction reduction = bound == 0 ? Reduction::Max : metric.reduction;
    return {blocks, reduction, anchored ? decisiveDistance(reduction, bound) : bound};
}

} // namespace

KeepMask makeMask(const PixelBlocks& blocks, const MethodSettings& settings) {
    Draws draws(settings.value(kSeed));
    return makeMask(blocks, settings, draws);
}

KeepMask makeMask(const PixelBlocks& blocks, const MethodSettings& settings, Draws& draws) {
    PairTable pairs = pairsFor(blocks, settings);
    return select(pairs, settings, draws);
}

KeepMask MaskMaker::mask(const MethodSettings& settings) {
    Draws draws(settings.value(kSeed));
    return select(pairs(findMetric(settings.value(kMetric)).reduction), settings, draws);
}

PairTable& MaskMaker::pairs(Reduction reduction) {
    std::optional<PairTable>& pairs = m_pairs[static_cast<std::size_t>(reduction)];
    if (!pairs)
        pairs.emplace(m_blocks, reduction);
    return *pairs;
}

} // namespace prunescope
