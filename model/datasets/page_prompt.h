#pragma once

#include <string_view>

namespace prunescope::model {

/// The task of questions for the text of a whole page.
inline constexpr std::string_view kPageTask = "page";
/// What olmOCR-bench asks of every page (evaluation spec 2).
inline constexpr std::string_view kPagePrompt =
    "Please provide a natural, plain text representation of the document, formatted in Markdown. Skip any headers and "
    "footers. For ALL mathematical expressions, use LaTeX notation with \\( and \\) for inline equations and \\[ and "
    "\\] "
    "for display equations. Convert any tables into Markdown format.";

} // namespace prunescope::model
