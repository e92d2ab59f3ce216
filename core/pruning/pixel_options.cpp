#include "core/pruning/pixel_options.h"

#include "core/metrics/metric.h"

#include <array>
#include <limits>

namespace prunescope {

namespace {

bool never(const MethodSettings&) {
    return false;
}

bool metricReadsTau(const MethodSettings& settings) {
    return findMetric(settings.value(kMetric)).readsTau();
}

OptionSpec tauOption() {
    OptionSpec spec;
    spec.name = kTau.name;
    spec.kind = OptionKind::Real;
    spec.title = "Threshold τ";
    spec.help = "blocks at most this far apart are the same, 0 to 1";
    spec.valueName = "T";
    spec.standard = 0.0;
    spec.json = OptionJson::TopAlways;
    spec.applies = metricReadsTau;
    return spec;
}

OptionSpec metricOption() {
    OptionSpec spec;
    spec.name = kMetric.name;
    spec.kind = OptionKind::Choice;
    spec.title = "Metric";
    spec.help = "distance of two blocks";
    for (const MetricEntry& entry : metrics())
        spec.choices.push_back(entry.name);
    spec.standard = std::string(spec.choices.front());
    spec.json = OptionJson::TopAlways;
    return spec;
}

OptionSpec anchoredOption() {
    OptionSpec spec;
    spec.name = kAnchored.name;
    spec.kind = OptionKind::Flag;
    spec.title = "Bounded error";
    spec.help = "compare with the original neighbours, without an error bound";
    spec.standard = true;
    spec.opposite = "sliding";
    spec.json = OptionJson::TopAlways;
    return spec;
}

OptionSpec seedOption() {
    OptionSpec spec;
    spec.name = kSeed.name;
    spec.kind = OptionKind::Whole;
    spec.title = "Seed";
    spec.help = "for everything that is drawn at random";
    spec.valueName = "N";
    spec.standard = std::uint64_t{42};
    spec.most = static_cast<double>(std::numeric_limits<std::uint64_t>::max());
    spec.json = OptionJson::TopAlways;
    return spec;
}

OptionSpec keepOption() {
    OptionSpec spec;
    spec.name = kKeep.name;
    spec.kind = OptionKind::Budget;
    spec.title = "Keep";
    spec.help = "token budget: a share of an image's blocks, or a number of them";
    spec.valueName = "N";
    spec.whenUnset = "no limit";
    spec.excludes = {kAnchored.name}; // a budget has a decoder's view of its own
    return spec;
}

bool hasBudget(const MethodSettings& settings) {
    return settings.isSet(kKeep.name);
}

bool hasNoBudget(const MethodSettings& settings) {
    return !hasBudget(settings);
}

bool fillsBudget(const MethodSettings& settings) {
    return hasBudget(settings) && settings.value(kRule) != kRuleTau;
}

OptionSpec ruleOption() {
    OptionSpec spec;
    spec.name = kRule.name;
    spec.kind = OptionKind::Choice;
    spec.title = "Rule";
    spec.help = "how a budget is met: the smallest threshold found and the worst blocks besides (budget), the worst "
                "predictions without a bound (topk), the threshold alone (tau)";
    spec.choices = {"budget", kRuleTopK, kRuleTau};
    spec.standard = std::string(spec.choices.front());
    spec.applies = hasBudget;
    return spec;
}

OptionSpec fillOption() {
    OptionSpec spec;
    spec.name = kFill.name;
    spec.kind = OptionKind::Choice;
    spec.title = "Fill";
    spec.help = "with nothing left to gain: keep blocks at even distances up to the budget (exact), or stop (cap)";
    spec.choices = {kFillExact, "cap"};
    spec.standard = kFillExact;
    spec.applies = fillsBudget;
    return spec;
}

OptionSpec coverOption() {
    OptionSpec spec;
    spec.name = kCover.name;
    spec.kind = OptionKind::Numbers;
    spec.title = "Cover";
    spec.help = "first give each of ROWSxCOLS cells so many blocks";
    spec.valueName = "ROWSxCOLSxN";
    spec.whenUnset = "none";
    spec.least = 1;
    spec.most = 64;
    spec.count = 3;
    spec.applies = fillsBudget;
    return spec;
}

/// The options in `list` of that name are asked `applies`.
void restrict(std::vector<OptionSpec>& list, std::string_view name, bool (*applies)(const MethodSettings&)) {
    for (OptionSpec& spec : list)
        if (spec.name == name)
            spec.applies = applies;
}

} // namespace

std::vector<OptionSpec> pixelOptions(PixelOptionUse use) {
    std::vector<OptionSpec> options{tauOption(), metricOption(), anchoredOption(), seedOption()};
    if (!use.threshold)
        for (OptionSpec& spec : options)
            spec.applies = never;
    if (!use.draws)
        restrict(options, kSeed.name, never);
    if (use.budget == BudgetUse::None)
        return options;
    options.push_back(keepOption());
    restrict(options, kAnchored.name, hasNoBudget);
    if (use.budget == BudgetUse::Fit)
        for (OptionSpec& spec : std::array{ruleOption(), fillOption(), coverOption()})
            options.push_back(std::move(spec));
    return options;
}

Reduction reductionOf(const MethodSettings& settings) {
    return findMetric(settings.value(kMetric)).reduction;
}

Similarity similarityOf(const MethodSettings& settings, const PatchGeometry& geometry) {
    const MetricEntry& metric = findMetric(settings.value(kMetric));
    return {metric.bound(settings.value(kTau), geometry.blockSamples()), settings.value(kAnchored)};
}

} // namespace prunescope
