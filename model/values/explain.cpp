#include "model/values/explain.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace prunescope::model {

namespace {

nlohmann::json orNull(bool there, nlohmann::json value) {
    return there ? std::move(value) : nlohmann::json();
}

const StageOutcome& stageAt(const PruneOutcome& outcome, int index) {
    return outcome.stages.at(static_cast<std::size_t>(index));
}

const std::string& textOf(const PruneOutcome& outcome, const StageOutcome& stage) {
    return outcome.plan.at(static_cast<std::size_t>(stage.stage));
}

nlohmann::json fateJson(const PruneOutcome& outcome, const BlockFate& fate) {
    const bool dropped = fate.droppedBy != BlockFate::kNone;
    const bool scored = fate.rank > 0 && std::isfinite(fate.score);
    return {{"kept", !dropped},
            {"dropped_by", dropped ? nlohmann::json(textOf(outcome, stageAt(outcome, fate.droppedBy))) : nullptr},
            {"layer", dropped ? nlohmann::json(stageAt(outcome, fate.droppedBy).layer) : nullptr},
            {"score", orNull(scored, fate.score)},
            {"rank", orNull(scored, fate.rank)},
            {"of", orNull(scored, fate.ranked)},
            {"merged_into", orNull(fate.mergedInto != BlockFate::kNone, fate.mergedInto)},
            {"predicted_by", orNull(fate.predictedBy != BlockFate::kNone, fate.predictedBy)}};
}

nlohmann::json imageJson(const PruneOutcome& outcome, const MaskReport& image, const std::vector<BlockFate>& fates) {
    const BlockGrid grid = image.mask.grid();
    nlohmann::json blocks = nlohmann::json::array();
    for (std::size_t i = 0; i < fates.size(); ++i) {
        blocks.push_back(fateJson(outcome, fates[i]));
        blocks.back()["block"] = i;
    }
    return {{"image", image.image},
            {"width", image.original.width},
            {"height", image.original.height},
            {"resized", {grid.size().width, grid.size().height}},
            {"rows", grid.rows},
            {"cols", grid.cols},
            {"blocks", std::move(blocks)}};
}

BlockCounts sumOf(const StageOutcome& stage) {
    BlockCounts sum;
    for (const BlockCounts& image : stage.images)
        sum = {sum.kept + image.kept, sum.all + image.all};
    return sum;
}

/// "post:divprune,keep=1/3" -> "post", "divprune".
std::pair<std::string, std::string> partsOf(const std::string& stage) {
    const std::size_t colon = stage.find(':');
    return {stage.substr(0, colon), stage.substr(colon + 1, stage.find(',') - colon - 1)};
}

std::string whereText(const std::string& place, int layer) {
    if (layer > 0)
        return "before layer " + std::to_string(layer);
    if (place.starts_with("vit@"))
        return "inside the encoder";
    return place == "input" ? "before the encoder" : "after the encoder";
}

} // namespace

std::vector<StageCounts> countsOf(const PruneOutcome& outcome) {
    std::vector<StageCounts> counts;
    for (const StageOutcome& stage : outcome.stages)
        counts.push_back({stage.stage, stage.layer, stage.images, true});
    return counts;
}

int enteringTokens(const PruneOutcome& outcome, const std::vector<MaskReport>& images) {
    std::vector<int> kept;
    for (const MaskReport& image : images)
        kept.push_back(image.mask.keptCount());
    return tokensPerLayer(kept, countsOf(outcome), 1).front(); // before layer 0
}

std::string stagesText(const PruneOutcome& outcome) {
    std::vector<std::string> parts;
    for (const StageOutcome& stage : outcome.stages) {
        const auto [place, method] = partsOf(textOf(outcome, stage));
        const BlockCounts counts = sumOf(stage);
        parts.push_back(whereText(place, stage.layer) + " " + method + " " + formatCount(counts.kept) + " of " +
                        formatCount(counts.all));
    }
    parts.push_back(formatCount(std::lround(outcome.equivalentTokens)) + " tokens per layer on average");
    return join(parts, "; ");
}

nlohmann::json explainJson(const std::string& plan, const PruneOutcome& outcome,
                           const std::vector<MaskReport>& images) {
    check(outcome.blocks.size() == images.size(), "the fate of every picture's blocks");
    nlohmann::json pictures = nlohmann::json::array();
    for (std::size_t i = 0; i < images.size(); ++i)
        pictures.push_back(imageJson(outcome, images[i], outcome.blocks[i]));
    return {{"plan", plan}, {"pruning", toJson(outcome)}, {"images", std::move(pictures)}};
}

} // namespace prunescope::model
