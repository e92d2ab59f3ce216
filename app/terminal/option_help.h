#pragma once

#include "app/terminal/option_table.h"

#include <cstddef>
#include <string>

namespace prunescope::app {

/// `left` in a column of `column` characters, `right` beside it, broken between words.
std::string helpEntry(const std::string& left, const std::string& right, std::size_t column);

/// Every option with its default, under the headings of the table.
std::string optionsHelp(const OptionTable& table);

} // namespace prunescope::app
