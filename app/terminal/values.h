#pragma once

#include "app/terminal/option_table.h"

#include <cstdint>
#include <functional>
#include <string>

namespace prunescope::app {

/// A finite decimal number, nothing before or after it. Throws Error(Usage): option, found, expected.
double parseNumber(const std::string& option, const std::string& text, Range<double> range);
/// A whole decimal number. Throws Error(Usage).
std::int64_t parseInteger(const std::string& option, const std::string& text, Range<std::int64_t> range);
/// A whole decimal number from 0 to 2^64-1. Throws Error(Usage).
std::uint64_t parseUnsigned(const std::string& option, const std::string& text);
/// Throws Error(WriteFailed) when `output` (may be empty) is in a folder that is not there.
void requireFolderOf(const std::string& option, const std::string& output);
/// Throws Error(Usage) when `output` (may be empty) is the very file that `input` is, under whatever name
/// ("-": standard input).
void refuseToOverwrite(const std::string& option, const std::string& output, const std::string& input);
/// Runs `check`; an Error leaves with `option` in front, for messages of core that name no option.
void withOptionName(const std::string& option, const std::function<void()>& check);

} // namespace prunescope::app
