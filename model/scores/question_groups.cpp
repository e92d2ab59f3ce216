#include "model/scores/question_groups.h"

#include "model/scores/answer_fields.h"

namespace prunescope {

QuestionGroupView allOf(std::span<const ScoredQuestion> questions) {
    QuestionGroupView all;
    for (const ScoredQuestion& question : questions)
        all.push_back(&question);
    return all;
}

std::map<std::string, QuestionGroupView> groupsOf(const QuestionGroupView& questions, const GroupName& name) {
    std::map<std::string, QuestionGroupView> groups;
    for (const ScoredQuestion* question : questions)
        if (const std::string group = name(*question); !group.empty())
            groups[group].push_back(question);
    return groups;
}

GroupName byField(std::string_view field) {
    return [field](const ScoredQuestion& question) { return std::string(fieldOf(question.answer, field)); };
}

std::string indexOf(const ScoredQuestion& question) {
    const std::string_view index = fieldOf(question.answer, "index");
    return index.empty() ? question.id : std::string(index);
}

double sumOf(const QuestionGroupView& questions) {
    double sum = 0;
    for (const ScoredQuestion* question : questions)
        sum += question->verdict.score;
    return sum;
}

double percentOf(const QuestionGroupView& questions) {
    return questions.empty() ? 0 : 100 * sumOf(questions) / static_cast<double>(questions.size());
}

void addMeans(std::vector<NamedScore>& scores, const std::map<std::string, QuestionGroupView>& groups,
              const std::string& before) {
    for (const auto& [name, questions] : groups)
        scores.push_back({before + name, percentOf(questions)});
}

} // namespace prunescope
