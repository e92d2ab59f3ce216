#pragma once

#include <string>
#include <vector>

namespace prunescope::app {

/// The whole program for one command line (without the program's name). Prints errors as one line on standard error and
/// returns the exit code. Never throws.
int runProgram(const std::vector<std::string>& words) noexcept;

} // namespace prunescope::app
