#include "model/values/answer.h"

#include "core/base/error.h"

#include <array>
#include <nlohmann/json.hpp>

namespace prunescope::model {

namespace {

constexpr std::array kAnswerStages{stage::kPreprocess, stage::kSelect,         stage::kVit,
                                   stage::kMethod,     stage::kPrefill,        stage::kSample,
                                   stage::kTtft,       stage::kDecodePerToken, stage::kTotal};

nlohmann::json toJson(const Region& region) {
    return {
        {"label", region.label},
        {"kind", region.kind == Region::Kind::Box ? "box" : "point"},
        {"px", region.px},
        {"norm", region.norm},
    };
}

nlohmann::json toJson(const std::vector<Region>& all) {
    nlohmann::json regions = nlohmann::json::array();
    for (const Region& region : all)
        regions.push_back(toJson(region));
    return regions;
}

nlohmann::json unreadOf(const Answer& answer) {
    nlohmann::json places = nlohmann::json::array();
    for (const UnreadPlace& place : answer.unread)
        places.push_back({{"why", place.why}, {"bytes", {place.textBegin, place.textEnd}}});
    return places;
}

nlohmann::json imagesOf(const Answer& answer) {
    nlohmann::json images = nlohmann::json::array();
    for (const MaskReport& report : answer.images)
        images.push_back(prunescope::toJson(report, answer.shape));
    return images;
}

/// All stages, 0 for one that did not happen (no second token: no decode_per_token); that of methods which choose among
/// tokens only where there was one.
nlohmann::json timesOf(const StageTimes& measured) {
    nlohmann::json times = nlohmann::json::object();
    for (const std::string_view name : kAnswerStages)
        if (name != stage::kMethod || measured.has(name))
            times[std::string(name)] = measured.ms(name);
    return times;
}

nlohmann::json looksOf(const Answer& answer) {
    nlohmann::json looks = nlohmann::json::array();
    for (const Look& look : answer.looks)
        looks.push_back({{"picture", look.picture},
                         {"part", {look.part.x, look.part.y, look.part.width, look.part.height}},
                         {"answer", look.text},
                         {"regions", toJson(look.regions)},
                         {"finish_reason", toText(look.finishReason)},
                         {"prompt_tokens", look.promptTokens},
                         {"prompt_tokens_full", look.promptTokensFull},
                         {"answer_tokens", look.answerTokens},
                         {"times_ms", timesOf(look.times)}});
    return looks;
}

} // namespace

LookTotals totalsOf(const Answer& answer) {
    if (answer.looks.empty())
        return {answer.promptTokens, answer.promptTokensFull, static_cast<int>(answer.tokenIds.size()),
                answer.times.ms(stage::kTotal)};
    LookTotals totals;
    for (const Look& look : answer.looks)
        totals = {totals.promptTokens + look.promptTokens, totals.promptTokensFull + look.promptTokensFull,
                  totals.answerTokens + look.answerTokens, totals.totalMs + look.times.ms(stage::kTotal)};
    return totals;
}

const char* toText(FinishReason reason) {
    switch (reason) {
    case FinishReason::Stop:
        return "stop";
    case FinishReason::Length:
        return "length";
    case FinishReason::Cancelled:
        return "cancelled";
    }
    throw Error(ErrorKind::Internal, "internal error: finish reason without a name");
}

nlohmann::json toJson(const Answer& answer) {
    nlohmann::json json{
        {"answer", answer.text},
        {"token_ids", answer.tokenIds},
        {"finish_reason", toText(answer.finishReason)},
        {"regions", toJson(answer.regions)},
        {"prompt_tokens", answer.promptTokens},
        {"prompt_tokens_full", answer.promptTokensFull},
        {"images", imagesOf(answer)},
        {"plan", answer.plan},
        {"times_ms", timesOf(answer.times)},
        {"memory",
         {{"peak_bytes", answer.memory.peakBytes},
          {"kv_bytes", answer.memory.kvBytes},
          {"estimate_bytes", answer.memory.estimatedBytes}}},
        {"model", answer.model},
        {"device", answer.device},
        {"dtype", answer.dtype},
        {"weights", answer.weights},
    };
    if (answer.pruning.plan.size() > 1 || answer.times.has(stage::kMethod)) {
        const nlohmann::json pruning = toJson(answer.pruning);
        for (const char* name : {"stages", "equivalent_tokens"})
            json[name] = pruning.at(name);
    }
    if (!answer.adapter.empty())
        json["adapter"] = answer.adapter;
    if (answer.thinking)
        json["thinking"] = *answer.thinking;
    if (!answer.thought.empty())
        json["thought"] = answer.thought;
    if (!answer.unread.empty())
        json["unread"] = unreadOf(answer);
    if (!answer.looks.empty())
        json["looks"] = looksOf(answer);
    if (!answer.whyOneLook.empty())
        json["why_one_look"] = answer.whyOneLook;
    if (answer.memory.stateBytes > 0)
        json["memory"]["state_bytes"] = answer.memory.stateBytes;
    if (answer.reuse.any()) // never for a single question
        json["reused"] = {{"prompt_tokens", answer.reuse.promptTokens}, {"pictures", answer.reuse.pictures}};
    return json;
}

} // namespace prunescope::model
