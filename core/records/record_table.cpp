// The interaction log as JSON lines or as a table for spreadsheets.
#include "core/base/error.h"
#include "core/records/record_columns.h"
#include "core/records/record_export.h"

#include <ostream>
#include <string_view>

namespace prunescope {

namespace {

using nlohmann::json;

constexpr const char* kRowEnd = "\r\n";

/// A spreadsheet runs text that begins like this as a formula. The last four are the full-width forms.
bool looksLikeFormula(std::string_view text) {
    for (const std::string_view start : {"=", "+", "-", "@", "\t", "\r", "\n", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"})
        if (text.starts_with(start))
            return true;
    return false;
}

std::string csvQuoted(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(text);
    std::string field = "\"";
    for (const char c : text)
        field.append(c == '"' ? 2 : 1, c);
    return field + '"';
}

std::string csvField(const json& value) {
    if (value.is_null())
        return {};
    if (!value.is_string())
        return csvQuoted(value.dump(-1, ' ', false, json::error_handler_t::replace));
    const std::string text = value.get<std::string>();
    return csvQuoted(looksLikeFormula(text) ? "'" + text : text);
}

std::vector<const RecordColumn*> allColumns() {
    std::vector<const RecordColumn*> columns;
    for (const RecordColumn& column : recordColumns())
        columns.push_back(&column);
    return columns;
}

/// Those of a table in that format.
const std::vector<const RecordColumn*>& columnsOf(RecordFormat format) {
    static const std::vector<const RecordColumn*> all = allColumns(), times = timesColumns();
    return format == RecordFormat::Times ? times : all;
}

} // namespace

std::string exportHead(RecordFormat format) {
    if (format == RecordFormat::JsonLines)
        return {};
    std::string head;
    for (const RecordColumn* column : columnsOf(format))
        head += (head.empty() ? "" : ",") + std::string(column->title);
    return head + kRowEnd;
}

std::string exportLine(const InteractionRecord& record, RecordFormat format) {
    if (format == RecordFormat::JsonLines)
        return toJsonLine(record) + '\n';
    std::string row;
    const auto& columns = columnsOf(format);
    for (const RecordColumn* column : columns)
        row += csvField(column->value(record)) + (column == columns.back() ? kRowEnd : ",");
    return row;
}

void writeRecords(std::ostream& out, const std::vector<InteractionRecord>& records, RecordFormat format) {
    out << exportHead(format);
    for (const InteractionRecord& record : records)
        out << exportLine(record, format);
    if (!out)
        throw Error(ErrorKind::WriteFailed, "the interaction history cannot be written");
}

} // namespace prunescope
