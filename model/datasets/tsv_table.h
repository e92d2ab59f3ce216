#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// A table of tab-separated values as pandas writes it: a row of names first; a cell with a tab, a line end or a quote
/// stands in double quotes, with its own doubled. Cells stay where they are; immutable; any thread.
class TsvTable {
public:
    /// `text` must outlive the table. Throws Error(BadFile) that names `file` and the line.
    TsvTable(std::string_view text, std::string file);

    std::size_t rows() const { return m_rows.size(); }
    /// The number of the column with this name.
    std::optional<std::size_t> column(std::string_view name) const;
    /// The number of a column that must be there. Throws Error(BadFile) where it is not.
    std::size_t neededColumn(std::string_view name) const;
    std::string cell(std::size_t row, std::size_t column) const;
    /// "FILE:LINE" of the line where a row begins.
    std::string where(std::size_t row) const;
    /// Throws Error(BadFile): "`where`: `column` is `found`, expected `expected`".
    [[noreturn]] void fail(std::size_t row, std::size_t column, const std::string& expected) const;

private:
    struct Row {
        std::vector<std::string_view> cells; ///< as they stand there
        std::int64_t line = 0;
    };
    class Reader;

    std::string m_file;
    std::vector<std::string> m_names;
    std::vector<Row> m_rows;
};

} // namespace prunescope::model
