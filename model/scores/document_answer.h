#pragma once

#include "model/scores/score.h"

#include <string_view>

namespace prunescope {

/// What MMLongBench-Doc expects, and what a judge writes, of a question that its document does not answer.
inline constexpr std::string_view kNotAnswerable = "Not answerable";

/// Score of `given` as the answer that the toolkit's judge cuts out (evaluation spec 3.6). Reads the fields
/// `answer_format` and `answer`, the cell as the table has it. Any thread.
double documentScore(std::string_view given, const GivenAnswer& answer);

} // namespace prunescope
