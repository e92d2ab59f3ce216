#pragma once

#include "model/eval/eval_run.h"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace prunescope::model {

/// All that makes the answers of an evaluation other ones, but the plan: what stands at the head of its records and of
/// its report. `data` is the set as it was asked for, `read` how it was opened. Reads a little of the weights of the
/// model.
nlohmann::ordered_json evalSetting(const ModelInfo& model, const std::string& data, const QuestionSet& set,
                                   const SetOptions& read, const EvalOptions& options);

/// The first of the settings of two runs at the same set in which they are unlike, so that their records do not belong
/// into one report; empty: none. Where a file lies, when it was written and which of several equal devices ran does not
/// matter.
std::string unlikeSetting(const nlohmann::json& a, const nlohmann::json& b);

} // namespace prunescope::model
