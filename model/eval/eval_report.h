#pragma once

#include "core/base/stats.h"
#include "model/eval/eval_record.h"

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
    double difference = 0;      ///< of the shares of right answers, positive where this plan is better
    Interval interval;          ///< of the difference
    double pValue = 1;          ///< McNemar's exact test
    double scoreDifference = 0; ///< of the means of the first score
    Interval scoreInterval;     ///< of that, by drawing pictures anew with all of their questions
    double visible = 0;         ///< the least difference of the means that so many questions show (core/base/stats.h)
    std::optional<double> relative; ///< the difference of the means in % of the first plan's; none where that is 0
};

/// Results of a plan at one task.
struct TaskResult {
    std::string task;
    std::int64_t questions = 0;
    std::int64_t right = 0;
    Interval interval;        ///< of the share of right answers (Wilson)
    Interval pictureInterval; ///< of the mean of the first score, by drawing pictures anew with all of their questions
    std::int64_t undecided = 0;    ///< the rules read nothing, and no judge settled it: counted as wrong
    std::int64_t formatErrors = 0; ///< not written as the score asks for: counted as wrong
    std::vector<std::pair<std::string, double>> means; ///< of each score of the task, by name
    std::optional<PairedResult> paired;                ///< none for the first plan

    double accuracy() const;
    /// Mean of the first score.
    double score() const { return means.empty() ? accuracy() : means.front().second; }
    std::string scorer() const { return means.empty() ? std::string() : means.front().first; }
};

/// Share of visual tokens that enter the language layers: sums over sums (evaluation spec 7).
struct RetainRatio {
    double questions = 1; ///< a picture counts once for each question about it
    double pictures = 1;  ///< each distinct picture counts once
};

/// What a question costs, on average over whole prompts without the first of each run, which warms up (evaluation
/// spec 7). All 0 without such prompts.
struct Efficiency {
    std::int64_t questions = 0;
    double selectMs = 0;
    double vitMs = 0;
    double prefillMs = 0; ///< language layers
    double methodMs = 0;
    double ttftMs = 0;
    double kvBytes = 0;
    double flops = 0;
    double speedUp = 1; ///< time to the first token of the first plan over that of this one
};

/// Times of all questions, summed up. They nest: prefill has its two parts, total has all.
struct TimeSums {
    double totalMs = 0;
    double vitMs = 0;
    double languageMs = 0;
    double selectMs = 0;
    double methodMs = 0;
    double prefillMs() const { return vitMs + languageMs; }
};

/// Results of a plan at all tasks.
struct PlanResult {
    std::string plan;
    TaskResult all; ///< `task` is empty, and `means` where tasks have different scores
    std::vector<TaskResult> tasks;
    std::vector<NamedScore> aggregate; ///< what the set's toolkit prints, the headline first; empty: no published set
    /// The headline that the set's rule adds up of each of its scores: the toolkit's, and those that stand beside it,
    /// such as the tolerant one of places. Empty where there is one alone, or no rule.
    std::vector<NamedScore> headlines;
    std::optional<double> duplicates; ///< share of blocks whose content occurs more than once in their picture
    RetainRatio retain;
    Efficiency efficiency;
    TimeSums sums;
    double keptShare = 1;        ///< of all blocks
    double promptTokens = 0;     ///< mean
    double promptTokensFull = 0; ///< mean
    double answerTokens = 0;     ///< mean
    double ttftMs = 0;           ///< median over whole prompts; 0 without any
    double totalMs = 0;          ///< mean over all questions
    double prefillMs = 0;        ///< median over whole prompts, as are the times of methods
    double methodMs = 0;
    double equivalentTokens = 0; ///< mean

    /// The number of the set that tables have: the toolkit's headline, or 100 times the mean of the first score where
    /// all tasks have the same one, or the share of right answers in %.
    double headline() const;
};

/// Results of each of `plans`, by the records of it; the first plan is what the others are compared with. Tasks in the
/// order in which they first come. `rule`: of the set; may be null.
std::vector<PlanResult> summarise(const std::vector<EvalRecord>& records, const std::vector<std::string>& plans,
                                  const SetRule* rule = nullptr);

/// Groups of pictures with one whose transparency was put on white: a rule of this program, others drop it.
std::int64_t picturesOnWhite(const std::vector<EvalRecord>& records);

/// `{plan, questions, right, accuracy, interval, ..., difference?, paired?, retain_ratio, kept_share, prompt_tokens,
/// ..., tasks: [...]}`: model/eval/evaluations.md. `first`: the plan that others are compared with.
nlohmann::ordered_json toJson(const PlanResult& result, const std::string& first);

} // namespace prunescope::model
