#include "ui/session/plan_change.h"

#include "core/pruning/pixel_options.h"

#include <algorithm>
#include <tuple>

namespace prunescope::ui {

namespace {

/// A seed is one of the whole plan: who changes it at one stage means all.
void shareSeed(PrunePlan& plan, const MethodSettings& changed) {
    if (!changed.applies(kSeed.name))
        return;
    for (PruneStage& stage : plan.stages)
        if (stage.settings.applies(kSeed.name))
            stage.settings.set(kSeed, changed.value(kSeed));
}

} // namespace

PrunePlan withStage(PrunePlan plan, int index, const std::optional<PruneStage>& stage) {
    if (index >= 0)
        plan.stages.erase(plan.stages.begin() + index);
    if (stage) {
        const auto runsLater = [&](const PruneStage& other) {
            return std::tuple(other.place, other.layer) > std::tuple(stage->place, stage->layer);
        };
        plan.stages.insert(std::find_if(plan.stages.begin(), plan.stages.end(), runsLater), *stage);
        shareSeed(plan, stage->settings);
    }
    if (plan.stages.empty())
        return PrunePlan::none();
    return plan;
}

PrunePlan withPixelSettings(PrunePlan plan, const MethodSettings& settings) {
    plan.pixelStage().settings = settings;
    shareSeed(plan, settings);
    return plan;
}

} // namespace prunescope::ui
