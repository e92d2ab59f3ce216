#include "core/base/error.h"
#include "core/base/format.h"
#include "model/engine/token_stages.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// Layers before which a method can read attention: the one before it, or the next, has some.
bool canRead(const LanguageConfig& config, const LayerNeeds& needs, int layer) {
    return !needs.attention || !config.isLinear(needs.ofNextLayer ? layer : layer - 1);
}

[[noreturn]] void wrong(const PruneStage& stage, const std::string& what) {
    throw Error(ErrorKind::Usage, "plan: '" + stage.name() + "' " + what);
}

/// The layers of a method's own choice, moved up to where it can read what it reads.
std::vector<int> readable(std::vector<int> layers, const LanguageConfig& config, const LayerNeeds& needs) {
    std::vector<int> moved;
    for (int layer : layers) {
        layer = std::max(layer, moved.empty() ? 1 : moved.back() + 1);
        while (layer < config.layers && !canRead(config, needs, layer))
            ++layer;
        if (layer < config.layers)
            moved.push_back(layer);
    }
    return moved;
}

std::string readableLayers(const LanguageConfig& config, const LayerNeeds& needs) {
    std::vector<std::string> found;
    for (int layer = 1; layer < config.layers; ++layer)
        if (canRead(config, needs, layer))
            found.push_back("llm@" + std::to_string(layer));
    return found.empty() ? "another method" : "one of " + join(found);
}

std::vector<int> layersOf(const PruneStage& stage, const LanguagePruner& pruner, const LanguageConfig& config) {
    const int count = static_cast<int>(config.layers);
    const LayerNeeds needs = pruner.needs();
    if (stage.layer >= count)
        wrong(stage, "stands before layer " + std::to_string(stage.layer) + " of a model with " +
                         formatCounted(count, "language layer") + ", expected llm@1 to llm@" +
                         std::to_string(count - 1));
    if (stage.layer > 0 && !canRead(config, needs, stage.layer))
        wrong(stage, "reads attention, but layer " + std::to_string(needs.ofNextLayer ? stage.layer : stage.layer - 1) +
                         " of this model has none, expected " + readableLayers(config, needs));
    const std::vector<int> layers = readable(pruner.steps(stage.layer, count), config, needs);
    if (layers.empty())
        wrong(stage, "finds no layer of its own in a model with " + formatCounted(count, "language layer") +
                         ", expected a larger model");
    return layers;
}

TokenStage made(const VisionLanguageModel& network, const PruneStage& stage, int index) {
    TokenStage made{index, stage, nullptr, nullptr, {}};
    const std::string_view method = stage.settings.method();
    const bool isInside =
        stage.place == Place::LanguageLayer || stage.settings.entry().needs == MethodNeeds::LayerTokens;
    if (isInside) {
        made.language = &languagePruner(method);
        made.encoder = made.language->encoderPart();
        made.layers = layersOf(stage, *made.language, network.traits().config.text);
    } else {
        made.encoder = &encoderPruner(method);
    }
    return made;
}

} // namespace

std::vector<TokenStage> tokenStages(const VisionLanguageModel& network, const PrunePlan& plan) {
    std::vector<TokenStage> stages;
    for (std::size_t i = 0; i < plan.stages.size(); ++i)
        if (!looksAtPixels(plan.stages[i]) && drops(plan.stages[i]))
            stages.push_back(made(network, plan.stages[i], static_cast<int>(i)));
    return stages;
}

void requirePlan(const VisionLanguageModel& network, const PrunePlan& plan) {
    const PruneStage& pixels = plan.pixelStage();
    if (drops(pixels))
        network.checkPlace(pixels.place, pixels.layer);
    tokenStages(network, plan);
}

} // namespace prunescope::model
