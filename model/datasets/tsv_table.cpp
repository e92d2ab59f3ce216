#include "model/datasets/tsv_table.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>

namespace prunescope::model {

namespace {

bool isQuoted(std::string_view cell) {
    return cell.starts_with('"');
}

std::string unquoted(std::string_view cell) {
    if (!isQuoted(cell))
        return std::string(cell);
    std::string text;
    for (std::size_t i = 1; i + 1 < cell.size(); ++i) {
        text += cell[i];
        if (cell[i] == '"')
            ++i; // the second of two
    }
    return text;
}

} // namespace

/// Cuts a text into rows of cells.
class TsvTable::Reader {
public:
    Reader(std::string_view text, const std::string& file) : m_text(text), m_file(file) {}

    bool atEnd() {
        while (m_at < m_text.size() && (m_text[m_at] == '\n' || m_text[m_at] == '\r')) { // blank lines
            m_line += m_text[m_at] == '\n';
            ++m_at;
        }
        return m_at >= m_text.size();
    }

    Row row() {
        Row row{{}, m_line};
        row.cells.push_back(cell());
        while (isNext('\t')) {
            ++m_at;
            row.cells.push_back(cell());
        }
        if (isNext('\r'))
            ++m_at;
        return row;
    }

private:
    bool isNext(char c) const { return m_at < m_text.size() && m_text[m_at] == c; }

    /// The next cell; what ends it is next then.
    std::string_view cell() {
        const std::size_t begin = m_at;
        if (isNext('"'))
            passQuotes();
        else
            passPlain();
        return m_text.substr(begin, m_at - begin);
    }

    void passPlain() {
        m_at = std::min(m_text.find_first_of("\t\n", m_at), m_text.size());
        if (!isNext('\t') && m_at > 0 && m_text[m_at - 1] == '\r')
            --m_at;
    }

    void passQuotes() {
        const std::size_t begin = m_at++;
        while (true) {
            m_at = m_text.find('"', m_at);
            if (m_at == std::string_view::npos)
                fail("a cell in quotes does not end");
            if (m_text.substr(m_at, 2) != "\"\"")
                break;
            m_at += 2;
        }
        ++m_at;
        m_line += std::count(m_text.data() + begin, m_text.data() + m_at, '\n');
        if (m_at < m_text.size() && !isNext('\t') && !isNext('\n') && m_text.substr(m_at, 2) != "\r\n")
            fail("a cell goes on after its quotes, expected a tab or the end of the line");
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ErrorKind::BadFile, m_file + ":" + std::to_string(m_line) + ": " + what);
    }

    std::string_view m_text;
    const std::string& m_file;
    std::size_t m_at = 0;
    std::int64_t m_line = 1;
};

TsvTable::TsvTable(std::string_view text, std::string file) : m_file(std::move(file)) {
    if (text.starts_with("\xEF\xBB\xBF")) // a byte order mark, as other programs write it
        text.remove_prefix(3);
    Reader reader(text, m_file);
    if (reader.atEnd())
        throw Error(ErrorKind::BadFile, m_file + ": is empty, expected a row of column names");
    for (const std::string_view name : reader.row().cells)
        m_names.push_back(unquoted(name));
    while (!reader.atEnd()) {
        m_rows.push_back(reader.row());
        if (const std::size_t found = m_rows.back().cells.size(); found != m_names.size())
            throw Error(ErrorKind::BadFile, where(m_rows.size() - 1) + ": " + std::to_string(found) +
                                                " cells, expected " + std::to_string(m_names.size()) +
                                                " as in the first row");
    }
    if (m_rows.empty())
        throw Error(ErrorKind::BadFile, m_file + ": has no row after its column names");
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
                m_file + ": has no column " + inQuotes(name) + ", found " + inQuotes(join(m_names)));
}

std::string TsvTable::cell(std::size_t row, std::size_t column) const {
    return unquoted(m_rows.at(row).cells.at(column));
}

std::string TsvTable::where(std::size_t row) const {
    return m_file + ":" + std::to_string(m_rows.at(row).line);
}

void TsvTable::fail(std::size_t row, std::size_t column, const std::string& expected) const {
    throw Error(ErrorKind::BadFile, where(row) + ": " + m_names.at(column) + " is " + inQuotes(cell(row, column)) +
                                        ", expected " + expected);
}

} // namespace prunescope::model
