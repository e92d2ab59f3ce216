#include "model/images/mask_outcome.h"

#include "core/pruning/decoder.h"

namespace prunescope::model {

namespace {

std::vector<BlockFate> fatesOf(const KeepMask& mask) {
    std::vector<BlockFate> fates(static_cast<std::size_t>(mask.count()));
    for (std::size_t i = 0; i < fates.size(); ++i)
        if (!mask.kept(static_cast<int>(i)))
            fates[i].droppedBy = 0;
    return fates;
}

} // namespace

PruneOutcome maskCounts(const PrunePlan& plan, const std::vector<PreparedImage>& images) {
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
        outcome.blocks.push_back(fatesOf(image.report.mask));
    return outcome;
}

void notePredictors(const std::vector<PreparedImage>& images, PruneOutcome& outcome) {
    for (std::size_t image = 0; image < images.size(); ++image) {
        const KeepMask& mask = images[image].report.mask;
        // Nothing predicts a first block: a mask without it is not that of a method with predictions.
        if (mask.keptCount() == mask.count() || !mask.kept(0) || images[image].picture.devicePixels() != nullptr)
            continue;
        const std::vector<int> from =
            predictors(images[image].picture.blocks(), images[image].report.choice(), images[image].report.settings);
        for (int block = 0; block < mask.count(); ++block)
            if (!mask.kept(block))
                outcome.blocks[image][static_cast<std::size_t>(block)].predictedBy =
                    from[static_cast<std::size_t>(block)];
    }
}

PruneOutcome maskOutcome(const PrunePlan& plan, const std::vector<PreparedImage>& images) {
    PruneOutcome outcome = maskCounts(plan, images);
    notePredictors(images, outcome);
    return outcome;
}

} // namespace prunescope::model
