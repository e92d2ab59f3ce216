#include "core/pruning/pixel_options.h"

#include "core/metrics/metric.h"

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

} // namespace

std::vector<OptionSpec> pixelOptions(PixelOptionUse use) {
    std::vector<OptionSpec> options{tauOption(), metricOption(), anchoredOption(), seedOption()};
    if (!use.threshold)
        for (OptionSpec& spec : options)
            spec.applies = never;
    if (!use.draws)
        options.back().applies = never;
    return options;
}

Similarity similarityOf(const MethodSettings& settings) {
    return {findMetric(settings.value(kMetric)).bound(settings.value(kTau)), settings.value(kAnchored)};
}

} // namespace prunescope
