#include "tests/ui/fake_outcome.h"

#include <algorithm>
#include <cmath>

namespace prunescope::test {

namespace {

using model::BlockFate;

/// Rolls over the picture, with a grain; the same for a block in every run.
float scoreOf(const BlockGrid& grid, int block, int step) {
    const double row = grid.row(block), col = grid.col(block);
    const double wave = std::sin(row * 0.6 + step) * std::cos(col * 0.35 - step);
    const double grain = static_cast<double>((block * 2654435761U + static_cast<unsigned>(step) * 97U) % 1000U) / 1000;
    return static_cast<float>((wave + 1 + grain) / 40);
}

void dropByPixels(const KeepMask& mask, int step, std::vector<BlockFate>& fates) {
    const BlockGrid& grid = mask.grid();
    for (int block = 0; block < mask.count(); ++block) {
        if (mask.kept(block))
            continue;
        BlockFate& fate = fates[static_cast<std::size_t>(block)];
        fate.droppedBy = step;
        if (block > 0)
            fate.predictedBy = grid.col(block) > 0 ? block - 1 : block - grid.cols;
    }
}

/// The `kept` best scores of what is left stay.
void dropByScore(const BlockGrid& grid, int step, int kept, bool merges, std::vector<BlockFate>& fates) {
    std::vector<int> left;
    for (int block = 0; block < std::ssize(fates); ++block)
        if (fates[static_cast<std::size_t>(block)].droppedBy == BlockFate::kNone)
            left.push_back(block);
    std::ranges::stable_sort(left, [&](int a, int b) { return scoreOf(grid, a, step) > scoreOf(grid, b, step); });
    for (std::size_t rank = 0; rank < left.size(); ++rank) {
        BlockFate& fate = fates[static_cast<std::size_t>(left[rank])];
        fate.scoredBy = step;
        fate.score = scoreOf(grid, left[rank], step);
        fate.rank = static_cast<int>(rank) + 1;
        fate.ranked = static_cast<int>(left.size());
        if (static_cast<int>(rank) < kept)
            continue;
        fate.droppedBy = step;
        if (merges && rank % 2 == 1 && kept > 0)
            fate.mergedInto = left[rank % static_cast<std::size_t>(kept)];
    }
}

} // namespace

model::PruneOutcome fakeOutcome(const PrunePlan& plan, const std::vector<MaskReport>& images, int languageLayers) {
    model::PruneOutcome outcome;
    outcome.languageLayers = languageLayers;
    for (const PruneStage& stage : plan.stages)
        outcome.plan.push_back(toText(PrunePlan{{stage}}));
    std::vector<MaskedGrid> grids;
    for (const MaskReport& image : images) {
        grids.push_back({image.mask.grid(), image.mask.keptCount(), image.mask.count()});
        outcome.blocks.emplace_back(static_cast<std::size_t>(image.mask.count()));
    }
    const std::vector<StageCounts> counts = expectedCounts(plan, grids, languageLayers);
    for (std::size_t step = 0; step < counts.size(); ++step) {
        const PruneStage& stage = plan.stages.at(static_cast<std::size_t>(counts[step].stage));
        const bool pixels = looksAtPixels(stage);
        outcome.stages.push_back({counts[step].stage, counts[step].layer, counts[step].images, pixels ? 0 : 0.4});
        for (std::size_t i = 0; i < images.size(); ++i)
            if (pixels)
                dropByPixels(images[i].mask, static_cast<int>(step), outcome.blocks[i]);
            else
                dropByScore(grids[i].grid, static_cast<int>(step), counts[step].images[i].kept,
                            stage.place == Place::AfterEncoder, outcome.blocks[i]);
    }
    std::vector<int> blocks;
    for (const MaskedGrid& grid : grids)
        blocks.push_back(grid.grid.count());
    outcome.equivalentTokens = equivalentTokens(tokensPerLayer(blocks, counts, languageLayers));
    return outcome;
}

} // namespace prunescope::test
