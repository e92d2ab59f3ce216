#pragma once

#include "core/base/output_file.h"
#include "core/records/interaction_record.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace prunescope {

enum class RecordFormat { JsonLines, Csv, Times };

/// What stands before the records: the titles of a table; nothing before JSON lines.
std::string exportHead(RecordFormat format);
/// One record with its line end. CSV: RFC 4180.
std::string exportLine(const InteractionRecord& record, RecordFormat format);

/// CSV: one row a question, with a header: all columns, or those of times alone (record_columns.h).
void writeRecords(std::ostream& out, const std::vector<InteractionRecord>& records, RecordFormat format);

/// Records written one by one to a new file, which is put in place at the end. Everything throws Error(WriteFailed),
/// and then `path` is as it was.
class RecordExport {
public:
    RecordExport(const std::string& path, RecordFormat format);
    void add(const InteractionRecord& record);
    void finish() { m_file.finish(); }

private:
    RecordFormat m_format;
    ReplacedFile m_file;
};

/// All of them at once.
void exportRecords(const std::string& path, const std::vector<InteractionRecord>& records, RecordFormat format);

} // namespace prunescope
