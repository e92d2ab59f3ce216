#pragma once

#include "model/eval/eval_report.h"
#include "model/eval/eval_run.h"
#include "model/eval/set_report.h"
#include "model/study/vtw_layer.h"

#include <string>

/// Tables of an evaluation as people read them on a terminal.
namespace prunescope::app {

/// A table of each task under each plan, then one of what the plans cost.
std::string evalTables(const std::vector<model::PlanResult>& results);

/// The same with a table of what the set's own score makes of the answers.
std::string setTables(const model::SetReport& set);
/// The plain mean of the scores of several sets.
std::string averageTable(const std::vector<model::SetReport>& sets);

/// The search for VTW's layer: the divergence at each, and which it is.
std::string vtwTable(const model::VtwSearch& search);

/// "; transparency of 3 pictures was put on white". Empty for none.
std::string onWhiteText(std::int64_t pictures);

/// "picture 12 of 1 000, 96 answers, 3 min 12 s left".
std::string progressText(const model::EvalProgress& progress);

} // namespace prunescope::app
