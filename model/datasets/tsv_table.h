#pragma once

#include "model/datasets/set_file.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// Where a row of a table begins.
struct RowPlace {
    std::uint64_t begin = 0; ///< bytes from the beginning of the text
    std::uint32_t line = 0;  ///< from 1
};

/// A row of a table, valid as long as the table.
struct TsvRow {
    std::vector<std::string_view> cells; ///< as they stand there, with their quotes
    RowPlace place;

    /// Bytes from its first cell to the end of its last.
    std::size_t size() const {
        return static_cast<std::size_t>(cells.back().data() + cells.back().size() - cells.front().data());
    }
};

/// A table of tab-separated values as pandas writes it: a row of names first; a cell with a tab, a line end or a quote
/// stands in double quotes, with its own doubled. Rows stay in the file and are cut when they are asked for. Immutable;
/// any thread.
class TsvTable {
public:
    /// `separator`: a comma for FILE.csv. Throws Error(BadFile) that names file and line.
    explicit TsvTable(std::shared_ptr<const SetFile> file, char separator = '\t');

    const std::string& file() const { return m_file->path(); }
    const std::vector<std::string>& names() const { return m_names; }
    /// The number of the column with this name.
    std::optional<std::size_t> column(std::string_view name) const;
    /// The number of a column that must be there. Throws Error(BadFile) where it is not.
    std::size_t neededColumn(std::string_view name) const;

    /// Goes over the rows after the names, once.
    class Rows;
    Rows rows() const;
    /// The row that begins at a place where one began. Throws Error(BadFile).
    TsvRow row(RowPlace place) const;

    /// What a cell says, without its quotes.
    static std::string text(const TsvRow& row, std::size_t column);
    /// "FILE:LINE".
    std::string where(RowPlace place) const { return m_file->where(place.line); }
    /// "FILE:LINE: COLUMN".
    std::string where(RowPlace place, std::size_t column) const { return where(place) + ": " + m_names.at(column); }
    /// Throws Error(BadFile): "FILE:LINE: COLUMN is `found`, expected `expected`".
    [[noreturn]] void fail(const TsvRow& row, std::size_t column, const std::string& expected) const;

private:
    class Reader;

    void readNames();
    void requireCells(const TsvRow& row) const;

    std::shared_ptr<const SetFile> m_file;
    char m_separator;
    std::vector<std::string> m_names;
    RowPlace m_first; ///< of the rows after the names
};

/// Reads row after row of a table, which must outlive it.
class TsvTable::Rows {
public:
    Rows(const TsvTable& table, RowPlace first) : m_table(table), m_next(first) {}

    /// Whether there is another row; `place` is where it begins then.
    bool next();
    RowPlace place() const { return m_place; }
    /// The row. Throws Error(BadFile) for one that is none; the next is that of the next line then.
    TsvRow row();

private:
    const TsvTable& m_table;
    RowPlace m_next;
    RowPlace m_place;
};

} // namespace prunescope::model
