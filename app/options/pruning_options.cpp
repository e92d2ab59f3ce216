#include "app/options/pruning_options.h"

#include "app/options/values.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/blocks/block_grid.h"
#include "core/image/image_file.h"
#include "core/metrics/metric.h"
#include "core/strategies/strategy.h"

namespace prunescope::app {

namespace {

constexpr Range<std::int64_t> kPixels{1, kMaxPicturePixels};

template <typename Entries>
std::string namesOf(const Entries& entries, std::string_view separator) {
    std::vector<std::string> names;
    for (const auto& entry : entries)
        names.emplace_back(entry.name);
    return join(names, separator);
}

} // namespace

void checkTogether(const MaskSettings& mask) {
    if (mask.strategy != "conncomp" && (mask.skipRatio || mask.even))
        throw Error(ErrorKind::Usage, std::string(mask.skipRatio ? "--skip-ratio" : "--even") +
                                          ": found with --strategy " + mask.strategy + ", expected conncomp");
}

std::vector<model::PrunePlan> PruningOptions::allPlans() const {
    checkTogether(mask);
    std::vector<model::PrunePlan> all = plans;
    if (all.empty())
        all.emplace_back().mask = mask;
    for (model::PrunePlan& plan : all)
        plan.mask.seed = seed.value_or(plan.mask.seed);
    return all;
}

model::PrunePlan PruningOptions::onePlan() const {
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

void addSelectorOptions(OptionTable& table, MaskSettings& mask) {
    table.startGroup("Pruning");
    table.add({"--strategy",
               namesOf(strategies(), "|"),
               "which blocks to keep",
               mask.strategy,
               [&mask](const std::string& text) {
                   withOptionName("--strategy", [&] { mask.strategy = findStrategy(text).name; });
               },
               {}});
    table.add(
        {"--metric",
         namesOf(metrics(), "|"),
         "distance of two blocks",
         mask.metric,
         [&mask](const std::string& text) { withOptionName("--metric", [&] { mask.metric = findMetric(text).name; }); },
         {}});
    table.addNumber("--tau", "T", mask.tau, {0.0, 1.0}, "blocks at most this far apart are the same, 0 to 1");
    table.add({"--skip-ratio",
               "R",
               "conncomp: share of each connected area to drop, 0 to 1",
               "as many blocks as pred_2d keeps",
               [&mask](const std::string& text) {
                   mask.skipRatio = parseNumber("--skip-ratio", text, {0.0, 1.0});
               },
               {}});
    table.addFlag("--even", mask.even, "conncomp: keep evenly spaced blocks of an area, not drawn ones");
    table.addFlag("--sliding", mask.anchored, "compare with the original neighbours, without an error bound", false);
}

void addPruningOptions(OptionTable& table, PruningOptions& options) {
    addSelectorOptions(table, options.mask);
    table.add({"--plan",
               "PLAN",
               "the long form, as in \"input:pred_2d,tau=0.02\"",
               "the options above",
               [&options](const std::string& text) {
                   withOptionName("--plan", [&] { options.plans.push_back(model::parsePlan(text)); });
               },
               {}});
    table.exclude("--plan", {"--strategy", "--metric", "--tau", "--sliding", "--skip-ratio", "--even"});
    table.addInteger("--seed", "N", options.seed, std::to_string(options.mask.seed),
                     "for everything that is drawn at random");
    table.addInteger("--min-pixels", "N", options.minPixels, kPixels, "the model folder's, else 65536",
                     "least area of the resized picture");
    table.addInteger("--max-pixels", "N", options.maxPixels, kPixels, "the model folder's, else 16777216",
                     "largest area of the resized picture");
    table.addFlag("--no-resize", options.resize, "take the picture as it is: sides must be multiples of 32", false);
    table.exclude("--no-resize", {"--min-pixels", "--max-pixels"});
}

} // namespace prunescope::app
