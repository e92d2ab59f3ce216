#pragma once

#include "model/eval/eval_report.h"
#include "model/eval/eval_run.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace prunescope::model {

/// What came out at one set under all plans.
struct SetReport {
    nlohmann::ordered_json setting; ///< as `evalSetting` makes it
    std::vector<std::string> notes; ///< how the set was read, a line each
    std::vector<SkippedRow> skipped;
    std::vector<std::string> missing; ///< of a merge: questions without a record, a line a plan
    bool interrupted = false;
    std::vector<EvalRecord> records;
    std::vector<PlanResult> plans;

    std::string name() const { return setting.at("set").get<std::string>(); }
    std::string style() const { return setting.at("prompt_style").get<std::string>(); }
    const SetRule* rule() const { return setRule(name()); }
    /// "anls: 100 * mean", "exact_match, own rule".
    std::string scorerText() const;
    std::int64_t undecided() const; ///< under all plans
};

/// The report of a run at `set`.
SetReport setReport(nlohmann::ordered_json setting, const QuestionSet& set, EvalRun run,
                    const std::vector<std::string>& plans);
/// Adds what is to be said of the records: another number of questions than the published set has, and what came of
/// looking twice.
void addRunNotes(SetReport& report);
/// Sets what follows from the records: the results of `plans`.
void addResults(SetReport& report, const std::vector<std::string>& plans);

/// The plain mean over sets of what a plan reaches at each, as the papers have it (evaluation spec 7).
struct PlanAverage {
    std::string plan;
    double headline = 0;
    double retain = 1;
};
/// Of all plans; sets without a number are left out: those that only a judge scores, or that nothing was asked of.
std::vector<PlanAverage> averages(const std::vector<SetReport>& sets);
/// Whether a set has a number that means something: its records are scored, and not by a judge alone.
bool hasNumber(const SetReport& set);

/// The object of `eval --json`: that of the set, or for several sets what they share with `sets` and `average`.
nlohmann::ordered_json toJson(const std::vector<SetReport>& sets);

} // namespace prunescope::model
