#include "core/mask/mask_settings.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/metrics/metric.h"
#include "core/strategies/strategy.h"

namespace prunescope {

namespace {

void checkShare(const char* name, double value) {
    if (!(value >= 0.0 && value <= 1.0)) // false for NaN, too
        throw Error(ErrorKind::Usage,
                    std::string(name) + " is " + formatFixed(value, 6) + ", expected a number from 0 to 1");
}

} // namespace

void validate(const MaskSettings& settings) {
    findStrategy(settings.strategy);
    findMetric(settings.metric);
    checkShare("tau", settings.tau);
    if (settings.skipRatio)
        checkShare("skip ratio", *settings.skipRatio);
}

} // namespace prunescope
