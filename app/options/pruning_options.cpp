#include "app/options/pruning_options.h"

#include "app/terminal/values.h"
#include "core/base/error.h"
#include "core/image/image_file.h"
#include "core/pruning/pixel_options.h"
#include "model/families/families.h"

#include <utility>

namespace prunescope::app {

namespace {

constexpr Range<std::int64_t> kPixels{1, kMaxPicturePixels};

constexpr const char* kMaxTokensOption = "--max-tokens-per-image";

/// Lets the method look for a threshold under which each image has at most so many tokens.
void limitTokens(PrunePlan& plan, std::int64_t tokens) {
    if (!plan.prunes())
        return; // the whole image, to compare with
    if (!drops(std::as_const(plan).pixelStage()))
        throw Error(ErrorKind::Usage,
                    "found with '" + toText(plan) + "', expected a method that looks at pixels in it");
    MethodSettings& settings = plan.pixelStage().settings;
    if (settings.isSet(kKeep.name))
        throw Error(ErrorKind::Usage, "found with keep=, expected one of them");
    settings.set(kKeep, TokenBudget::count(tokens));
    if (settings.spec(kRule.name))
        settings.set(kRule, kRuleTau);
}

/// Every method of any plan, by the places where they stand.
std::string planHelp() {
    return "the long form, stages joined by ;, as in \"input:" + std::string(kDefaultMethod) +
           ",tau=0.02; post:divprune,keep=1/3; llm@2:fastv,keep=1/2\". input (before the vision encoder): " +
           methodsAt(Place::Input) + ". vit@K (after K of its layers): " + methodsAt(Place::VisionLayer) +
           ". post (after it): " + methodsAt(Place::AfterEncoder) +
           ". llm (inside the language model, where the method itself begins) or llm@K (before layer K): " +
           methodsAt(Place::LanguageLayer);
}

} // namespace

std::vector<PrunePlan> PruningOptions::allPlans() const {
    std::vector<PrunePlan> all = plans;
    if (all.empty())
        all.push_back(PrunePlan::of(method.settings()));
    if (maxTokensPerImage)
        for (PrunePlan& plan : all)
            withOptionName(kMaxTokensOption, [&] { limitTokens(plan, *maxTokensPerImage); });
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

PrunePlan PruningOptions::suited(const PrunePlan& plan, const model::PixelPlaces& places) const {
    if (!plans.empty())
        return plan;
    PrunePlan possible = model::possiblePlan(plan, places);
    if (plan.prunes() && !possible.prunes() && planGiven())
        throw Error(ErrorKind::Usage, (method.given() ? method.firstGiven() : std::string(kMaxTokensOption)) +
                                          ": found with a model in which pixels can't decide what is dropped, expected "
                                          "no such option (the whole picture is shown)");
    return possible;
}

PixelLimits PruningOptions::limits(PixelLimits base) const {
    if (base.fixed() && (minPixels || maxPixels))
        throw Error(ErrorKind::Usage, std::string(minPixels ? "--min-pixels" : "--max-pixels") +
                                          ": found with a model that sees pictures in squares of " +
                                          std::to_string(base.sidePx) + " pixels, expected none");
    PixelLimits limits = base;
    limits.minPixels = minPixels.value_or(base.minPixels);
    limits.maxPixels = maxPixels.value_or(base.maxPixels);
    if (limits.minPixels > limits.maxPixels)
        throw Error(ErrorKind::Usage, std::string(minPixels ? "--min-pixels" : "--max-pixels") + ": found " +
                                          std::to_string(limits.minPixels) + " pixels at least and " +
                                          std::to_string(limits.maxPixels) +
                                          " at most, expected the least not above the most");
    return limits;
}

void PruningOptions::checkSize(const std::string& path, Size size, const PixelLimits& limits) const {
    const int side = limits.geometry.blockPx();
    if (!resize && !limits.fixed() && (size.width % side != 0 || size.height % side != 0))
        throw Error(ErrorKind::BadInput,
                    path + ": " + std::to_string(size.width) + " x " + std::to_string(size.height) +
                        " pixels, expected sides that are multiples of " + std::to_string(side) + " (--no-resize)");
    try {
        modelSize(size, limits);
        seenSize(size, limits, resize);
    } catch (const Error& error) {
        throw Error(error.kind(), path + ": " + error.what());
    }
}

void addPlanOptions(OptionTable& table, PruningOptions& options) {
    options.method.addTo(table);
    table.add({"--plan",
               "PLAN",
               planHelp(),
               "the options above",
               [&options](const std::string& text) {
                   withOptionName("--plan", [&] { options.plans.push_back(parsePlan(text)); });
               },
               {}});
    table.exclude("--plan", MethodOptions::names());
    table.addInteger(kMaxTokensOption, "N", options.maxTokensPerImage, {2, 1'000'000}, "no limit",
                     "find a tau under which each image has at most N tokens (it fits; a smaller one might, too)");
}

void addPruningOptions(OptionTable& table, PruningOptions& options) {
    addPlanOptions(table, options);
    table.addInteger("--min-pixels", "N", options.minPixels, kPixels, "the model folder's, else 65536",
                     "least area of the resized picture");
    table.addInteger("--max-pixels", "N", options.maxPixels, kPixels, "the model folder's, else 16777216",
                     "largest area of the resized picture");
    table.addFlag("--no-resize", options.resize, "take the picture as it is: sides must be multiples of a block's",
                  false);
    table.exclude("--no-resize", {"--min-pixels", "--max-pixels"});
}

} // namespace prunescope::app
