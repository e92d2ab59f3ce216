#include "model/datasets/skipped_rows.h"

#include "core/base/format.h"

#include <algorithm>
#include <tuple>

namespace prunescope::model {

namespace {

bool isFaultOfTheRow(ErrorKind kind) {
    return kind == ErrorKind::BadFile || kind == ErrorKind::NotFound || kind == ErrorKind::BadInput ||
           kind == ErrorKind::Unsupported;
}

std::string placeOf(const std::string& file, std::int64_t line) {
    return file + ":" + std::to_string(line);
}

} // namespace

void SkippedRows::add(const std::string& file, std::int64_t line, const Error& error) {
    if (!isFaultOfTheRow(error.kind()))
        throw error;
    const std::string place = placeOf(file, line) + ": ";
    std::string reason = error.what();
    if (reason.starts_with(place))
        reason.erase(0, place.size());
    if (m_strict)
        throw Error(error.kind(), place + reason);
    if (!m_first)
        m_first = Error(error.kind(), place + reason);
    if (m_files.empty() || m_files.back() != file)
        m_files.push_back(file);
    m_rows.push_back({static_cast<std::uint32_t>(m_files.size() - 1), static_cast<std::uint32_t>(line),
                      static_cast<std::uint32_t>(m_reasons.size())});
    if (m_reasons.size() < kMostReasons)
        m_reasons.push_back(std::move(reason));
}

std::vector<SkippedRow> SkippedRows::list() const {
    std::vector<Row> rows = m_rows;
    std::ranges::stable_sort(rows, {}, [](const Row& row) { return std::tuple(row.file, row.line); });
    std::vector<SkippedRow> list;
    list.reserve(rows.size());
    for (const Row& row : rows)
        list.push_back({placeOf(m_files[row.file], row.line),
                        row.reason < m_reasons.size() ? m_reasons[row.reason] : "one of many: 1000 reasons are kept"});
    return list;
}

void SkippedRows::refuseAll(const std::string& file) const {
    if (!m_first)
        throw Error(ErrorKind::BadFile, file + ": has nothing that can be asked");
    const auto rows = static_cast<std::int64_t>(m_rows.size());
    const std::string rest = rows == 1 ? "" : "; none of its " + formatCounted(rows, "row") + " can be asked";
    throw Error(m_first->kind(), m_first->what() + rest);
}

std::vector<std::string> SetNotes::lines() const {
    std::vector<std::string> lines;
    for (const auto& [what, count] : m_counts)
        lines.push_back(formatCounted(count, m_unit) + ": " + what);
    return lines;
}

} // namespace prunescope::model
