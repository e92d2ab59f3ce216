#include "core/mask/make_mask.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/strategies/strategy.h"

namespace prunescope {

void validate(const MaskSettings& settings) {
    findStrategy(settings.strategy);
    findMetric(settings.metric);
    if (!(settings.tau >= 0.0 && settings.tau <= 1.0)) // false for NaN, too
        throw Error(ErrorKind::Usage, "tau is " + formatFixed(settings.tau, 6) + ", expected a number from 0 to 1");
}

KeepMask makeMask(const PixelBlocks& blocks, const MaskSettings& settings) {
    validate(settings);
    const MetricEntry& chosen = findMetric(settings.metric);
    const std::uint32_t bound = chosen.bound(settings.tau);
    // A distance of 0 is equality, whatever the metric, and comparing bytes is the quickest way to see it.
    const MetricEntry& metric = bound == 0 ? findMetric("exact") : chosen;
    const Similarity similarity{&metric, bound, settings.anchored};
    return findStrategy(settings.strategy).strategy->select(blocks, similarity);
}

} // namespace prunescope
