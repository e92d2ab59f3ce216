#include "ui/session/prune_step.h"

#include "ui/style/format.h"

#include <QCoreApplication>
#include <map>

namespace prunescope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("PruneStep", text);
}

} // namespace

QString depths::title(int depth, int languageLayers) {
    if (depth == kInput)
        return tr("Input");
    if (depth == kEncoded)
        return tr("After the encoder");
    return tr("Layer %1 of %2").arg(depth - ofLayer(0)).arg(languageLayers);
}

int PruneStep::depth() const {
    if (layer > 0)
        return depths::ofLayer(layer);
    return place == Place::Input ? depths::kInput : depths::kEncoded;
}

QString PruneStep::where() const {
    if (layer > 0)
        return tr("before layer %1").arg(layer);
    if (place == Place::Input)
        return tr("before the encoder");
    return place == Place::VisionLayer ? tr("inside the encoder") : tr("after the encoder");
}

QString PruneStep::title() const {
    return tr("%1 %2").arg(method, where());
}

PruneStep pixelStep(const PrunePlan& plan) {
    PruneStep step;
    for (std::size_t i = 0; i < plan.stages.size(); ++i)
        if (&plan.stages[i] == &plan.pixelStage())
            step.stage = static_cast<int>(i);
    step.method = fromUtf8(plan.pixelStage().settings.entry().title);
    step.place = plan.pixelStage().place;
    return step;
}

Place partOf(Place place, int layer) {
    if (layer > 0)
        return Place::LanguageLayer;
    return place == Place::Input || place == Place::VisionLayer ? Place::Input : Place::AfterEncoder;
}

int tokensAt(const std::vector<PruneStep>& steps, int depth, int all) {
    int tokens = all;
    for (const PruneStep& step : steps)
        if (step.depth() <= depth)
            tokens = step.left;
    return tokens;
}

std::vector<PruneStep> stepsOf(const PrunePlan& plan, const std::vector<StageCounts>& counts) {
    std::vector<PruneStep> steps;
    std::map<Place, int> ordinals;
    for (const StageCounts& done : counts) {
        const PruneStage& stage = plan.stages.at(static_cast<std::size_t>(done.stage));
        PruneStep step{done.stage, fromUtf8(stage.settings.entry().title), stage.place, done.layer};
        step.ordinal = ordinals[partOf(step.place, step.layer)]++;
        step.isAbout = !done.exact;
        for (const BlockCounts& image : done.images) {
            step.reached += image.all;
            step.left += image.kept;
        }
        steps.push_back(std::move(step));
    }
    return steps;
}

} // namespace prunescope::ui
