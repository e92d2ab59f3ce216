#pragma once

#include "core/records/log_reader.h"

#include <span>
#include <string>

namespace prunescope {

/// A record and the line of the log that it is in.
struct PlacedRecord {
    std::string id;
    LinePlace place;
};

/// Takes records out of a log for good: all other lines are written to a new file, byte by byte as they are, which then
/// takes the place of the log. Writers wait meanwhile; who is killed at any point leaves the log as it was or as it is
/// to be. `records`: in the order of their places. Throws Error(BadFile) where a line does not hold its record (the log
/// was changed by somebody), Error(WriteFailed) where there is no room; the log then is as it was.
void removeRecords(const std::string& path, std::span<const PlacedRecord> records);

} // namespace prunescope
