// MMLongBench-Doc.
#include "model/scores/aggregates.h"
#include "model/scores/answer_fields.h"
#include "model/scores/document_answer.h"
#include "model/scores/question_groups.h"

#include <array>
#include <utility>

namespace prunescope {

namespace {

/// The toolkit's names of kinds of evidence, and those of the set.
constexpr std::array<std::pair<const char*, std::string_view>, 5> kSources{{{"text", "Pure-text (Plain-text)"},
                                                                            {"layout", "Generalized-text (Layout)"},
                                                                            {"table", "Table"},
                                                                            {"chart", "Chart"},
                                                                            {"image", "Figure"}}};
constexpr std::array<const char*, 3> kPages{"single-page", "multi-page", "unanswerable"};

/// Mean score of the questions that are answered; 0 where none is.
template <typename IsAnswered>
double meanOfAnswered(const QuestionGroupView& questions, IsAnswered isAnswered) {
    QuestionGroupView answered;
    std::ranges::copy_if(questions, std::back_inserter(answered), isAnswered);
    return percentOf(answered);
}

/// Recall over questions that have an answer, precision over those that were given one.
double f1(const QuestionGroupView& questions) {
    const double recall = meanOfAnswered(
        questions, [](const ScoredQuestion* question) { return rightCell(question->answer) != kNotAnswerable; });
    const double precision = meanOfAnswered(
        questions, [](const ScoredQuestion* question) { return question->verdict.read != kNotAnswerable; });
    return recall + precision > 0 ? 2 * recall * precision / (recall + precision) : 0;
}

bool hasSource(const ScoredQuestion& question, std::string_view source) {
    const std::vector<std::string> sources = fieldEntries(question.answer, "evidence_sources");
    return std::ranges::find(sources, source) != sources.end();
}

std::string pagesOf(const ScoredQuestion& question) {
    const std::size_t pages = fieldEntries(question.answer, "evidence_pages").size();
    return pages == 1 ? kPages[0] : pages > 1 ? kPages[1] : kPages[2];
}

} // namespace

std::vector<NamedScore> aggregateDocuments(std::span<const ScoredQuestion> questions) {
    if (questions.empty())
        return {};
    const QuestionGroupView all = allOf(questions);
    std::vector<NamedScore> scores{{"overall_acc", percentOf(all)}, {"overall_f1", f1(all)}};
    for (const auto& kind : kSources) {
        const auto isOfIt = [&kind](const ScoredQuestion* question) { return hasSource(*question, kind.second); };
        scores.push_back({kind.first, meanOfAnswered(all, isOfIt)});
    }
    auto byPages = groupsOf(all, pagesOf);
    for (const char* pages : kPages)
        scores.push_back({pages, percentOf(byPages[pages])});
    return scores;
}

} // namespace prunescope
