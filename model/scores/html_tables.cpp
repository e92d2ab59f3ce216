#include "core/base/error.h"
#include "core/base/format.h"
#include "model/scores/html_page.h"
#include "model/scores/page_tables.h"
#include "model/scores/python_text.h"
#include "model/scores/python_values.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace prunescope {

namespace {

using Nodes = std::vector<HtmlNode>;
using Cell = std::pair<std::size_t, std::size_t>; // row, column

std::vector<std::size_t> findAll(const Nodes& nodes, std::size_t inside,
                                 std::initializer_list<std::string_view> names) {
    std::vector<std::size_t> found;
    for (std::size_t i = inside + 1; i < nodes[inside].end; ++i)
        if (std::ranges::find(names, nodes[i].name) != names.end())
            found.push_back(i);
    return found;
}

std::u32string textOf(const Nodes& nodes, std::size_t cell) {
    std::u32string text;
    for (std::size_t i = cell + 1; i < nodes[cell].end; ++i)
        text += nodes[i].text;
    return std::u32string(stripped(text));
}

/// Rows or columns that a cell covers; what no page has is cut off.
std::size_t spanOf(const HtmlNode& cell, const char* name) {
    constexpr int kMost = 1000;
    const auto found = cell.attributes.find(name);
    if (found == cell.attributes.end())
        return 1;
    const std::optional<std::u32string> number = pythonInteger(std::u32string_view(found->second));
    if (!number)
        throw Error(ErrorKind::BadFile,
                    std::string(name) + " is " + inQuotes(utf8(found->second)) + ", expected a number");
    const std::string digits = utf8(*number);
    int span = kMost;
    std::from_chars(digits.data(), digits.data() + digits.size(), span);
    return static_cast<std::size_t>(std::clamp(span, 0, kMost));
}

/// Adds a heading that the list has not yet.
void addOnce(std::vector<std::u32string>& headings, const std::u32string& text) {
    if (std::ranges::find(headings, text) == headings.end())
        headings.push_back(text);
}

/// Reads one table element, row by row.
class TableReader {
public:
    TableReader(const Nodes& nodes, std::size_t table) : m_nodes(nodes), m_rowNodes(findAll(nodes, table, {"tr"})) {
        if (const auto heads = findAll(nodes, table, {"thead"}); !heads.empty())
            for (const std::size_t row : findAll(nodes, heads.front(), {"tr"}))
                m_table.headingRows.insert(rowIndex(row));
    }

    PageTable read() {
        for (m_row = 0; m_row < m_rowNodes.size(); ++m_row)
            readRow(m_rowNodes[m_row]);
        spreadWideHeadings();
        spreadTallHeadings();
        addHeadingColumns();
        padRows(m_table);
        return std::move(m_table);
    }

private:
    std::size_t rowIndex(std::size_t node) const {
        return static_cast<std::size_t>(std::ranges::find(m_rowNodes, node) - m_rowNodes.begin());
    }

    void readRow(std::size_t node) {
        m_table.rows.emplace_back();
        m_column = 0;
        if (!findAll(m_nodes, node, {"th"}).empty())
            m_table.headingRows.insert(m_row);
        for (const std::size_t cell : findAll(m_nodes, node, {"th", "td"}))
            readCell(m_nodes[cell], textOf(m_nodes, cell));
    }

    void readCell(const HtmlNode& cell, const std::u32string& text) {
        for (; m_covered.contains({m_row, m_column}); ++m_column)
            m_table.rows.back().push_back(m_covered.at({m_row, m_column}));
        const std::size_t rows = spanOf(cell, "rowspan");
        const std::size_t columns = spanOf(cell, "colspan");
        m_table.rows.back().push_back(text);
        cover(text, rows, columns);
        if (cell.name == "th")
            readHeading(text, rows, columns);
        else if (m_table.headingColumns.contains(m_column))
            for (std::size_t i = 1; i < rows && m_row + i < m_rowNodes.size(); ++i)
                m_table.leftHeadings[m_row + i].push_back(text);
        m_column += columns;
    }

    /// The text of a tall cell stands in its first column of every row; its other places are empty.
    void cover(const std::u32string& text, std::size_t rows, std::size_t columns) {
        for (std::size_t i = 0; i < rows && m_row + i < m_rowNodes.size(); ++i)
            for (std::size_t j = i == 0 ? 1 : 0; j < columns; ++j)
                m_covered[{m_row + i, m_column + j}] = j == 0 ? text : U"";
    }

    void readHeading(const std::u32string& text, std::size_t rows, std::size_t columns) {
        for (std::size_t j = 0; j < columns; ++j) {
            m_table.headingColumns.insert(m_column + j);
            m_table.topHeadings[m_column + j].push_back(text);
            if (!text.empty() && columns > 1)
                remember(m_wide, text).insert(m_column + j);
        }
        for (std::size_t i = 0; i < rows; ++i) {
            if (i > 0 && m_row + i < m_rowNodes.size())
                m_table.headingRows.insert(m_row + i);
            if (!text.empty() && rows > 1)
                remember(m_tall, text).insert(m_row + i);
        }
    }

    using Spans = std::vector<std::pair<std::u32string, std::set<std::size_t>>>;
    static std::set<std::size_t>& remember(Spans& spans, const std::u32string& text) {
        const auto found = std::ranges::find(spans, text, &Spans::value_type::first);
        return found != spans.end() ? found->second : spans.emplace_back(text, std::set<std::size_t>()).second;
    }

    /// A heading of several columns is one of its columns and of all to their right, as far as a row of data goes.
    void spreadWideHeadings() {
        std::size_t columns = 0;
        for (std::size_t row = 0; row < m_table.rows.size(); ++row)
            if (!m_table.headingRows.contains(row))
                columns = std::max(columns, m_table.rows[row].size());
        for (const auto& [text, covered] : m_wide)
            for (std::size_t column = *covered.begin(); column < columns; ++column)
                addOnce(m_table.topHeadings[column], text);
    }

    void spreadTallHeadings() {
        for (const auto& [text, covered] : m_tall)
            for (const std::size_t row : covered)
                if (row < m_table.rows.size())
                    addOnce(m_table.leftHeadings[row], text);
    }

    void addHeadingColumns() {
        for (const std::size_t column : m_table.headingColumns)
            for (std::size_t row = 0; row < m_table.rows.size(); ++row)
                if (column < m_table.rows[row].size() && !stripped(m_table.rows[row][column]).empty())
                    addOnce(m_table.leftHeadings[row], m_table.rows[row][column]);
    }

    const Nodes& m_nodes;
    std::vector<std::size_t> m_rowNodes;
    PageTable m_table;
    std::size_t m_row = 0;
    std::size_t m_column = 0;
    std::map<Cell, std::u32string> m_covered; ///< places that cells of several rows or columns take
    Spans m_wide;
    Spans m_tall;
};

} // namespace

std::vector<PageTable> htmlTables(std::u32string_view page) {
    std::vector<PageTable> tables;
    const Nodes nodes = htmlNodes(page);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].name != "table")
            continue;
        if (PageTable table = TableReader(nodes, i).read(); !table.rows.empty())
            tables.push_back(std::move(table));
    }
    return tables;
}

} // namespace prunescope
