#include "app/commands/replay_report.h"

#include "core/base/format.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

using nlohmann::json;

const char* stateOf(bool kept) {
    return kept ? "kept" : "dropped";
}

std::string maskText(const model::Replay& replay) {
    if (!replay.mask)
        return "masks equal (" + formatCount(replay.kept) + " of " + formatCounted(replay.blocks, "block") + " kept)";
    const model::MaskDifference& first = *replay.mask;
    const std::string where = "masks differ: picture " + std::to_string(first.picture + 1) + ", ";
    if (!first.grids.empty())
        return where + first.grids;
    return where + "block in row " + std::to_string(first.row) + ", column " + std::to_string(first.col) + " was " +
           stateOf(first.recorded) + ", is " + stateOf(!first.recorded);
}

std::string idText(const std::optional<std::int64_t>& id) {
    return id ? std::to_string(*id) : "the end";
}

std::string tokenText(const model::Replay& replay) {
    if (!replay.tokens)
        return "float32 tokens not compared: " + replay.whyNoTokens;
    if (!replay.token)
        return formatCounted(static_cast<std::int64_t>(*replay.tokens), "float32 token") + " equal";
    return "float32 tokens differ: token " + std::to_string(replay.token->index) + " was " +
           idText(replay.token->recorded) + ", is " + idText(replay.token->found);
}

json maskJson(const model::Replay& replay) {
    json object{{"equal", !replay.mask}, {"kept", replay.kept}, {"blocks", replay.blocks}};
    if (!replay.mask)
        return object;
    const model::MaskDifference& first = *replay.mask;
    json& difference = object["difference"] = {{"picture", first.picture}};
    if (first.grids.empty())
        difference.update(
            {{"row", first.row}, {"col", first.col}, {"recorded", first.recorded}, {"found", !first.recorded}});
    else
        difference["grids"] = first.grids;
    return object;
}

json idJson(const std::optional<std::int64_t>& id) {
    return id ? json(*id) : json(nullptr);
}

json tokenJson(const model::Replay& replay) {
    if (!replay.tokens)
        return {{"equal", nullptr}, {"missing", replay.whyNoTokens}};
    json object{{"equal", !replay.token}, {"tokens", *replay.tokens}};
    if (replay.token)
        object["difference"] = {{"index", replay.token->index},
                                {"recorded", idJson(replay.token->recorded)},
                                {"found", idJson(replay.token->found)}};
    return object;
}

json toJson(const ReplayedBundle& bundle) {
    if (!bundle.error.empty())
        return {{"bundle", bundle.path}, {"error", bundle.error}};
    return {{"bundle", bundle.path},
            {"equal", bundle.replay.holds()},
            {"masks", maskJson(bundle.replay)},
            {"float32", tokenJson(bundle.replay)}};
}

} // namespace

std::string replayLine(const ReplayedBundle& bundle) {
    return bundle.path + ": " + maskText(bundle.replay) + ", " + tokenText(bundle.replay) + "\n";
}

std::string replaySummary(const std::vector<ReplayedBundle>& bundles) {
    const auto equal = std::ranges::count_if(bundles, &ReplayedBundle::holds);
    const auto differ = std::ranges::count_if(bundles, &ReplayedBundle::differs);
    const auto failed = static_cast<std::ptrdiff_t>(bundles.size()) - equal - differ;
    std::string text =
        formatCounted(static_cast<std::int64_t>(bundles.size()), "bundle") + ": " + std::to_string(equal) + " equal";
    if (differ > 0)
        text += ", " + std::to_string(differ) + (differ == 1 ? " differs" : " differ");
    if (failed > 0)
        text += ", " + std::to_string(failed) + " could not be run again";
    return text + "\n";
}

nlohmann::json replayJson(const std::vector<ReplayedBundle>& bundles) {
    json list = json::array();
    for (const ReplayedBundle& bundle : bundles)
        list.push_back(toJson(bundle));
    return {{"equal", std::ranges::all_of(bundles, &ReplayedBundle::holds)}, {"bundles", std::move(list)}};
}

} // namespace prunescope::app
