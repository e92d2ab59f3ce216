#pragma once

#include "core/base/stats.h"
#include "model/study/eval_record.h"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace prunescope::model {

/// A plan beside the first one, on the questions that both were asked.
struct PairedResult {
    std::int64_t questions = 0;
    std::int64_t onlyFirst = 0; ///< that only the first plan got right
    std::int64_t onlyHere = 0;
    double difference = 0; ///< of the shares of right answers, positive where this plan is better
    Interval interval;     ///< of the difference
    double pValue = 1;     ///< McNemar's exact test
};

/// Results of a plan at one task.
struct TaskResult {
    std::string task;
    std::int64_t questions = 0;
    std::int64_t right = 0;
    Interval interval;                                 ///< of the share of right answers
    std::vector<std::pair<std::string, double>> means; ///< of each score of the task, by name
    std::optional<PairedResult> paired;                ///< none for the first plan

    double accuracy() const;
};

/// Results of a plan at all tasks.
struct PlanResult {
    std::string plan;
    TaskResult all; ///< `task` and `means` are empty
    std::vector<TaskResult> tasks;
    double keptShare = 1;        ///< of all blocks
    double promptTokens = 0;     ///< mean
    double promptTokensFull = 0; ///< mean
    double answerTokens = 0;     ///< mean
    double ttftMs = 0;           ///< median over whole prompts; 0 without any
    double totalMs = 0;          ///< mean over all questions
    double prefillMs = 0;        ///< median over whole prompts, as are the times of methods
    double methodMs = 0;
    double equivalentTokens = 0; ///< mean
};

/// Results of each of `plans`, by the records of it; the first plan is what the others are compared with. Tasks in the
/// order in which they first come.
std::vector<PlanResult> summarise(const std::vector<EvalRecord>& records, const std::vector<std::string>& plans);

/// Pictures whose transparency was put on white: a rule of this program, others drop it.
std::int64_t picturesOnWhite(const std::vector<EvalRecord>& records);

/// `{plan, questions, right, accuracy, interval, paired, kept_share, prompt_tokens, ..., tasks: [...]}`.
nlohmann::ordered_json toJson(const PlanResult& result);

} // namespace prunescope::model
