// What the toolkit decides of MathVista without its judge (evaluation spec 3.9); all else is left undecided. A slip is
// kept: free texts are compared with the word None. Reads the fields `question_type`, `answer_type`, `choices` and
// `answer_option`.
#include "core/base/python_number.h"
#include "model/scores/answer_fields.h"
#include "model/scores/option_letter.h"
#include "model/scores/python_text.h"
#include "model/scores/text_options.h"

namespace prunescope {

namespace {

Verdict decided(std::string read) {
    return {.score = 1, .read = std::move(read)};
}

/// The toolkit takes a 0 that is right for nothing read, and asks its judge.
Verdict wholeNumber(std::u32string_view given, std::u32string_view right) {
    const auto value = pythonInteger(given);
    const bool same = value && value != U"0" && value == pythonInteger(right);
    return same ? decided(utf8(*value)) : Verdict{.decided = false};
}

Verdict decimalNumber(std::u32string_view given, std::u32string_view right) {
    const auto value = pythonFloat(given);
    const bool same = value && *value != 0 && value == pythonFloat(right);
    return same ? decided(pythonNumber(*value)) : Verdict{.decided = false};
}

Verdict freeForm(const GivenAnswer& answer) {
    const std::string_view type = fieldOf(answer, "answer_type");
    const std::u32string given = codePoints(answer.text);
    const std::u32string right = codePoints(rightCell(answer));
    if (type == "integer")
        return wholeNumber(given, right);
    if (type == "float")
        return decimalNumber(given, right);
    return right == U"None" ? decided("None") : Verdict{.decided = false};
}

Verdict mathvista(const GivenAnswer& answer) {
    const std::vector<ChoiceOption> options = textOptions(answer);
    const std::string_view type = fieldOf(answer, "question_type");
    if (type.empty() ? options.empty() : type != "multi_choice")
        return freeForm(answer);
    const std::string_view option = fieldOf(answer, "answer_option");
    const std::string_view right = option.empty() ? rightCell(answer) : option;
    return letterVerdict(optionLetter(answer.text, options, LetterRules::Papers),
                         right.size() == 1 ? right.front() : '\0');
}

} // namespace

ScoreEntry mathvistaNoJudgeScore() {
    return {"mathvista_no_judge", "The option, or the number alone, as far as no judge is needed (MathVista)",
            mathvista};
}

} // namespace prunescope
