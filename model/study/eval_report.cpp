#include "model/study/eval_report.h"

#include "model/scores/score.h"

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

namespace prunescope::model {

namespace {

using Records = std::vector<const EvalRecord*>;

double meanOf(const Records& records, const std::function<double(const EvalRecord&)>& value) {
    double sum = 0;
    for (const EvalRecord* record : records)
        sum += value(*record);
    return records.empty() ? 0 : sum / static_cast<double>(records.size());
}

Records selected(const Records& records, const std::function<bool(const EvalRecord&)>& isWanted) {
    Records wanted;
    std::copy_if(records.begin(), records.end(), std::back_inserter(wanted),
                 [&](const EvalRecord* record) { return isWanted(*record); });
    return wanted;
}

std::pair<std::int64_t, std::int64_t> questionOf(const EvalRecord& record) {
    return {record.picture, record.question};
}

PairedResult compared(const Records& first, const Records& here) {
    std::map<std::pair<std::int64_t, std::int64_t>, bool> firstIsRight;
    for (const EvalRecord* record : first)
        firstIsRight[questionOf(*record)] = record->isRight();
    PairedResult paired;
    for (const EvalRecord* record : here) {
        const auto found = firstIsRight.find(questionOf(*record));
        if (found == firstIsRight.end())
            continue; // an interrupted run
        ++paired.questions;
        paired.onlyFirst += found->second && !record->isRight();
        paired.onlyHere += !found->second && record->isRight();
    }
    const auto gain = static_cast<double>(paired.onlyHere - paired.onlyFirst);
    paired.difference = paired.questions == 0 ? 0 : gain / static_cast<double>(paired.questions);
    paired.interval = pairedDifference(paired.onlyFirst, paired.onlyHere, paired.questions);
    paired.pValue = mcnemarExact(paired.onlyFirst, paired.onlyHere);
    return paired;
}

/// `first`: the records of the first plan for the same task, or null for that plan itself.
TaskResult taskResult(const std::string& task, const Records& records, const Records* first) {
    TaskResult result;
    result.task = task;
    result.questions = static_cast<std::int64_t>(records.size());
    result.right =
        std::count_if(records.begin(), records.end(), [](const EvalRecord* record) { return record->isRight(); });
    result.interval = wilsonInterval(result.right, result.questions);
    if (first)
        result.paired = compared(*first, records);
    return result;
}

void addMeans(TaskResult& result, const Records& records) {
    for (std::size_t i = 0; !records.empty() && i < records.front()->scores.size(); ++i)
        result.means.emplace_back(records.front()->scores[i].name,
                                  meanOf(records, [&](const EvalRecord& r) { return r.scores.at(i).value; }));
}

/// Over the prompts that were computed as a whole; 0 without any.
double medianOf(const Records& records, double EvalRecord::*ms) {
    std::vector<double> times;
    for (const EvalRecord* record : records)
        if (record->whole)
            times.push_back(record->*ms);
    return times.empty() ? 0 : median(times);
}

void addCosts(PlanResult& result, const Records& records) {
    const double kept = meanOf(records, [](const EvalRecord& r) { return static_cast<double>(r.keptBlocks); });
    const double blocks = meanOf(records, [](const EvalRecord& r) { return static_cast<double>(r.blocks); });
    result.keptShare = blocks > 0 ? kept / blocks : 1;
    result.promptTokens = meanOf(records, [](const EvalRecord& r) { return static_cast<double>(r.promptTokens); });
    result.promptTokensFull =
        meanOf(records, [](const EvalRecord& r) { return static_cast<double>(r.promptTokensFull); });
    result.answerTokens = meanOf(records, [](const EvalRecord& r) { return static_cast<double>(r.answerTokens); });
    result.totalMs = meanOf(records, [](const EvalRecord& r) { return r.totalMs; });
    result.equivalentTokens = meanOf(records, [](const EvalRecord& r) { return r.equivalentTokens; });
    result.ttftMs = medianOf(records, &EvalRecord::ttftMs);
    result.prefillMs = medianOf(records, &EvalRecord::prefillMs);
    result.methodMs = medianOf(records, &EvalRecord::methodMs);
}

std::vector<std::string> tasksOf(const Records& records) {
    std::vector<std::string> tasks;
    for (const EvalRecord* record : records)
        if (std::find(tasks.begin(), tasks.end(), record->asked.task) == tasks.end())
            tasks.push_back(record->asked.task);
    return tasks;
}

/// `first`: the records of the first plan, or null for that plan itself.
PlanResult planResult(const std::string& plan, const Records& records, const Records* first) {
    PlanResult result;
    result.plan = plan;
    result.all = taskResult({}, records, first);
    for (const std::string& task : tasksOf(records)) {
        const auto isOfTask = [&](const EvalRecord& record) { return record.asked.task == task; };
        const Records here = selected(records, isOfTask);
        const Records there = first ? selected(*first, isOfTask) : Records();
        result.tasks.push_back(taskResult(task, here, first ? &there : nullptr));
        addMeans(result.tasks.back(), here);
    }
    addCosts(result, records);
    return result;
}

nlohmann::ordered_json toJson(const Interval& interval) {
    return {interval.low, interval.high};
}

nlohmann::ordered_json toJson(const TaskResult& result) {
    nlohmann::ordered_json json{{"questions", result.questions},
                                {"right", result.right},
                                {"accuracy", result.accuracy()},
                                {"interval", toJson(result.interval)}};
    for (const auto& [name, mean] : result.means)
        json["scores"][name] = mean;
    if (const auto& paired = result.paired)
        json["paired"] = {{"questions", paired->questions},       {"only_first", paired->onlyFirst},
                          {"only_here", paired->onlyHere},        {"difference", paired->difference},
                          {"interval", toJson(paired->interval)}, {"mcnemar_p", paired->pValue}};
    return json;
}

} // namespace

double TaskResult::accuracy() const {
    return questions == 0 ? 0 : static_cast<double>(right) / static_cast<double>(questions);
}

std::vector<PlanResult> summarise(const std::vector<EvalRecord>& records, const std::vector<std::string>& plans) {
    std::map<std::string, Records> byPlan;
    for (const EvalRecord& record : records)
        byPlan[record.plan].push_back(&record);
    std::vector<PlanResult> results;
    for (const std::string& plan : plans)
        results.push_back(planResult(plan, byPlan[plan], results.empty() ? nullptr : &byPlan[plans.front()]));
    return results;
}

std::int64_t picturesOnWhite(const std::vector<EvalRecord>& records) {
    std::set<std::int64_t> pictures;
    for (const EvalRecord& record : records)
        if (record.decodedOnWhite)
            pictures.insert(record.picture);
    return static_cast<std::int64_t>(pictures.size());
}

nlohmann::ordered_json toJson(const PlanResult& result) {
    nlohmann::ordered_json json{{"plan", result.plan}};
    json.update(toJson(result.all));
    json["kept_share"] = result.keptShare;
    json["prompt_tokens"] = result.promptTokens;
    json["prompt_tokens_full"] = result.promptTokensFull;
    json["answer_tokens"] = result.answerTokens;
    json["ttft_ms"] = result.ttftMs;
    json["total_ms"] = result.totalMs;
    json["prefill_ms"] = result.prefillMs;
    json["method_ms"] = result.methodMs;
    json["equivalent_tokens"] = result.equivalentTokens;
    json["tasks"] = nlohmann::ordered_json::array();
    for (const TaskResult& task : result.tasks) {
        nlohmann::ordered_json& entry = json["tasks"].emplace_back(nlohmann::ordered_json{{"task", task.task}});
        entry.update(toJson(task));
    }
    return json;
}

} // namespace prunescope::model
