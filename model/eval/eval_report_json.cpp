// Results as JSON.
#include "model/eval/eval_report.h"

#include <nlohmann/json.hpp>

namespace prunescope::model {

namespace {

using Json = nlohmann::ordered_json;

Json toJson(const Interval& interval) {
    return {interval.low, interval.high};
}

Json pairedJson(const PairedResult& paired) {
    return {{"questions", paired.questions},   {"only_first", paired.onlyFirst},      {"only_here", paired.onlyHere},
            {"difference", paired.difference}, {"interval", toJson(paired.interval)}, {"mcnemar_p", paired.pValue}};
}

Json differenceJson(const PairedResult& paired, const std::string& first) {
    Json json{{"to", first},
              {"value", paired.difference},
              {"interval", toJson(paired.interval)},
              {"p", paired.pValue},
              {"score", paired.scoreDifference},
              {"picture_interval", toJson(paired.scoreInterval)},
              {"visible", paired.visible}};
    json["relative_percent"] = paired.relative ? Json(*paired.relative) : Json(nullptr);
    return json;
}

void putResult(Json& json, const TaskResult& result, const std::string& first) {
    json["questions"] = result.questions;
    json["right"] = result.right;
    json["accuracy"] = result.accuracy();
    json["interval"] = toJson(result.interval);
    json["score"] = result.score();
    json["picture_interval"] = toJson(result.pictureInterval);
    json["undecided"] = result.undecided;
    json["format_errors"] = result.formatErrors;
    if (!result.means.empty())
        json["scorer"] = result.scorer();
    for (const auto& [name, mean] : result.means)
        json["scores"][name] = mean;
    if (result.paired) {
        json["difference"] = differenceJson(*result.paired, first);
        json["paired"] = pairedJson(*result.paired);
    }
}

void putCosts(Json& json, const PlanResult& result) {
    json["retain_ratio"] = {{"questions", result.retain.questions}, {"pictures", result.retain.pictures}};
    if (result.duplicates)
        json["duplicate_ratio"] = *result.duplicates;
    json["kept_share"] = result.keptShare;
    json["prompt_tokens"] = result.promptTokens;
    json["prompt_tokens_full"] = result.promptTokensFull;
    json["answer_tokens"] = result.answerTokens;
    json["ttft_ms"] = result.ttftMs;
    json["total_ms"] = result.totalMs;
    json["prefill_ms"] = result.prefillMs;
    json["method_ms"] = result.methodMs;
    json["equivalent_tokens"] = result.equivalentTokens;
}

Json efficiencyJson(const Efficiency& mean) {
    return {{"questions", mean.questions},  {"select_ms", mean.selectMs}, {"vit_ms", mean.vitMs},
            {"prefill_ms", mean.prefillMs}, {"method_ms", mean.methodMs}, {"ttft_ms", mean.ttftMs},
            {"kv_bytes", mean.kvBytes},     {"flops", mean.flops},        {"speed_up", mean.speedUp}};
}

Json sumsJson(const TimeSums& sums) {
    return {{"total_ms", sums.totalMs},       {"prefill_ms", sums.prefillMs()}, {"vit_ms", sums.vitMs},
            {"language_ms", sums.languageMs}, {"select_ms", sums.selectMs},     {"method_ms", sums.methodMs}};
}

} // namespace

nlohmann::ordered_json toJson(const PlanResult& result, const std::string& first) {
    Json json{{"plan", result.plan}};
    putResult(json, result.all, first);
    json["headline"] = result.headline();
    for (const NamedScore& number : result.aggregate)
        json["aggregate"][number.name] = number.value;
    for (const NamedScore& headline : result.headlines)
        json["headlines"][headline.name] = headline.value;
    putCosts(json, result);
    json["efficiency"] = efficiencyJson(result.efficiency);
    json["time_sums"] = sumsJson(result.sums);
    json["tasks"] = Json::array();
    for (const TaskResult& task : result.tasks) {
        Json entry{{"task", task.task}};
        putResult(entry, task, first);
        json["tasks"].push_back(std::move(entry));
    }
    return json;
}

} // namespace prunescope::model
