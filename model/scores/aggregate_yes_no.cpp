// Yes and no: MME, POPE, HallusionBench.
#include "model/scores/aggregates.h"
#include "model/scores/answer_fields.h"
#include "model/scores/question_groups.h"

#include <array>
#include <optional>

namespace prunescope {

namespace {

constexpr std::array<std::string_view, 10> kPerception{"OCR",       "artwork",  "celebrity", "color",   "count",
                                                       "existence", "landmark", "position",  "posters", "scene"};
constexpr std::array<std::string_view, 4> kReasoning{"code_reasoning", "commonsense_reasoning", "numerical_calculation",
                                                     "text_translation"};

/// Percent of the questions, and percent of the pictures of which the first two questions are right.
double mmePoints(const QuestionGroupView& category) {
    double both = 0;
    double pairs = 0;
    for (const auto& [picture, asked] : groupsOf(category, byField("image_path")))
        if (asked.size() > 1) {
            both += asked[0]->verdict.score * asked[1]->verdict.score;
            ++pairs;
        }
    return percentOf(category) + (pairs > 0 ? 100 * both / pairs : 0);
}

/// Nothing while a category is missing.
std::optional<double> sumOfAll(const std::map<std::string, double>& points,
                               std::span<const std::string_view> categories) {
    double sum = 0;
    for (const std::string_view category : categories) {
        const auto found = points.find(std::string(category));
        if (found == points.end())
            return {};
        sum += found->second;
    }
    return sum;
}

} // namespace

std::vector<NamedScore> aggregateMme(std::span<const ScoredQuestion> questions) {
    constexpr double kMostPointsInPercent = 28; // of 2000 and 800
    std::map<std::string, double> points;
    for (const auto& [category, asked] : groupsOf(allOf(questions), byField("category")))
        points[category] = mmePoints(asked);
    const auto perception = sumOfAll(points, kPerception);
    const auto reasoning = sumOfAll(points, kReasoning);
    std::vector<NamedScore> scores;
    if (perception && reasoning)
        scores.push_back({"(perception + reasoning) / 28", (*perception + *reasoning) / kMostPointsInPercent});
    if (perception)
        scores.push_back({"perception", *perception});
    if (reasoning)
        scores.push_back({"reasoning", *reasoning});
    for (const auto& [category, sum] : points)
        scores.push_back({category, sum});
    return scores;
}

namespace {

bool isYes(const ScoredQuestion& question) {
    return !question.answer.expected.empty() && question.answer.expected.front() == "Yes";
}

/// What is not read as Yes counts as No.
void addF1(std::vector<NamedScore>& scores, const QuestionGroupView& questions, const std::string& before) {
    double hits = 0;
    double said = 0;
    double yes = 0;
    for (const ScoredQuestion* question : questions) {
        const bool saysYes = question->verdict.read == "Yes";
        hits += saysYes && isYes(*question) ? 1 : 0;
        said += saysYes ? 1 : 0;
        yes += isYes(*question) ? 1 : 0;
    }
    const double precision = said > 0 ? hits / said : 0;
    const double recall = yes > 0 ? hits / yes : 0;
    const double f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
    scores.push_back({before + "Overall", 100 * f1});
    scores.push_back({before + "acc", percentOf(questions)});
    scores.push_back({before + "precision", 100 * precision});
    scores.push_back({before + "recall", 100 * recall});
}

} // namespace

std::vector<NamedScore> aggregatePope(std::span<const ScoredQuestion> questions) {
    if (questions.empty())
        return {};
    QuestionGroupView all;
    std::map<std::string, QuestionGroupView> categories;
    for (const ScoredQuestion& question : questions) {
        std::string_view rest = fieldOf(question.answer, "category");
        for (bool more = true; more;) {
            const std::size_t comma = rest.find(',');
            if (const std::string category(rest.substr(0, comma)); !category.empty())
                categories[category].push_back(&question);
            all.push_back(&question);
            more = comma != rest.npos;
            rest.remove_prefix(more ? comma + 1 : rest.size());
        }
    }
    std::vector<NamedScore> scores;
    addF1(scores, all, "");
    for (const auto& [category, asked] : categories)
        addF1(scores, asked, category + ": ");
    return scores;
}

namespace {

/// Part `place` of an index such as "hb_VS_chart_0_1_0" between its underscores.
std::string partOf(std::string_view index, int place) {
    for (; place > 0 && !index.empty(); --place)
        index.remove_prefix(std::min(index.find('_'), index.size() - 1) + 1);
    return std::string(index.substr(0, index.find('_')));
}

/// By kind and set, and the figure or question in part `place`.
GroupName byPart(int place) {
    return [place](const ScoredQuestion& question) {
        constexpr int kSet = 3;
        const std::string index = indexOf(question);
        return std::string(fieldOf(question.answer, "l2-category")) + "_" + partOf(index, kSet) + "_" +
               partOf(index, place);
    };
}

/// Percent of the groups that have all their questions right.
double percentOfWhole(const QuestionGroupView& questions, const GroupName& name) {
    const auto groups = groupsOf(questions, name);
    const auto isWhole = [](const auto& group) {
        return sumOf(group.second) == static_cast<double>(group.second.size());
    };
    return 100 * static_cast<double>(std::ranges::count_if(groups, isWhole)) / static_cast<double>(groups.size());
}

std::array<NamedScore, 3> hallusionScores(const QuestionGroupView& questions, const std::string& before) {
    constexpr int kFigure = 4;
    constexpr int kQuestion = 5;
    return {NamedScore{before + "aAcc", percentOf(questions)},
            NamedScore{before + "fAcc", percentOfWhole(questions, byPart(kFigure))},
            NamedScore{before + "qAcc", percentOfWhole(questions, byPart(kQuestion))}};
}

} // namespace

std::vector<NamedScore> aggregateHallusion(std::span<const ScoredQuestion> questions) {
    if (questions.empty())
        return {};
    const QuestionGroupView all = allOf(questions);
    const auto three = hallusionScores(all, "");
    std::vector<NamedScore> scores{{"mean", (three[0].value + three[1].value + three[2].value) / 3}};
    scores.insert(scores.end(), three.begin(), three.end());
    for (const std::string_view field : {"category", "l2-category"})
        for (const auto& [name, asked] : groupsOf(all, byField(field)))
            for (const NamedScore& score : hallusionScores(asked, name + ": "))
                scores.push_back(score);
    return scores;
}

} // namespace prunescope
