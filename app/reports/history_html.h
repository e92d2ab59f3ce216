#pragma once

#include "core/records/interaction_record.h"

#include <cstdint>
#include <string>

/// The history as one HTML page that needs no other file: questions with pictures, masks, answers with their places,
/// plans and times. Made record by record, since a log may be larger than the memory.
namespace prunescope::app {

/// What comes before the records.
std::string historyHead();
/// One question. Its pictures are those that are there now under the names of the record, with what was redacted black;
/// where one is gone or is another one, that is said.
std::string historyEntry(const InteractionRecord& record);
/// What comes behind `records` of them.
std::string historyEnd(std::int64_t records);

} // namespace prunescope::app
