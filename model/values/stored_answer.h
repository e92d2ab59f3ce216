#pragma once

#include "model/values/answer.h"

#include <nlohmann/json_fwd.hpp>

namespace prunescope::model {

/// The `ask` object, and below `stored` what that leaves out and what an answer is shown again by: which bytes name a
/// place, the sizes of the model, what every stage did. What became of single blocks is not kept.
nlohmann::json toStoredJson(const Answer& answer);

/// The answer again: `toStoredJson(answerFromJson(object)) == object`. Without `stored`, as in the log, what stands
/// there is left at its defaults. Throws Error(BadFile) with one line for what is no such object.
Answer answerFromJson(const nlohmann::json& object);

} // namespace prunescope::model
