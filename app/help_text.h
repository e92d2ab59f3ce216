#pragma once

#include "app/commands/command.h"

#include <string>

namespace prunescope::app {

/// Text that `prunescope --help` prints: every command with its summary, then `options`, which go without a command.
std::string programHelp(const OptionTable& options);

/// Text that `prunescope COMMAND --help` prints: usage and every option with its default.
std::string commandHelp(const CommandEntry& entry, const OptionTable& options);

} // namespace prunescope::app
