#include "core/pruning/token_options.h"

#include <algorithm>
#include <utility>

// Methods that choose among the tokens that the encoder made: names, options and defaults are those of uniprune spec 2
// and uniprune-2026 spec 2 to 4.

namespace prunescope {

namespace {

MethodEntry comparingPairs(MethodEntry entry) {
    entry.comparesPairs = true;
    return entry;
}

/// A method after the encoder with `keep`, `of` and options of its own.
MethodEntry afterEncoder(std::string_view name, std::string_view title, std::string_view help,
                         std::vector<OptionSpec> own = {}, std::vector<OptionSpec> options = tokenBudgetOptions()) {
    MethodEntry entry;
    entry.name = name;
    entry.title = title;
    entry.help = help;
    entry.places = {Place::AfterEncoder};
    entry.needs = MethodNeeds::Features;
    entry.options = std::move(options);
    for (OptionSpec& spec : own)
        entry.options.push_back(std::move(spec));
    return entry;
}

OptionSpec real(OptionKey<double> key, std::string_view title, std::string_view help, double standard, double least,
                double most) {
    OptionSpec spec;
    spec.name = key.name;
    spec.kind = OptionKind::Real;
    spec.title = title;
    spec.help = help;
    spec.valueName = "X";
    spec.standard = standard;
    spec.least = least;
    spec.most = most;
    return spec;
}

OptionSpec whole(OptionKey<std::uint64_t> key, std::string_view title, std::string_view help, std::uint64_t standard,
                 double least, double most) {
    OptionSpec spec;
    spec.name = key.name;
    spec.kind = OptionKind::Whole;
    spec.title = title;
    spec.help = help;
    spec.valueName = "N";
    spec.standard = standard;
    spec.least = least;
    spec.most = most;
    return spec;
}

/// The first choice is the default.
OptionSpec choice(OptionKey<std::string> key, std::string_view title, std::string_view help,
                  std::vector<std::string_view> choices) {
    OptionSpec spec;
    spec.name = key.name;
    spec.kind = OptionKind::Choice;
    spec.title = title;
    spec.help = help;
    spec.standard = std::string(choices.front());
    spec.choices = std::move(choices);
    return spec;
}

constexpr std::string_view kAdaptive = "as many as stand out by their attention";

/// An eighth, the share that PruMerge was published with; PruMerge+ keeps about four times as many.
StepCount adaptiveCount(const MethodSettings&, int left, const BlockGrid&) {
    return {std::max(1, left / 8), 0, false};
}

StepCount adaptivePlusCount(const MethodSettings&, int left, const BlockGrid&) {
    return {std::max(1, left / 2), 0, false};
}

StepCount pooledCount(const MethodSettings& settings, int, const BlockGrid& grid) {
    const auto across = [&](int blocks) { return std::min(blocks, static_cast<int>(settings.value(kSide))); };
    return {across(grid.rows) * across(grid.cols)};
}

const std::string kExponent = "exp";
const std::string kProduct = "product";

bool weighsRelevance(const MethodSettings& settings) {
    return settings.value(kKernelForm) != kProduct;
}

/// The exponent's weight is w / (1 - w).
std::string_view cdprunerFlaw(const MethodSettings& settings, Place) {
    const bool endless = settings.value(kKernelForm) == kExponent && settings.value(kRelevanceWeight) >= 1;
    return endless ? "found with form=exp and weight=1, expected a weight below 1" : "";
}

} // namespace

MethodEntry divpruneEntry() {
    return comparingPairs(afterEncoder("divprune", "DivPrune", "Keep the tokens that differ most from each other"));
}

MethodEntry gpruneEntry() {
    return comparingPairs(afterEncoder("gprune", "G-Prune", "Keep the tokens that most others are like, along a graph",
                                       {real(kTheta, "Link", "tokens with at least this cosine are linked", 0.5, -2, 1),
                                        real(kTemperature, "Temperature", "of the weights of links", 0.03, 0.001, 100),
                                        whole(kSteps, "Steps", "how often scores pass along links", 5, 1, 1000)}));
}

MethodEntry prumergeEntry() {
    MethodEntry entry =
        afterEncoder("prumerge", "PruMerge", "Keep the tokens of most attention, each with its likes merged in", {},
                     tokenBudgetOptions(kAdaptive));
    entry.choiceCount = adaptiveCount;
    return entry;
}

MethodEntry prumergePlusEntry() {
    MethodEntry entry = afterEncoder("prumerge+", "PruMerge+", "PruMerge with evenly spaced tokens besides", {},
                                     tokenBudgetOptions(kAdaptive));
    entry.choiceCount = adaptivePlusCount;
    return entry;
}

MethodEntry visprunerEntry() {
    return comparingPairs(
        afterEncoder("vispruner", "VisPruner", "Keep tokens of most attention, and of the rest the most diverse",
                     {real(kImportantShare, "Important", "share that is kept for its attention, 0 to 1", 0.5, 0, 1),
                      whole(kRound, "At a time", "how many alike tokens each round drops", 8, 1, 10'000)}));
}

MethodEntry poolEntry() {
    MethodEntry entry =
        afterEncoder("pool", "Pooling", "Merge the tokens of each cell of a coarse grid",
                     {whole(kSide, "Side", "cells along each side of the picture", 4, 1, 1000),
                      choice(kPoolMode, "Mode", "what stands for a cell: mean or maximum", {"avg", "max"})},
                     {});
    entry.needsGrid = true;
    entry.choiceCount = pooledCount;
    return entry;
}

MethodEntry cdprunerEntry() {
    OptionSpec weight =
        real(kRelevanceWeight, "Relevance", "how much likeness to the question counts, 0 to 1", 0.5, 0, 1);
    weight.applies = weighsRelevance;
    MethodEntry entry = comparingPairs(afterEncoder(
        "cdpruner", "CDPruner", "Keep tokens that matter to the question and differ from each other",
        {std::move(weight),
         choice(kKernelForm, "Kernel", "how likeness and relevance are joined", {"blend", kExponent, kProduct}),
         whole(kSplit, "Parts", "halves of the picture that are chosen from apart: 1 or 2", 1, 1, 2),
         choice(kRelevanceText, "Text", "what relevance is to: the whole prompt or the question",
                {"all", "question"})}));
    entry.flaw = cdprunerFlaw;
    return entry;
}

MethodEntry hipruneEntry() {
    OptionSpec alpha;
    alpha.name = kAlpha.name;
    alpha.kind = OptionKind::Budget;
    alpha.shareOnly = true;
    alpha.title = "Anchors";
    alpha.help = "share of the budget for objects that the encoder's middle layer looks at, with what surrounds them";
    alpha.valueName = "X";
    alpha.standard = TokenBudget::share(1, 10);
    return afterEncoder("hiprune", "HiPrune",
                        "Keep tokens of most attention in the encoder's middle, what surrounds them, and at its end",
                        {std::move(alpha)});
}

MethodEntry visionzipEntry() {
    return afterEncoder(
        "visionzip", "VisionZip", "Keep the tokens of most attention and merge the rest into a few",
        {choice(kContextual, "Merged", "what stands for a group: its mean added to a token of it, or the mean alone",
                {"add", "mean"})});
}

} // namespace prunescope
