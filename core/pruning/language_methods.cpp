#include "core/pruning/step_counts.h"
#include "core/pruning/token_options.h"

#include <algorithm>
#include <utility>

// Methods that choose among tokens inside the language model: names, options, layers and defaults are those of uniprune
// spec 3 and 4 and uniprune-2026 spec 5.

namespace prunescope {

namespace {

/// Uniprune spec 0: most methods drop before layer 2.
std::vector<int> secondLayer(int) {
    return {2};
}

std::vector<int> pyramidLayers(int layers) {
    return {(layers + 2) / 4, (layers + 1) / 2, (3 * layers + 2) / 4};
}

/// Methods of spec 4 reduce what layers 2, 6, 15 of 32 give: before the layers that follow.
std::vector<int> sparseLayers(int layers) {
    return {3, 6 * layers / 32 + 1, 15 * layers / 32 + 1};
}

std::vector<int> mustdropLayers(int layers) {
    return {3, 6 * layers / 32 + 1, 10 * layers / 32 + 1, 14 * layers / 32 + 1};
}

std::vector<int> middleLayer(int layers) {
    return {layers / 2};
}

/// After the last features of DeepStack.
std::vector<int> coordinateLayer(int layers) {
    return {std::max(4 * layers / 7, 3)};
}

MethodEntry insideModel(std::string_view name, std::string_view title, std::string_view help, LayerFormula layers,
                        std::vector<OptionSpec> options = tokenBudgetOptions(),
                        decltype(MethodEntry::stepCount) stepCount = nullptr) {
    MethodEntry entry;
    entry.name = name;
    entry.title = title;
    entry.help = help;
    entry.places = {Place::LanguageLayer};
    entry.needs = MethodNeeds::LayerTokens;
    entry.options = std::move(options);
    entry.layers = layers;
    entry.stepCount = stepCount;
    return entry;
}

OptionSpec ratioOption() {
    OptionSpec spec;
    spec.name = kStepRatio.name;
    spec.kind = OptionKind::Budget;
    spec.shareOnly = true;
    spec.title = "Ratio";
    spec.help = "share of the tokens that stays at each step";
    spec.valueName = "X";
    spec.standard = TokenBudget::share(1, 2);
    spec.applies = hasNoTokenBudget;
    return spec;
}

OptionSpec presetOption(std::vector<std::string_view> choices) {
    OptionSpec spec;
    spec.name = kPreset.name;
    spec.kind = OptionKind::Choice;
    spec.title = "Preset";
    spec.help = "the published schedule for so many of 576 tokens";
    spec.standard = std::string(choices.front());
    spec.choices = std::move(choices);
    spec.applies = hasNoTokenBudget;
    return spec;
}

OptionSpec recycleOption() {
    OptionSpec spec;
    spec.name = kRecycle.name;
    spec.title = "Recycle";
    spec.help = "without groups of dropped tokens that come back";
    spec.standard = true;
    spec.opposite = "no-recycle";
    return spec;
}

OptionSpec pivotsOption(OptionKey<std::uint64_t> key, std::string_view title, std::string_view help, double least) {
    OptionSpec spec;
    spec.name = key.name;
    spec.kind = OptionKind::Whole;
    spec.title = title;
    spec.help = help;
    spec.valueName = "N";
    spec.standard = std::uint64_t{4};
    spec.least = least;
    spec.most = 10'000;
    return spec;
}

std::vector<OptionSpec> joined(std::vector<OptionSpec> options, std::vector<OptionSpec> more) {
    for (OptionSpec& spec : more)
        options.push_back(std::move(spec));
    return options;
}

} // namespace

MethodEntry fastvEntry() {
    return insideModel("fastv", "FastV", "Keep the tokens that the prompt's last token attends to most", secondLayer);
}

MethodEntry pyramidDropEntry() {
    return insideModel("pyramid_drop", "PyramidDrop", "As FastV, in three steps down the layers", pyramidLayers,
                       joined(tokenBudgetOptions("ratio at each step", {kStepRatio.name}), {ratioOption()}),
                       pyramidStep);
}

MethodEntry fitpruneEntry() {
    return insideModel("fitprune", "FitPrune (one layer)", "Keep the tokens that image and text attend to most",
                       secondLayer);
}

MethodEntry vtwEntry() {
    MethodEntry entry = insideModel("vtw", "VTW", "Drop all visual tokens from a layer on", middleLayer, {}, emptyStep);
    entry.dropsAll = true;
    return entry;
}

MethodEntry dartEntry() {
    return insideModel(
        "dart", "DART", "Keep a few pivots and the tokens least like them", secondLayer,
        joined(tokenBudgetOptions(),
               {pivotsOption(kImagePivots, "Image pivots", "visual tokens that others are compared with", 1),
                pivotsOption(kTextPivots, "Text pivots", "text tokens that others are compared with", 0)}));
}

MethodEntry sparsevlmEntry() {
    return insideModel("sparsevlm", "SparseVLM", "Keep what the question's words attend to, in three steps",
                       sparseLayers,
                       joined(tokenBudgetOptions("as preset says", {kPreset.name}),
                              {presetOption({"192", "128", "96", "64"}), recycleOption()}),
                       sparseStep);
}

MethodEntry ivcPruneEntry() {
    return insideModel("ivc_prune", "IVC-Prune", "Keep tokens that mark coordinates and those that answer the question",
                       coordinateLayer);
}

MethodEntry mustdropEntry() {
    MethodEntry entry =
        insideModel("mustdrop", "MustDrop", "Merge windows of alike tokens, then drop in four steps what text ignores",
                    mustdropLayers,
                    joined(tokenBudgetOptions("as preset says", {kPreset.name}), {presetOption({"192", "128", "64"})}),
                    mustdropStep);
    entry.places = {Place::AfterEncoder, Place::LanguageLayer};
    entry.needsGrid = true;
    entry.standsAlone = true;
    return entry;
}

} // namespace prunescope
