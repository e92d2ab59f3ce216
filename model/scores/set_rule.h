#pragma once

#include "model/scores/score.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope {

/// What kind of question a set asks; prompts depend on it (evaluation spec 2).
enum class SetKind {
    Words,  ///< an open question with a short answer
    Choice, ///< by letter
    YesNo,
    Place, ///< a point or box in the picture
    Page,  ///< the text of a whole page
};

/// A question of a set with its verdict, as aggregates read it.
struct ScoredQuestion {
    std::string id;     ///< of the row in its set
    GivenAnswer answer; ///< without the answer's text where that is not at hand
    Verdict verdict;    ///< of the set's first score
};

/// A number of a report.
struct NamedScore {
    std::string name;
    double value = 0;
    bool operator==(const NamedScore&) const = default;
};

/// The numbers that a set's toolkit prints for these questions (evaluation spec 3), the headline first. Names are those
/// of the toolkit.
using Aggregate = std::vector<NamedScore> (*)(std::span<const ScoredQuestion> questions);

/// How a published set is asked and scored (evaluation spec 9). The first of its scores is the toolkit's to the letter;
/// others stand beside it.
struct SetRule {
    std::string_view name;  ///< names of sets begin with it, whatever their case: "DocVQA" for DocVQA_VAL
    std::string_view title; ///< one line for people
    SetKind kind = SetKind::Words;
    std::vector<std::string_view> scores; ///< names of ScoreEntry
    Aggregate aggregate = nullptr;
    std::string_view headline;  ///< what the first number is: "100 * mean"
    std::int64_t questions = 0; ///< of the published set, to warn of a difference; 0: not known
    bool needsJudge = false;    ///< without one its numbers are lower bounds
};

/// All published sets that are known by name.
std::span<const SetRule> setRules();
/// The rule of a set by its name, which is its file's without an ending, or that of `--set`; null: none. The longest
/// name that fits counts; - and _ are the same, and no letter goes on behind it: ChartQAPro is not ChartQA.
const SetRule* setRule(std::string_view name);

} // namespace prunescope
