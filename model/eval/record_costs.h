#pragma once

#include "model/eval/eval_report.h"

#include <functional>
#include <vector>

/// What records say of costs: tokens, times, operations. Pure functions; any thread.
namespace prunescope::model {

using RecordList = std::vector<const EvalRecord*>;

/// The mean of a value over records; 0 without any.
double meanOf(const RecordList& records, const std::function<double(const EvalRecord&)>& value);
RecordList selected(const RecordList& records, const std::function<bool(const EvalRecord&)>& isWanted);

/// Sets everything of `result` but tasks, aggregate and speed-up, from the records of its plan.
void addCosts(PlanResult& result, const RecordList& records);

} // namespace prunescope::model
