#pragma once

#include "core/records/interaction_record.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace prunescope {

/// `$XDG_DATA_HOME/prunescope/interactions.jsonl`, by default below ~/.local/share.
std::string defaultLogPath();

/// Appends whole lines to a JSON-lines file. Several programs may append to the same file.
class RecordWriter {
public:
    explicit RecordWriter(std::string path = defaultLogPath()) : m_path(std::move(path)) {}
    const std::string& path() const { return m_path; }
    /// The line is on disk when this returns. Throws Error(WriteFailed) and leaves the file as it was before: a full
    /// disk never leaves half a line behind.
    void append(const InteractionRecord& record) const;

private:
    std::string m_path;
};

/// All readable records, oldest first; a damaged line is skipped and counted in `*skipped`. Empty for a missing file.
std::vector<InteractionRecord> readRecords(const std::string& path, int* skipped = nullptr);

enum class RecordFormat { JsonLines, Csv, Times };
/// CSV: RFC 4180, one row a question, with a header: all columns, or those of times alone (record_columns.h).
void writeRecords(std::ostream& out, const std::vector<InteractionRecord>& records, RecordFormat format);
/// Writes to a new file and puts it in place at the end. Throws Error(WriteFailed).
void exportRecords(const std::string& path, const std::vector<InteractionRecord>& records, RecordFormat format);

} // namespace prunescope
