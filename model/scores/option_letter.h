#pragma once

#include "model/scores/score.h"

#include <optional>
#include <span>
#include <string_view>

namespace prunescope {

/// Which rules read a letter in an answer (evaluation spec 3.5).
enum class LetterRules {
    Papers, ///< 1, 2, 4, 5: those of both papers
    Newer,  ///< with rule 3, "the answer is B", that the toolkit has since 2026-06-17
};

/// What the toolkit says when an answer refuses to choose.
inline constexpr char kRefused = 'Z';

/// The letter of the option that an answer chooses, or kRefused; nothing where the rules read nothing and the toolkit
/// would ask a judge. Any thread.
std::optional<char> optionLetter(std::string_view answer, std::span<const ChoiceOption> options, LetterRules rules);

/// The option whose text alone stands in `answer` (rule 4).
std::optional<char> optionByText(std::u32string_view answer, std::span<const ChoiceOption> options);

/// The options of a question; one without any has its right answer, as its cell is written,
/// as A and "Other Answers" as B (MMMU's rule).
std::vector<ChoiceOption> optionsOf(const GivenAnswer& answer);
/// The letter that is right: the expected one, or A of a question without options.
char rightLetter(const GivenAnswer& answer);

/// Verdict of a letter that was read.
Verdict letterVerdict(std::optional<char> letter, char right);

} // namespace prunescope
