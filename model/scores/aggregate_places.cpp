// ScreenSpot V2 and ScreenSpot-Pro.
#include "model/scores/aggregates.h"
#include "model/scores/answer_fields.h"
#include "model/scores/question_groups.h"

namespace prunescope {

namespace {

std::string firstField(const ScoredQuestion& question, std::string_view name, std::string_view otherName) {
    const std::string_view value = fieldOf(question.answer, name);
    return std::string(value.empty() ? fieldOf(question.answer, otherName) : value);
}

/// The authors' files call one group by two names.
std::string groupOf(const ScoredQuestion& question) {
    const std::string group = firstField(question, "category", "group");
    return group == "Dev" ? "Development" : group;
}

std::string kindOf(const ScoredQuestion& question) {
    return firstField(question, "data_type", "ui_type");
}

double meanOfGroups(const std::map<std::string, QuestionGroupView>& groups) {
    double sum = 0;
    for (const auto& [name, questions] : groups)
        sum += percentOf(questions);
    return sum / static_cast<double>(groups.size());
}

double percentOfFormatErrors(const QuestionGroupView& questions) {
    const auto isError = [](const ScoredQuestion* question) { return question->verdict.formatError; };
    const auto errors = static_cast<double>(std::ranges::count_if(questions, isError));
    return 100 * errors / static_cast<double>(questions.size());
}

/// "Text_Accuracy" and "Icon_Accuracy": plain means. The toolkit weighs a group by its count squared where there are
/// several, which is a slip.
void addKinds(std::vector<NamedScore>& scores, std::map<std::string, QuestionGroupView> kinds) {
    scores.push_back({"Text_Accuracy", percentOf(kinds["text"])});
    scores.push_back({"Icon_Accuracy", percentOf(kinds["icon"])});
    for (const auto& [kind, questions] : kinds)
        if (!questions.empty())
            scores.push_back({kind + ":cnt", static_cast<double>(questions.size())});
}

} // namespace

std::vector<NamedScore> aggregatePlaces(std::span<const ScoredQuestion> questions) {
    if (questions.empty())
        return {};
    const QuestionGroupView all = allOf(questions);
    const auto groups = groupsOf(all, groupOf);
    std::vector<NamedScore> scores;
    if (groups.size() > 1)
        scores.push_back({"mean of groups", meanOfGroups(groups)});
    scores.push_back({"Overall_Accuracy", percentOf(all)});
    scores.push_back({"Format_Err_Rate", percentOfFormatErrors(all)});
    addKinds(scores, groupsOf(all, kindOf));
    for (const auto& [name, members] : groups)
        scores.push_back({name + "_Accuracy", percentOf(members)});
    addMeans(scores, groupsOf(all, byField("application")), "app:");
    addMeans(scores, groupsOf(all, byField("platform")), "plat:");
    return scores;
}

} // namespace prunescope
