#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope {

/// A table of a page as olmOCR-bench reads it. A cell of several columns is one entry of its row, so that the places in
/// `rows` and the columns of `topHeadings` differ behind it; this is the benchmark's own way, and kept.
struct PageTable {
    std::vector<std::vector<std::u32string>> rows; ///< all of the same length
    std::set<std::size_t> headingRows;
    std::set<std::size_t> headingColumns;
    std::map<std::size_t, std::vector<std::u32string>> topHeadings;  ///< by column
    std::map<std::size_t, std::vector<std::u32string>> leftHeadings; ///< by row
};

/// Tables in Markdown: two lines or more with a |. The first row and the first column are headings.
std::vector<PageTable> markdownTables(std::u32string_view page);

/// Tables in HTML with th, td, rowspan and colspan. Throws Error(BadFile) when a span is no number.
std::vector<PageTable> htmlTables(std::u32string_view page);

/// Fills rows that are shorter than the longest.
void padRows(PageTable& table);

} // namespace prunescope
