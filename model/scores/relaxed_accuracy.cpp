// Relaxed accuracy of ChartQA (evaluation spec 3.2): numbers may differ by a twentieth, words by case.
#include "model/scores/python_text.h"
#include "model/scores/python_values.h"
#include "model/scores/score.h"

#include <algorithm>
#include <cmath>

namespace prunescope {

namespace {

constexpr double kMostRelativeChange = 0.05;

/// "40%" is 0.4; as many signs as there are at the end count once.
std::optional<double> number(std::u32string_view text) {
    if (!text.ends_with(U'%'))
        return pythonFloat(text);
    const std::size_t last = text.find_last_not_of(U'%');
    const std::optional<double> percent = pythonFloat(text.substr(0, last == text.npos ? 0 : last + 1));
    return percent ? std::optional(*percent / 100.0) : std::nullopt;
}

/// A gold of 0 has no relative change, so it is compared as text: "0.0" is not "0".
bool isRight(std::u32string_view given, const std::u32string& expected) {
    const std::optional<double> a = number(given);
    const std::optional<double> b = number(expected);
    if (a && b && *b != 0)
        return std::abs(*a - *b) / std::abs(*b) <= kMostRelativeChange;
    return lowerCase(given) == lowerCase(expected);
}

Verdict relaxedAccuracy(const GivenAnswer& answer) {
    const std::u32string text = codePoints(answer.text);
    const bool right = std::ranges::any_of(
        answer.expected, [&](const std::string& expected) { return isRight(stripped(text), codePoints(expected)); });
    return {.score = right ? 1.0 : 0.0};
}

} // namespace

ScoreEntry relaxedAccuracyScore() {
    return {"relaxed_accuracy", "A number within 5 %, or the same words (ChartQA)", relaxedAccuracy};
}

} // namespace prunescope
