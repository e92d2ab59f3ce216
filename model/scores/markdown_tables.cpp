#include "model/scores/page_tables.h"
#include "model/scores/python_text.h"

#include <algorithm>

namespace prunescope {

namespace {

using Lines = std::vector<std::u32string_view>;

std::vector<std::u32string_view> splitAt(std::u32string_view text, char32_t mark) {
    std::vector<std::u32string_view> parts;
    for (std::size_t at = 0;;) {
        const std::size_t end = std::min(text.find(mark, at), text.size());
        parts.push_back(text.substr(at, end - at));
        if (end == text.size())
            return parts;
        at = end + 1;
    }
}

/// "|---|:--:|": a line of nothing else.
bool isRule(std::u32string_view line) {
    return !stripped(line).empty() && line.find_first_not_of(U"- :|") == line.npos;
}

/// The first line with nothing but dashes, colons and blanks between its bars, white space at its ends aside.
std::size_t firstRule(const Lines& lines) {
    const auto isSeparator = [](std::u32string_view line) {
        const std::u32string content = without(std::u32string(line), U'|');
        const std::u32string_view inside = stripped(content);
        return !inside.empty() && inside.find_first_not_of(U"- :") == inside.npos;
    };
    return static_cast<std::size_t>(std::ranges::find_if(lines, isSeparator) - lines.begin());
}

std::vector<std::u32string> cellsOf(std::u32string_view line) {
    std::vector<std::u32string> cells;
    for (const std::u32string_view cell : splitAt(line, U'|'))
        cells.emplace_back(stripped(cell));
    if (cells.front().empty())
        cells.erase(cells.begin());
    if (!cells.empty() && cells.back().empty())
        cells.pop_back();
    return cells;
}

PageTable tableOf(const Lines& lines) {
    PageTable table;
    const std::size_t separator = firstRule(lines);
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (i != separator && !isRule(lines[i]))
            if (std::vector<std::u32string> cells = cellsOf(lines[i]); !cells.empty())
                table.rows.push_back(std::move(cells));
    padRows(table);
    return table;
}

void nameHeadings(PageTable& table) {
    table.headingRows = {0};
    table.headingColumns = {0};
    for (std::size_t column = 0; column < table.rows.front().size(); ++column)
        table.topHeadings[column] = {table.rows.front()[column]};
    for (std::size_t row = 1; row < table.rows.size(); ++row)
        table.leftHeadings[row] = {table.rows[row].front()};
}

} // namespace

void padRows(PageTable& table) {
    std::size_t columns = 0;
    for (const auto& row : table.rows)
        columns = std::max(columns, row.size());
    for (auto& row : table.rows)
        row.resize(columns);
}

std::vector<PageTable> markdownTables(std::u32string_view page) {
    std::vector<PageTable> tables;
    Lines lines;
    const auto finish = [&] {
        PageTable table = lines.size() < 2 ? PageTable() : tableOf(lines);
        if (!table.rows.empty()) {
            nameHeadings(table);
            tables.push_back(std::move(table));
        }
        lines.clear();
    };
    for (const std::u32string_view line : splitAt(stripped(page), U'\n'))
        if (line.find(U'|') != line.npos)
            lines.push_back(line);
        else
            finish();
    finish();
    return tables;
}

} // namespace prunescope
