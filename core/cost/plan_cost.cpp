#include "core/cost/plan_cost.h"

#include "core/blocks/block_grid.h"

#include <algorithm>
#include <vector>

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

} // namespace

PromptFlops planFlops(const ModelShape& shape, const PruneStage& stage, std::span<const BlockCounts> images,
                      int textTokens) {
    std::vector<int> kept, all;
    for (const BlockCounts& image : images) {
        kept.push_back(image.kept * kPatchesPerBlock);
        all.push_back(image.all * kPatchesPerBlock);
    }
    PromptFlops flops = promptFlops(shape, kept, textTokens);
    const PromptFlops whole = promptFlops(shape, all, textTokens);
    flops.vit += wholeShare(shape, stage) * (whole.vit - flops.vit);
    if (stage.place == Place::AfterEncoder || stage.place == Place::LanguageLayer)
        flops.mergers = whole.mergers;
    return flops;
}

} // namespace prunescope
