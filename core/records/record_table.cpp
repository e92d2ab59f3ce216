// The interaction log as JSON lines or as a table for spreadsheets.
#include "core/base/error.h"
#include "core/records/record_columns.h"
#include "core/records/record_writer.h"

#include <ostream>
#include <string_view>

namespace prunescope {

namespace {

using nlohmann::json;

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

void writeCsv(std::ostream& out, const std::vector<InteractionRecord>& records,
              const std::vector<const RecordColumn*>& columns) {
    const auto separator = [&](std::size_t column) { return column + 1 < columns.size() ? "," : "\r\n"; };
    for (std::size_t i = 0; i < columns.size(); ++i)
        out << columns[i]->title << separator(i);
    for (const InteractionRecord& record : records)
        for (std::size_t i = 0; i < columns.size(); ++i)
            out << csvField(columns[i]->value(record)) << separator(i);
}

} // namespace

void writeRecords(std::ostream& out, const std::vector<InteractionRecord>& records, RecordFormat format) {
    if (format == RecordFormat::JsonLines)
        for (const InteractionRecord& record : records)
            out << toJsonLine(record) << '\n';
    else
        writeCsv(out, records, format == RecordFormat::Times ? timesColumns() : allColumns());
    if (!out)
        throw Error(ErrorKind::WriteFailed, "the interaction history cannot be written");
}

} // namespace prunescope
