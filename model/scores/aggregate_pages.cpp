// olmOCR-bench.
#include "model/scores/aggregates.h"
#include "model/scores/answer_fields.h"
#include "model/scores/page_results.h"
#include "model/scores/page_tests.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace prunescope {

namespace {

constexpr const char* kBaseline = "baseline";
constexpr std::array<std::string_view, 2> kFormulaGroups{"arxiv_math", "old_scans_math"};

struct Tally {
    double passed = 0;
    double total = 0;
    void add(bool pass) {
        passed += pass ? 1 : 0;
        ++total;
    }
    double percent() const { return 100 * passed / total; }
};
using Tallies = std::map<std::string, Tally>;

std::string pdfOf(const nlohmann::json& test) {
    const auto pdf = test.find("pdf");
    return pdf != test.end() && pdf->is_string() ? pdf->get<std::string>() : "";
}

/// The folder of the page's PDF; tests that name none are a group of their own.
std::string groupOf(const nlohmann::json& test) {
    const std::string pdf = pdfOf(test);
    return pdf.empty() ? "no pdf" : pdf.substr(0, pdf.find('/'));
}

double meanOf(const Tallies& groups, bool withFormulas) {
    double sum = 0;
    double count = 0;
    for (const auto& [name, tally] : groups)
        if (withFormulas || std::ranges::find(kFormulaGroups, name) == kFormulaGroups.end()) {
            sum += tally.percent();
            ++count;
        }
    return count > 0 ? sum / count : 0;
}

/// Adds up the tests of a page. A document without a baseline test of its own has one in a group of that name.
void addPage(Tallies& groups, const ScoredQuestion& page, std::set<std::string>& withBaseline) {
    const std::vector<nlohmann::json> tests = pageTests(rightCell(page.answer));
    const PageResults results = PageResults::read(page.verdict.read, tests.size());
    for (std::size_t i = 0; i < tests.size(); ++i)
        groups[groupOf(tests[i])].add(results.passed[i]);
    if (!tests.empty() && withBaseline.insert(pdfOf(tests.front())).second)
        groups[kBaseline].add(results.baseline);
}

std::set<std::string> documentsWithBaseline(std::span<const ScoredQuestion> pages) {
    std::set<std::string> documents;
    for (const ScoredQuestion& page : pages)
        if (const auto tests = pageTests(rightCell(page.answer)); !tests.empty() && hasBaseline(tests))
            documents.insert(pdfOf(tests.front()));
    return documents;
}

} // namespace

std::vector<NamedScore> aggregatePages(std::span<const ScoredQuestion> questions) {
    Tallies groups;
    std::set<std::string> withBaseline = documentsWithBaseline(questions);
    for (const ScoredQuestion& page : questions)
        addPage(groups, page, withBaseline);
    if (groups.empty())
        return {};
    std::vector<NamedScore> scores{{"overall", meanOf(groups, true)},
                                   {"overall without formulas", meanOf(groups, false)}};
    for (const auto& [name, tally] : groups)
        scores.push_back({name, tally.percent()});
    return scores;
}

} // namespace prunescope
