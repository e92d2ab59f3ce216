#include "core/report/plan_cost.h"

#include "core/pruning/layer_schedule.h"

#include <algorithm>
#include <numeric>

namespace prunescope {

namespace {

/// The share of the encoder's layers that sees every block.
double wholeShare(const ModelShape& shape, const PruneStage& stage) {
    switch (stage.place) {
    case Place::Input:
        return 0;
    case Place::VisionLayer:
        return std::min(1.0, static_cast<double>(stage.layer) / std::max(shape.vitLayers, 1));
    case Place::AfterEncoder:
    case Place::LanguageLayer:
        break;
    }
    return 1;
}

int keptOf(const StageCounts& counts) {
    return std::accumulate(counts.images.begin(), counts.images.end(), 0,
                           [](int sum, const BlockCounts& image) { return sum + image.kept; });
}

/// Patches of every picture that the vision layers see in the end: what a pixel stage leaves.
std::vector<int> encodedPatches(const ModelShape& shape, const PrunePlan& plan, std::span<const int> blocks,
                                std::span<const StageCounts> stages) {
    std::vector<int> patches(blocks.begin(), blocks.end());
    for (const StageCounts& counts : stages)
        if (looksAtPixels(plan.stages.at(static_cast<std::size_t>(counts.stage))))
            for (std::size_t i = 0; i < patches.size(); ++i)
                patches[i] = counts.images.at(i).kept;
    for (int& count : patches)
        count *= shape.geometry.patchesPerBlock();
    return patches;
}

/// Goes through a plan and notes what each stage leaves.
class Expectation {
public:
    Expectation(const PrunePlan& plan, std::span<const MaskedGrid> images, int languageLayers)
        : m_images(images), m_layers(languageLayers) {
        for (const MaskedGrid& image : images)
            m_left.push_back(image.all);
        for (std::size_t i = 0; i < plan.stages.size(); ++i)
            if (drops(plan.stages[i]))
                pass(plan.stages[i], static_cast<int>(i));
    }

    std::vector<StageCounts> take() { return std::move(m_stages); }

private:
    void pass(const PruneStage& stage, int index) {
        const MethodSettings& settings = stage.settings;
        const bool inLayers = !stepLayers(stage, m_layers).empty();
        if (looksAtPixels(stage))
            leave(index, 0, [&](std::size_t i) { return StepCount{m_images[i].kept}; });
        else if (!inLayers)
            leave(index, 0, [&](std::size_t i) { return plannedChoice(settings, m_left[i], m_images[i].grid); });
        else
            passLayers(stage, index);
    }

    void passLayers(const PruneStage& stage, int index) {
        const MethodSettings& settings = stage.settings;
        if (settings.entry().standsAt(Place::AfterEncoder) && settings.entry().needs == MethodNeeds::LayerTokens)
            leave(index, 0, [&](std::size_t i) { return StepCount{m_left[i], 0, false}; }); // windows, where alike
        const std::vector<int> layers = stepLayers(stage, m_layers), original = m_left;
        std::vector<int> goals;
        for (std::size_t i = 0; i < m_left.size(); ++i)
            goals.push_back(tokenGoal(settings, m_left[i], m_images[i].grid.count()));
        for (std::size_t step = 0; step < layers.size(); ++step)
            leave(index, layers[step], [&](std::size_t i) {
                return plannedStep(settings, {static_cast<int>(step), static_cast<int>(layers.size()), original[i],
                                              m_left[i], goals[i]});
            });
    }

    template <typename Count>
    void leave(int index, int layer, const Count& count) {
        StageCounts counts{index, layer, {}, true};
        for (std::size_t i = 0; i < m_left.size(); ++i) {
            const StepCount left = count(i);
            counts.images.push_back({left.total(), m_left[i]});
            counts.exact = counts.exact && left.exact;
        }
        for (std::size_t i = 0; i < m_left.size(); ++i)
            m_left[i] = counts.images[i].kept;
        m_stages.push_back(std::move(counts));
    }

    std::span<const MaskedGrid> m_images;
    int m_layers;
    std::vector<int> m_left; ///< of each picture
    std::vector<StageCounts> m_stages;
};

} // namespace

std::vector<StageCounts> expectedCounts(const PrunePlan& plan, std::span<const MaskedGrid> images, int languageLayers) {
    checkSchedule(plan, languageLayers);
    return Expectation(plan, images, languageLayers).take();
}

std::vector<int> tokensPerLayer(std::span<const int> blocks, std::span<const StageCounts> stages, int languageLayers) {
    std::vector<int> tokens(static_cast<std::size_t>(std::max(languageLayers, 0)),
                            std::accumulate(blocks.begin(), blocks.end(), 0));
    for (const StageCounts& counts : stages)
        for (auto layer = static_cast<std::size_t>(std::max(counts.layer, 0)); layer < tokens.size(); ++layer)
            tokens[layer] = keptOf(counts);
    return tokens;
}

double equivalentTokens(std::span<const int> tokensPerLayer) {
    const double sum = std::accumulate(tokensPerLayer.begin(), tokensPerLayer.end(), 0.0);
    return tokensPerLayer.empty() ? 0 : sum / static_cast<double>(tokensPerLayer.size());
}

PromptFlops planFlops(const ModelShape& shape, const PrunePlan& plan, std::span<const int> blocks,
                      std::span<const StageCounts> stages, int textTokens) {
    std::vector<int> all(blocks.begin(), blocks.end());
    for (int& count : all)
        count *= shape.geometry.patchesPerBlock();
    const PruneStage& pixels = plan.pixelStage();
    PromptFlops flops = promptFlops(shape, encodedPatches(shape, plan, blocks, stages), textTokens);
    const PromptFlops whole = promptFlops(shape, all, textTokens);
    flops.vit += wholeShare(shape, pixels) * (whole.vit - flops.vit);
    if (pixels.place == Place::AfterEncoder)
        flops.mergers = whole.mergers;
    flops.llm = 0;
    for (const int tokens : tokensPerLayer(blocks, stages, shape.languageLayers)) // each as an average layer
        flops.llm += promptFlops(shape, {}, tokens + textTokens).llm / shape.languageLayers;
    return flops;
}

} // namespace prunescope
