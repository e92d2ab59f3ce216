// Open questions: DocVQA, InfoVQA, ChartQA, and the mathematics of MathVista and MathVision.
#include "model/scores/aggregates.h"
#include "model/scores/answer_fields.h"
#include "model/scores/question_groups.h"

namespace prunescope {

std::vector<NamedScore> aggregateWords(std::span<const ScoredQuestion> questions) {
    if (questions.empty())
        return {};
    const QuestionGroupView all = allOf(questions);
    std::vector<NamedScore> scores{{"Overall", percentOf(all)}};
    const auto splits = groupsOf(all, byField("split"));
    addMeans(scores, splits.empty() ? groupsOf(all, byField("category")) : splits);
    return scores;
}

std::vector<NamedScore> aggregateMathVista(std::span<const ScoredQuestion> questions) {
    if (questions.empty())
        return {};
    const QuestionGroupView all = allOf(questions);
    std::vector<NamedScore> scores{{"Overall", percentOf(all)}};
    addMeans(scores, groupsOf(all, byField("task")));
    std::map<std::string, QuestionGroupView> skills; // a question needs several
    for (const ScoredQuestion* question : all)
        for (const std::string& skill : fieldEntries(question->answer, "skills"))
            skills[skill].push_back(question);
    addMeans(scores, skills);
    return scores;
}

std::vector<NamedScore> aggregateMathVision(std::span<const ScoredQuestion> questions) {
    if (questions.empty())
        return {};
    const QuestionGroupView all = allOf(questions);
    std::vector<NamedScore> scores{{"Overall", percentOf(all)}};
    addMeans(scores, groupsOf(all, byField("category")));
    return scores;
}

} // namespace prunescope
