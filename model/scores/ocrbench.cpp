// OCRBench (evaluation spec 3.3): whether a right text stands in the answer. Reads the field `category`.
#include "model/scores/python_text.h"
#include "model/scores/score.h"

#include <algorithm>

namespace prunescope {

namespace {

constexpr std::string_view kFormulas = "Handwritten Mathematical Expression Recognition";

/// Of formulas blanks make no difference, but case does; of other texts it is the other way round.
std::u32string comparable(const std::string& text, bool isFormula) {
    const std::u32string characters = codePoints(text);
    if (isFormula)
        return without(replaced(std::u32string(stripped(characters)), U'\n', U' '), U' ');
    return replaced(std::u32string(stripped(lowerCase(characters))), U'\n', U' ');
}

Verdict ocrbench(const GivenAnswer& answer) {
    const auto category = answer.fields.find("category");
    const bool isFormula = category != answer.fields.end() && category->second == kFormulas;
    const std::u32string given = comparable(answer.text, isFormula);
    const bool right = std::ranges::any_of(answer.expected, [&](const std::string& expected) {
        return given.find(comparable(expected, isFormula)) != given.npos;
    });
    return {.score = right ? 1.0 : 0.0};
}

} // namespace

ScoreEntry ocrbenchScore() {
    return {"ocrbench", "A right text stands in the answer (OCRBench)", ocrbench};
}

} // namespace prunescope
