#pragma once

#include "model/eval/set_report.h"

#include <optional>
#include <string>
#include <vector>

namespace prunescope::model {

/// Puts the records of several files, of shards or of runs under other plans, into one report: the sets in the order in
/// which they come, and their plans likewise. What was not asked is named in `missing`, which leaves the report
/// `interrupted`; with `limit` only the first so many groups of each set count. Throws Error(BadFile) in one line that
/// names both files: what is unlike in their settings, or the question that both have under the same plan.
std::vector<SetReport> mergeRecords(const std::vector<std::string>& files, std::optional<std::int64_t> limit);

} // namespace prunescope::model
