#pragma once

#include "core/records/interaction_record.h"
#include "core/records/record_summary.h"

#include <QString>

namespace prunescope::ui {

/// "2026-05-04 12:30" in local time; a text that is no time as it is.
QString localTime(const std::string& iso);
/// "448 of 2 040"; empty where the record has no mask.
QString keptText(const RecordSummary& shown);
/// "19.4 ms"; empty where it was not measured.
QString firstTokenText(const RecordSummary& shown);

/// A whole record for reading.
QString historyHtml(const InteractionRecord& record);

} // namespace prunescope::ui
