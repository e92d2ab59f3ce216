#include "model/scores/aggregates.h"
#include "model/scores/answer_fields.h"
#include "model/scores/question_groups.h"

#include <array>

namespace prunescope {

namespace {

constexpr std::string_view kText = "Text Recognition";
constexpr std::array<std::string_view, 5> kGroups{kText, "Scene Text-centric VQA", "Doc-oriented VQA",
                                                  "Key Information Extraction",
                                                  "Handwritten Mathematical Expression Recognition"};
constexpr std::array<std::string_view, 6> kKindsOfText{"Regular Text", "Irregular Text", "Artistic Text",
                                                       "Handwriting",  "Digit String",   "Non-Semantic Text"};

std::string groupOf(const ScoredQuestion& question) {
    std::string_view category = fieldOf(question.answer, "category");
    const std::string name(category);
    constexpr std::string_view kRecognition = " Recognition";
    if (category.ends_with(kRecognition))
        category.remove_suffix(kRecognition.size());
    const bool isText = std::ranges::find(kKindsOfText, category) != kKindsOfText.end();
    return isText ? std::string(kText) : name;
}

} // namespace

std::vector<NamedScore> aggregateOcrBench(std::span<const ScoredQuestion> questions) {
    if (questions.empty())
        return {};
    auto groups = groupsOf(allOf(questions), groupOf);
    std::vector<NamedScore> scores;
    double final = 0;
    for (const std::string_view name : kGroups) {
        scores.push_back({std::string(name), sumOf(groups[std::string(name)])});
        final += scores.back().value;
    }
    scores.insert(scores.begin(), {{"Final Score Norm", final / 10}, {"Final Score", final}});
    return scores;
}

} // namespace prunescope
