#include "app/reports/eval_tables.h"

#include "app/terminal/console.h"
#include "core/base/format.h"

namespace prunescope::app {

namespace {

using Row = std::vector<std::string>;

std::string rangeText(const Interval& interval) {
    return formatFixed(100 * interval.low, 1) + " .. " + formatFixed(100 * interval.high, 1);
}

std::string signedPercent(double share) {
    return (share > 0 ? "+" : "") + formatPercent(share);
}

/// Of the scores besides the one that decides.
std::string meansText(const model::TaskResult& result) {
    std::vector<std::string> parts;
    for (std::size_t i = 1; i < result.means.size(); ++i)
        parts.push_back(result.means[i].first + " " + formatNonZero(result.means[i].second, 3));
    return join(parts);
}

Row taskRow(const std::string& task, const std::string& plan, const model::TaskResult& result) {
    Row row{task, plan, formatCount(result.right) + " of " + formatCount(result.questions),
            formatPercent(result.accuracy()), rangeText(result.interval)};
    if (const auto& paired = result.paired)
        row.insert(row.end(), {signedPercent(paired->difference), rangeText(paired->interval),
                               formatCount(paired->onlyFirst) + " / " + formatCount(paired->onlyHere),
                               formatNonZero(paired->pValue, 3)});
    else
        row.insert(row.end(), 4, "-");
    row.push_back(meansText(result));
    return row;
}

/// The result of a task, or null where an interrupted run did not come to it.
const model::TaskResult* resultOf(const model::PlanResult& plan, const std::string& task) {
    for (const model::TaskResult& result : plan.tasks)
        if (result.task == task)
            return &result;
    return nullptr;
}

std::string accuracyTable(const std::vector<model::PlanResult>& results) {
    std::vector<Row> rows{
        {"task", "plan", "right", "accuracy", "95 %", "against first", "95 %", "only first / only here", "p", "also"}};
    const std::vector<model::TaskResult>& tasks = results.front().tasks;
    for (const model::TaskResult& task : tasks)
        for (const model::PlanResult& plan : results)
            if (const model::TaskResult* result = resultOf(plan, task.task))
                rows.push_back(taskRow(task.task, plan.plan, *result));
    for (const model::PlanResult& plan : results)
        if (tasks.size() > 1)
            rows.push_back(taskRow("(all)", plan.plan, plan.all));
    return tableText(rows);
}

std::string costTable(const std::vector<model::PlanResult>& results) {
    std::vector<Row> rows{{"plan", "kept", "prompt tokens", "of", "a layer", "answer tokens", "prefill", "method",
                           "first token", "a question"}};
    for (const model::PlanResult& plan : results)
        rows.push_back({plan.plan, formatPercent(plan.keptShare), formatFixed(plan.promptTokens, 1),
                        formatFixed(plan.promptTokensFull, 1), formatFixed(plan.equivalentTokens, 1),
                        formatFixed(plan.answerTokens, 1), formatMs(plan.prefillMs), formatMs(plan.methodMs),
                        formatMs(plan.ttftMs), formatMs(plan.totalMs)});
    return tableText(rows);
}

/// What the other scores of the set's rule come to, which are more tolerant than its toolkit's.
std::string otherHeadlines(const model::PlanResult& plan) {
    std::vector<std::string> parts;
    for (std::size_t i = 1; i < plan.headlines.size(); ++i)
        parts.push_back(plan.headlines[i].name + " " + formatFixed(plan.headlines[i].value, 1));
    return join(parts);
}

/// Points of the score of a set. The intervals are those of the mean of the first score, by drawing pictures anew.
Row setRow(const model::PlanResult& plan, const model::PlanResult& first) {
    const auto points = [](double value) { return (value > 0 ? "+" : "") + formatFixed(value, 1); };
    const double headline = plan.headline(), full = first.headline();
    Row row{plan.plan, formatFixed(headline, 1), rangeText(plan.all.pictureInterval)};
    if (const auto& paired = plan.all.paired)
        row.insert(row.end(), {points(headline - full), rangeText(paired->scoreInterval),
                               full == 0 ? "-" : points(100 * (headline - full) / full)});
    else
        row.insert(row.end(), 3, "-");
    row.insert(row.end(), {formatPercent(plan.retain.questions), formatPercent(plan.retain.pictures),
                           formatCount(plan.all.undecided), formatCount(plan.all.formatErrors), otherHeadlines(plan)});
    return row;
}

} // namespace

std::string evalTables(const std::vector<model::PlanResult>& results) {
    return accuracyTable(results) + "\n" + costTable(results);
}

std::string setTables(const model::SetReport& set) {
    std::vector<Row> rows{{set.name() + " (" + set.style() + " prompts)", "score", "95 %", "against first", "95 %", "%",
                           "kept", "of pictures", "undecided", "format errors", "score by other rules"}};
    for (const model::PlanResult& plan : set.plans)
        rows.push_back(setRow(plan, set.plans.front()));
    return evalTables(set.plans) + "\n" + tableText(rows);
}

std::string averageTable(const std::vector<model::SetReport>& sets) {
    std::vector<Row> rows{
        {"average of " + formatCounted(static_cast<std::int64_t>(sets.size()), "set"), "score", "kept"}};
    for (const model::PlanAverage& mean : averages(sets))
        rows.push_back({mean.plan, formatFixed(mean.headline, 1), formatPercent(mean.retain)});
    return tableText(rows);
}

std::string vtwTable(const model::VtwSearch& search) {
    std::vector<Row> rows{{"before layer", "divergence"}};
    for (std::size_t i = 0; i < search.layers.size(); ++i)
        rows.push_back({std::to_string(search.layers[i]), formatNonZero(search.divergence[i], 6)});
    const std::string most =
        "at most " + formatNonZero(search.eta, 6) + " over " + formatCounted(search.samples, "question");
    if (search.layer < search.languageLayers)
        return tableText(rows) + "the first with " + most + ": llm@" + std::to_string(search.layer) + ":vtw\n";
    return tableText(rows) + "none has " + most + ": no layer of " + std::to_string(search.languageLayers) +
           " may drop all visual tokens\n";
}

std::string onWhiteText(std::int64_t pictures) {
    if (pictures == 0)
        return {};
    return "; transparency of " + formatCount(pictures) + (pictures == 1 ? " picture" : " pictures") +
           " was put on white";
}

std::string progressText(const model::EvalProgress& progress) {
    std::string text = "picture " + formatCount(progress.pictures) + " of " + formatCount(progress.ofPictures) + ", " +
                       formatCounted(progress.questions, "answer");
    if (progress.takenOver > 0)
        text += ", " + formatCount(progress.takenOver) + " from the file";
    if (progress.secondsLeft)
        text += ", " + formatDuration(*progress.secondsLeft) + " left";
    return text;
}

} // namespace prunescope::app
