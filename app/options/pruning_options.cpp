#include "app/options/pruning_options.h"

#include "app/options/values.h"
#include "core/base/error.h"
#include "core/blocks/block_grid.h"
#include "core/image/image_file.h"

namespace prunescope::app {

namespace {

constexpr Range<std::int64_t> kPixels{1, kMaxPicturePixels};

} // namespace

std::vector<PrunePlan> PruningOptions::allPlans() const {
    std::vector<PrunePlan> all = plans;
    if (all.empty())
        all.push_back(PrunePlan::of(method.settings()));
    if (const auto seed = method.seed())
        for (PrunePlan& plan : all)
            plan.setSeed(*seed);
    return all;
}

PrunePlan PruningOptions::onePlan() const {
    if (plans.size() > 1)
        throw Error(ErrorKind::Usage, "--plan: found " + std::to_string(plans.size()) + " plans, expected one");
    return allPlans().front();
}

PixelLimits PruningOptions::limits(PixelLimits base) const {
    const PixelLimits limits{minPixels.value_or(base.minPixels), maxPixels.value_or(base.maxPixels)};
    if (limits.minPixels > limits.maxPixels)
        throw Error(ErrorKind::Usage, std::string(minPixels ? "--min-pixels" : "--max-pixels") + ": found " +
                                          std::to_string(limits.minPixels) + " pixels at least and " +
                                          std::to_string(limits.maxPixels) +
                                          " at most, expected the least not above the most");
    return limits;
}

void PruningOptions::checkSize(const std::string& path, Size size) const {
    if (!resize && (size.width % kBlockPx != 0 || size.height % kBlockPx != 0))
        throw Error(ErrorKind::BadInput, path + ": " + std::to_string(size.width) + " x " +
                                             std::to_string(size.height) +
                                             " pixels, expected sides that are multiples of 32 (--no-resize)");
    try {
        modelSize(size, PixelLimits{});
    } catch (const Error& error) {
        throw Error(error.kind(), path + ": " + error.what());
    }
}

void addPlanOptions(OptionTable& table, PruningOptions& options) {
    options.method.addTo(table);
    table.add({"--plan",
               "PLAN",
               "the long form, as in \"input:" + std::string(kDefaultMethod) + ",tau=0.02\"",
               "the options above",
               [&options](const std::string& text) {
                   withOptionName("--plan", [&] { options.plans.push_back(parsePlan(text)); });
               },
               {}});
    table.exclude("--plan", MethodOptions::names());
}

void addPruningOptions(OptionTable& table, PruningOptions& options) {
    addPlanOptions(table, options);
    table.addInteger("--min-pixels", "N", options.minPixels, kPixels, "the model folder's, else 65536",
                     "least area of the resized picture");
    table.addInteger("--max-pixels", "N", options.maxPixels, kPixels, "the model folder's, else 16777216",
                     "largest area of the resized picture");
    table.addFlag("--no-resize", options.resize, "take the picture as it is: sides must be multiples of 32", false);
    table.exclude("--no-resize", {"--min-pixels", "--max-pixels"});
}

} // namespace prunescope::app
