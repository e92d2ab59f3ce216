#include "core/pruning/make_mask.h"

#include "core/base/error.h"
#include "core/metrics/metric.h"
#include "core/pruning/pixel_budget.h"
#include "core/pruning/pixel_options.h"
#include "core/pruning/shown_blocks.h"

namespace prunescope {

namespace {

BlockChoice chosenFrom(PairTable& pairs, const MethodSettings& settings, ReferenceRandom& draws) {
    const MethodEntry& method = settings.entry();
    check(method.pixels != nullptr, "a method that looks at pixels");
    pairs.fill(method.pixels->neighbours());
    const Selection selection{pairs, similarityOf(settings, pairs.blocks().geometry()), settings, draws};
    if (const auto keep = settings.find(kKeep); keep && method.decode)
        return fitToBudget(selection, *keep);
    return {method.pixels->select(selection)};
}

/// For one mask: distances are measured no further than that mask needs.
PairTable pairsFor(const PixelBlocks& blocks, const MethodSettings& settings) {
    if (settings.isSet(kKeep.name)) // looks for a threshold among all
        return {blocks, reductionOf(settings)};
    const auto [bound, anchored] = similarityOf(settings, blocks.geometry());
    // A distance of 0 is equality, whatever the metric, and the largest difference is the quickest way to see it.
    const Reduction reduction = bound == 0 ? Reduction::Max : reductionOf(settings);
    return {blocks, reduction, anchored ? decisiveDistance(reduction, bound) : bound};
}

} // namespace

BlockChoice chooseBlocks(const PixelBlocks& blocks, const MethodSettings& settings) {
    ReferenceRandom draws(settings.value(kSeed));
    return chooseBlocks(blocks, settings, draws);
}

BlockChoice chooseBlocks(const PixelBlocks& blocks, const MethodSettings& settings, ReferenceRandom& draws) {
    PairTable pairs = pairsFor(blocks, settings);
    return chosenFrom(pairs, settings, draws);
}

KeepMask makeMask(const PixelBlocks& blocks, const MethodSettings& settings) {
    return chooseBlocks(blocks, settings).mask;
}

KeepMask makeMask(const PixelBlocks& blocks, const MethodSettings& settings, ReferenceRandom& draws) {
    return chooseBlocks(blocks, settings, draws).mask;
}

BlockChoice MaskMaker::choose(const MethodSettings& settings) {
    ReferenceRandom draws(settings.value(kSeed));
    return chosenFrom(pairs(reductionOf(settings)), settings, draws);
}

PairTable& MaskMaker::pairs(Reduction reduction) {
    std::optional<PairTable>& pairs = m_pairs[static_cast<std::size_t>(reduction)];
    if (!pairs)
        pairs.emplace(m_blocks, reduction);
    return *pairs;
}

} // namespace prunescope
