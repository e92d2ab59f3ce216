// olmOCR-bench (evaluation spec 3.8): how many of its unit tests a page passes. The expected answer is a JSON list of
// tests; a page without a baseline test is given one, which counts for the aggregate alone.
#include "model/scores/answer_fields.h"
#include "model/scores/page_results.h"
#include "model/scores/page_tests.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace prunescope {

std::string PageResults::text() const {
    std::string text;
    for (const bool pass : passed)
        text += pass ? '1' : '0';
    return text + (baseline ? "+1" : "+0");
}

PageResults PageResults::read(std::string_view text, std::size_t tests) {
    PageResults results{std::vector<bool>(tests), text.ends_with("+1")};
    for (std::size_t i = 0; i < std::min(tests, text.size()); ++i)
        results.passed[i] = text[i] == '1';
    return results;
}

bool hasBaseline(const std::vector<nlohmann::json>& tests) {
    return std::ranges::any_of(tests, [](const nlohmann::json& test) {
        return test.is_object() && test.value("type", nlohmann::json()) == "baseline";
    });
}

namespace {

Verdict olmocrBench(const GivenAnswer& answer) {
    const std::vector<nlohmann::json> tests = pageTests(rightCell(answer));
    PageResults results;
    for (const nlohmann::json& test : tests)
        results.passed.push_back(passesPageTest(test, answer.text));
    results.baseline = passesPageTest({{"type", "baseline"}}, answer.text);
    const auto passed = static_cast<double>(std::ranges::count(results.passed, true));
    const double score = tests.empty() ? 0 : passed / static_cast<double>(tests.size());
    return {.score = score, .read = results.text()};
}

} // namespace

ScoreEntry olmocrBenchScore() {
    return {"olmocr_bench", "Share of a page's unit tests that pass, formulas word for word (olmOCR-bench)",
            olmocrBench};
}

} // namespace prunescope
