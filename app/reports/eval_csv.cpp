// The report as a table for other programs: a row for each plan at each task of each set.
#include "app/reports/eval_report_file.h"
#include "core/base/format.h"

namespace prunescope::app {

namespace {

using Row = std::vector<std::string>;

const Row kHeading{"set",
                   "prompt_style",
                   "scorer",
                   "plan",
                   "task",
                   "questions",
                   "right",
                   "accuracy",
                   "accuracy_low",
                   "accuracy_high",
                   "score",
                   "score_low",
                   "score_high",
                   "undecided",
                   "format_errors",
                   "against",
                   "difference",
                   "difference_low",
                   "difference_high",
                   "p",
                   "score_difference",
                   "score_difference_low",
                   "score_difference_high",
                   "relative_percent"};
const Row kCostHeading{"headline",
                       "retain_questions",
                       "retain_pictures",
                       "prompt_tokens",
                       "prompt_tokens_full",
                       "answer_tokens",
                       "equivalent_tokens",
                       "ttft_ms",
                       "total_ms",
                       "prefill_ms",
                       "method_ms",
                       "kv_bytes",
                       "flops"};

std::string cell(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char letter : text)
        quoted += letter == '"' ? "\"\"" : std::string(1, letter);
    return quoted + "\"";
}

std::string line(const Row& row) {
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i)
        text += (i > 0 ? "," : "") + cell(row[i]);
    return text + "\r\n";
}

void addNumbers(Row& row, std::initializer_list<double> values) {
    for (const double value : values)
        row.push_back(shortNumber(value));
}

Row resultCells(const model::SetReport& set, const model::PlanResult& plan, const model::TaskResult& result) {
    Row row{set.name(),
            set.style(),
            result.scorer(),
            plan.plan,
            result.task.empty() ? "(all)" : result.task,
            std::to_string(result.questions),
            std::to_string(result.right)};
    addNumbers(row, {result.accuracy(), result.interval.low, result.interval.high, result.score(),
                     result.pictureInterval.low, result.pictureInterval.high});
    row.insert(row.end(), {std::to_string(result.undecided), std::to_string(result.formatErrors)});
    if (const auto& paired = result.paired) {
        row.push_back(set.plans.front().plan);
        addNumbers(row, {paired->difference, paired->interval.low, paired->interval.high, paired->pValue,
                         paired->scoreDifference, paired->scoreInterval.low, paired->scoreInterval.high});
        row.push_back(paired->relative ? shortNumber(*paired->relative) : "");
    }
    row.resize(kHeading.size());
    return row;
}

void addCostCells(Row& row, const model::PlanResult& plan) {
    addNumbers(row, {plan.headline(), plan.retain.questions, plan.retain.pictures, plan.promptTokens,
                     plan.promptTokensFull, plan.answerTokens, plan.equivalentTokens, plan.ttftMs, plan.totalMs,
                     plan.prefillMs, plan.methodMs, plan.efficiency.kvBytes, plan.efficiency.flops});
}

} // namespace

std::string reportCsv(const std::vector<model::SetReport>& sets) {
    Row heading = kHeading;
    heading.insert(heading.end(), kCostHeading.begin(), kCostHeading.end());
    std::string text = line(heading);
    for (const model::SetReport& set : sets)
        for (const model::PlanResult& plan : set.plans) {
            Row all = resultCells(set, plan, plan.all);
            addCostCells(all, plan);
            text += line(all);
            for (const model::TaskResult& task : plan.tasks) {
                Row row = resultCells(set, plan, task);
                row.resize(heading.size());
                text += line(row);
            }
        }
    return text;
}

} // namespace prunescope::app
