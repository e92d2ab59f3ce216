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

nlohmann::json regionsOf(const Answer& answer) {
    nlohmann::json regions = nlohmann::json::array();
    for (const Region& region : answer.regions)
        regions.push_back(toJson(region));
    return regions;
}

nlohmann::json imagesOf(const Answer& answer) {
    nlohmann::json images = nlohmann::json::array();
    for (const MaskReport& report : answer.images)
        images.push_back(prunescope::toJson(report, answer.shape));
    return images;
}

/// All stages, 0 for one that did not happen (no second token: no decode_per_token); that of methods which choose among
/// tokens only where there was one.
nlohmann::json timesOf(const Answer& answer) {
    nlohmann::json times = nlohmann::json::object();
    for (const std::string_view name : kAnswerStages)
        if (name != stage::kMethod || answer.times.has(name))
            times[std::string(name)] = answer.times.ms(name);
    return times;
}

} // namespace

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
        {"regions", regionsOf(answer)},
        {"prompt_tokens", answer.promptTokens},
        {"prompt_tokens_full", answer.promptTokensFull},
        {"images", imagesOf(answer)},
        {"plan", answer.plan},
        {"times_ms", timesOf(answer)},
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
    if (answer.memory.stateBytes > 0)
        json["memory"]["state_bytes"] = answer.memory.stateBytes;
    if (answer.reuse.any()) // never for a single question
        json["reused"] = {{"prompt_tokens", answer.reuse.promptTokens}, {"pictures", answer.reuse.pictures}};
    return json;
}

} // namespace prunescope::model
