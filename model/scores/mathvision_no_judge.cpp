// What the toolkit decides of MathVision without its judge (evaluation spec 3.9), of the formulas those that are
// numbers and fractions: a lower bound. Reads the field `choices`.
#include "model/scores/option_letter.h"
#include "model/scores/python_text.h"
#include "model/scores/text_options.h"

#include <cmath>

namespace prunescope {

namespace {

constexpr double kMostDifference = 1e-6;

std::optional<double> quotient(std::u32string_view above, std::u32string_view below) {
    const auto a = pythonFloat(above);
    const auto b = pythonFloat(below);
    return a && b && *b != 0 ? std::optional(*a / *b) : std::nullopt;
}

/// "\frac{1}{2}", "1/2" or a number.
std::optional<double> valueOf(std::u32string_view text) {
    constexpr std::u32string_view kFraction = U"\\frac{";
    if (text.starts_with(kFraction) && text.ends_with(U'}')) {
        const std::u32string_view inside = text.substr(kFraction.size(), text.size() - kFraction.size() - 1);
        const std::size_t middle = inside.find(U"}{");
        return middle == inside.npos ? std::nullopt : quotient(inside.substr(0, middle), inside.substr(middle + 2));
    }
    if (const std::size_t slash = text.find(U'/'); slash != text.npos)
        return quotient(text.substr(0, slash), text.substr(slash + 1));
    return pythonFloat(text);
}

bool isSame(std::string_view given, std::string_view right) {
    const std::u32string a = lowerCase(codePoints(given));
    const std::u32string b = lowerCase(codePoints(right));
    if (stripped(a) == stripped(b))
        return true;
    const auto x = valueOf(stripped(a));
    const auto y = valueOf(stripped(b));
    return x && y && std::abs(*x - *y) < kMostDifference;
}

Verdict mathvision(const GivenAnswer& answer) {
    const std::string_view right = rightCell(answer);
    if (const std::vector<ChoiceOption> options = textOptions(answer); !options.empty())
        return letterVerdict(optionLetter(answer.text, options, LetterRules::Papers),
                             right.size() == 1 ? right.front() : '\0');
    if (answer.text.empty() || !isSame(answer.text, right))
        return {.decided = false};
    return {.score = 1, .read = answer.text};
}

} // namespace

ScoreEntry mathvisionNoJudgeScore() {
    return {"mathvision_no_judge", "The option, or the same words or number, as far as no judge is needed (MathVision)",
            mathvision};
}

} // namespace prunescope
