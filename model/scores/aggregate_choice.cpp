// Options: AI2D, MMStar and the like, MMBench with its rotations, MMMU, HR-Bench.
#include "model/scores/aggregates.h"
#include "model/scores/answer_fields.h"
#include "model/scores/python_text.h"
#include "model/scores/python_values.h"
#include "model/scores/question_groups.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

namespace prunescope {

namespace {

/// The toolkit's short names of MMBench's abilities.
std::string shortName(const std::string& ability) {
    static const std::map<std::string, std::string> names{{"coarse_perception", "CP"},
                                                          {"finegrained_perception (instance-level)", "FP-S"},
                                                          {"finegrained_perception (cross-instance)", "FP-C"},
                                                          {"logic_reasoning", "LR"},
                                                          {"relation_reasoning", "RR"},
                                                          {"attribute_reasoning", "AR"}};
    const auto known = names.find(ability);
    return known == names.end() ? ability : known->second;
}

GroupName byAbility(std::string_view field) {
    return [field](const ScoredQuestion& question) { return shortName(std::string(fieldOf(question.answer, field))); };
}

void addSplit(std::vector<NamedScore>& scores, const QuestionGroupView& questions, const std::string& before) {
    scores.push_back({before + "Overall", percentOf(questions)});
    addMeans(scores, groupsOf(questions, byAbility("l2-category")), before);
    addMeans(scores, groupsOf(questions, byAbility("category")), before);
}

using Splits = std::map<std::string, QuestionGroupView>;

Splits splitsOf(const QuestionGroupView& questions) {
    return groupsOf(questions, byField("split"));
}

/// The rows of several splits, each by its name.
void addSplits(std::vector<NamedScore>& scores, const Splits& splits) {
    for (const auto& [split, questions] : splits)
        addSplit(scores, questions, split + ": ");
}

std::vector<NamedScore> choiceScores(const QuestionGroupView& questions) {
    std::vector<NamedScore> scores;
    if (questions.empty())
        return scores;
    addSplit(scores, questions, "");
    if (const Splits splits = splitsOf(questions); splits.size() > 1)
        addSplits(scores, splits);
    return scores;
}

/// A whole number, as texts of pandas have it: "241", "241.0".
std::optional<std::int64_t> wholeNumber(std::string_view text) {
    const std::optional<double> value = pythonFloat(codePoints(text));
    constexpr double kLargest = 9e15;
    const bool isWhole =
        value && *value >= 0 && *value < kLargest && *value == static_cast<double>(static_cast<std::int64_t>(*value));
    return isWhole ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
}

/// Number of the question that a rotation belongs to; of one without numbers its own index.
std::string circleOf(const ScoredQuestion& question) {
    constexpr std::int64_t kRotation = 1000000;
    const auto group = wholeNumber(fieldOf(question.answer, "g_index"));
    const auto index = wholeNumber(indexOf(question));
    if (group)
        return std::to_string(*group);
    return index ? std::to_string(*index % kRotation) : indexOf(question);
}

bool isFirst(const ScoredQuestion& question, const std::string& circle) {
    const auto index = wholeNumber(indexOf(question));
    return circle == (index ? std::to_string(*index) : indexOf(question));
}

} // namespace

std::vector<NamedScore> aggregateChoice(std::span<const ScoredQuestion> questions) {
    return choiceScores(allOf(questions));
}

std::vector<NamedScore> aggregateCircular(std::span<const ScoredQuestion> questions) {
    std::vector<ScoredQuestion> whole; // first rotations, each with the score of all of its circle
    for (const auto& [circle, rotations] : groupsOf(allOf(questions), circleOf)) {
        const auto isIt = [&circle = circle](const ScoredQuestion* rotation) { return isFirst(*rotation, circle); };
        const auto first = std::ranges::find_if(rotations, isIt);
        if (first == rotations.end())
            continue;
        whole.push_back(**first);
        const auto isRight = [](const ScoredQuestion* rotation) { return rotation->verdict.score == 1; };
        whole.back().verdict.score = std::ranges::all_of(rotations, isRight) ? 1 : 0;
    }
    return choiceScores(allOf(whole));
}

std::vector<NamedScore> aggregateMmmu(std::span<const ScoredQuestion> questions) {
    Splits splits = splitsOf(allOf(questions));
    const auto validation = splits.find("validation");
    if (splits.size() < 2 || validation == splits.end())
        return choiceScores(allOf(questions));
    std::vector<NamedScore> scores;
    addSplit(scores, validation->second, "validation: ");
    splits.erase(validation);
    addSplits(scores, splits);
    return scores;
}

std::vector<NamedScore> aggregateHrBench(std::span<const ScoredQuestion> questions) {
    const auto cycles = groupsOf(allOf(questions), byField("cycle_category"));
    std::map<std::string, double> sums;
    std::vector<NamedScore> byCycle;
    for (const auto& [cycle, rows] : cycles) {
        std::vector<NamedScore> means{{"all", percentOf(rows)}};
        addMeans(means, groupsOf(rows, byField("category")));
        for (const auto& [kind, mean] : means) {
            sums[kind] += mean;
            byCycle.push_back({cycle + ": " + kind, mean});
        }
    }
    std::vector<NamedScore> scores;
    for (const auto& [kind, sum] : sums)
        scores.push_back({"Average: " + kind, sum / static_cast<double>(cycles.size())});
    const auto isAll = [](const NamedScore& score) { return score.name == "Average: all"; };
    std::stable_partition(scores.begin(), scores.end(), isAll);
    scores.insert(scores.end(), byCycle.begin(), byCycle.end());
    return scores;
}

} // namespace prunescope
