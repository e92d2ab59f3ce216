#include "model/images/mask_outcome.h"

#include "core/pruning/decoder.h"

namespace prunescope::model {

namespace {

std::vector<BlockFate> fatesOf(const PreparedImage& image) {
    const KeepMask& mask = image.report.mask;
    std::vector<BlockFate> fates(static_cast<std::size_t>(mask.count()));
    if (mask.keptCount() == mask.count())
        return fates;
    const bool onHost = image.picture.devicePixels() == nullptr;
    const std::vector<int> from = onHost
                                      ? predictors(image.picture.blocks(), image.report.choice(), image.report.settings)
                                      : std::vector<int>(fates.size(), BlockFate::kNone);
    for (std::size_t i = 0; i < fates.size(); ++i)
        if (!mask.kept(static_cast<int>(i))) {
            fates[i].droppedBy = 0;
            fates[i].predictedBy = from[i];
        }
    return fates;
}

} // namespace

PruneOutcome maskOutcome(const PrunePlan& plan, const std::vector<PreparedImage>& images) {
    PruneOutcome outcome;
    for (std::size_t i = 0; i < plan.stages.size(); ++i) {
        const PruneStage& stage = plan.stages[i];
        outcome.plan.push_back(toText(stage));
        if (!looksAtPixels(stage) || !drops(stage))
            continue;
        StageOutcome& made = outcome.stages.emplace_back();
        made.stage = static_cast<int>(i);
        for (const PreparedImage& image : images)
            made.images.push_back({image.report.mask.keptCount(), image.fullBlocks});
    }
    for (const PreparedImage& image : images)
        outcome.blocks.push_back(fatesOf(image));
    return outcome;
}

} // namespace prunescope::model
