#pragma once

#include "core/records/interaction_record.h"

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace prunescope {

/// Place of a line in a file, in bytes: where it begins, and its length without the line end.
struct LinePlace {
    std::uint64_t at = 0;
    std::uint64_t length = 0;
    bool operator==(const LinePlace&) const = default;
};

/// Reads a log line by line, from any line on: no more than one line is in memory.
class LogReader {
public:
    /// `from`: where a line begins. A file that is not there has no lines. Throws Error(BadFile) for what is no file or
    /// can't be read.
    explicit LogReader(const std::string& path, std::uint64_t from = 0);

    /// Goes to the next line that is not empty; false at the end.
    bool next();
    const std::string& line() const { return m_line; }
    LinePlace place() const { return m_place; }
    /// Whether the line ends with a line end. One that does not may still be written by another program.
    bool isWhole() const { return m_isWhole; }
    /// Where the next line begins.
    std::uint64_t position() const { return m_position; }

private:
    std::ifstream m_in;
    std::string m_line;
    LinePlace m_place;
    bool m_isWhole = false;
    std::uint64_t m_position = 0;
};

/// The record in one line of a log. Throws Error(BadFile) where there is none at that place.
InteractionRecord readRecordAt(const std::string& path, LinePlace place);

/// All readable records, oldest first; a damaged line is skipped and counted in `*skipped`. Empty for a missing file.
std::vector<InteractionRecord> readRecords(const std::string& path, int* skipped = nullptr);

} // namespace prunescope
