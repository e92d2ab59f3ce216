#pragma once

#include "core/records/interaction_record.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace prunescope {

/// A column of the table of questions: what a record says under one name. Milliseconds end in `_ms`.
struct RecordColumn {
    std::string_view title;
    nlohmann::json (*value)(const InteractionRecord&); ///< null where the record does not say it
};

/// All columns, in their order.
std::span<const RecordColumn> recordColumns();
/// The column of that title; throws Error(Internal) for another.
const RecordColumn& recordColumn(std::string_view title);
/// Those of the table of times, in the order in which things happen: nothing that was asked or answered is in it.
std::vector<const RecordColumn*> timesColumns();
/// The number in a column; nothing where the record has none.
std::optional<double> recordFigure(const InteractionRecord& record, std::string_view title);

} // namespace prunescope
