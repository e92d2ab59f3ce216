#include "model/datasets/tsv_table.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>

namespace prunescope::model {

namespace {

constexpr std::size_t kMostCells = 10'000;

std::string unquoted(std::string_view cell) {
    if (!cell.starts_with('"'))
        return std::string(cell);
    std::string text;
    for (std::size_t at = 1; at + 1 < cell.size();) {
        const std::size_t quote = std::min(cell.find('"', at), cell.size() - 2);
        text += cell.substr(at, quote + 1 - at);
        at = quote + (cell[quote] == '"' ? 2 : 1); // the second of two is left out
    }
    return text;
}

} // namespace

/// Cuts rows into cells, beginning at a place.
class TsvTable::Reader {
public:
    Reader(const TsvTable& table, RowPlace place)
        : m_table(table), m_text(table.m_file->text()), m_at(place.begin), m_line(place.line) {}

    RowPlace place() const { return {m_at, m_line}; }

    bool atEnd() {
        while (m_at < m_text.size() && (m_text[m_at] == '\n' || m_text[m_at] == '\r')) // blank lines
            m_line += m_text[m_at++] == '\n';
        return m_at >= m_text.size();
    }

    TsvRow row() {
        TsvRow row{{}, place()};
        row.cells.push_back(cell(0));
        while (isNext(m_table.m_separator)) {
            ++m_at;
            row.cells.push_back(cell(row.cells.size()));
            if (row.cells.size() > kMostCells)
                fail(0, "more than " + std::to_string(kMostCells) + " cells");
        }
        if (isNext('\r'))
            ++m_at;
        return row;
    }

    void passLine() { m_at = std::min(m_text.find('\n', m_at), m_text.size()); }

private:
    bool isNext(char c) const { return m_at < m_text.size() && m_text[m_at] == c; }

    /// The next cell; what ends it is next then.
    std::string_view cell(std::size_t column) {
        const std::size_t begin = m_at;
        if (isNext('"'))
            passQuotes(column);
        else
            passPlain();
        return m_text.substr(begin, m_at - begin);
    }

    void passPlain() {
        const char ends[] = {m_table.m_separator, '\n'};
        m_at = std::min(m_text.find_first_of(std::string_view(ends, 2), m_at), m_text.size());
        if (!isNext(m_table.m_separator) && m_at > 0 && m_text[m_at - 1] == '\r')
            --m_at;
    }

    void passQuotes(std::size_t column) {
        const std::size_t begin = m_at++;
        while (true) {
            m_at = m_text.find('"', m_at);
            if (m_at == std::string_view::npos)
                fail(column, "begins with a quote and does not end, expected another quote after it, or the text in "
                             "quotes with its own doubled");
            if (m_text.substr(m_at, 2) != "\"\"")
                break;
            m_at += 2;
        }
        ++m_at;
        if (m_at < m_text.size() && !isNext(m_table.m_separator) && !isNext('\n') && m_text.substr(m_at, 2) != "\r\n")
            fail(column, "goes on after its quotes, expected the end of the cell, or quotes within it doubled");
        m_line += static_cast<std::uint32_t>(std::count(m_text.data() + begin, m_text.data() + m_at, '\n'));
    }

    [[noreturn]] void fail(std::size_t column, const std::string& what) const {
        const auto& names = m_table.m_names;
        const std::string cell = column < names.size() ? names[column] : "cell " + std::to_string(column + 1);
        throw Error(ErrorKind::BadFile, m_table.m_file->where(m_line) + ": " + cell + " " + what);
    }

    const TsvTable& m_table;
    std::string_view m_text;
    std::size_t m_at = 0;
    std::uint32_t m_line = 1;
};

TsvTable::TsvTable(std::shared_ptr<const SetFile> file, char separator)
    : m_file(std::move(file)), m_separator(separator) {
    readNames();
}

void TsvTable::readNames() {
    Reader reader(*this, {0, 1});
    if (reader.atEnd())
        throw Error(ErrorKind::BadFile, m_file->path() + ": is empty, expected a row of column names");
    const TsvRow row = reader.row();
    for (std::size_t i = 0; i < row.cells.size(); ++i)
        m_names.push_back(text(row, i));
    for (std::size_t i = 0; i < m_names.size(); ++i)
        if (!m_names[i].empty() && *column(m_names[i]) != i)
            throw Error(ErrorKind::BadFile,
                        m_file->where(row.place.line) + ": has two columns " + inQuotes(m_names[i]) + ", expected one");
    if (reader.atEnd())
        throw Error(ErrorKind::BadFile, m_file->path() + ": has no row after its column names");
    m_first = reader.place();
}

std::optional<std::size_t> TsvTable::column(std::string_view name) const {
    const auto found = std::find(m_names.begin(), m_names.end(), name);
    if (found == m_names.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - m_names.begin());
}

std::size_t TsvTable::neededColumn(std::string_view name) const {
    if (const auto found = column(name))
        return *found;
    throw Error(ErrorKind::BadFile,
                m_file->path() + ": has no column " + inQuotes(name) + ", found " + inQuotes(join(m_names)));
}

void TsvTable::requireCells(const TsvRow& row) const {
    const std::size_t found = row.cells.size(), expected = m_names.size();
    if (found == expected)
        return;
    const std::string what = found < expected ? "none for " + m_names[found] : "more after " + m_names.back();
    throw Error(ErrorKind::BadFile, where(row.place) + ": " + std::to_string(found) + " cells, expected " +
                                        std::to_string(expected) + " as in the first row: " + what);
}

TsvTable::Rows TsvTable::rows() const {
    return Rows(*this, m_first);
}

TsvRow TsvTable::row(RowPlace place) const {
    TsvRow row = Reader(*this, place).row();
    requireCells(row);
    m_file->wasReadAlone(row.size());
    return row;
}

std::string TsvTable::text(const TsvRow& row, std::size_t column) {
    return unquoted(row.cells.at(column));
}

void TsvTable::fail(const TsvRow& row, std::size_t column, const std::string& expected) const {
    throw Error(ErrorKind::BadFile,
                where(row.place, column) + " is " + inQuotes(text(row, column)) + ", expected " + expected);
}

bool TsvTable::Rows::next() {
    Reader reader(m_table, m_next);
    if (reader.atEnd())
        return false;
    m_place = reader.place();
    return true;
}

TsvRow TsvTable::Rows::row() {
    Reader reader(m_table, m_place);
    try {
        TsvRow row = reader.row();
        m_next = reader.place();
        m_table.m_file->wasRead(m_next.begin - m_place.begin);
        m_table.requireCells(row);
        return row;
    } catch (const Error&) {
        if (m_next.begin <= m_place.begin) { // it is not known where the row ends
            Reader line(m_table, m_place);
            line.passLine();
            m_next = line.place();
        }
        throw;
    }
}

} // namespace prunescope::model
