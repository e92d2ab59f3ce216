#pragma once

#include <string>

/// Logging for every part of the program. A thin front of spdlog, so that files that include LibTorch (which brings
/// another fmt) never see spdlog's headers. Goes to stderr. Any thread.
namespace prunescope::log {

enum class Level { Debug, Info, Warning, Error, Off };

void setLevel(Level level);
void debug(const std::string& message);
void info(const std::string& message);
void warning(const std::string& message);
void error(const std::string& message);

} // namespace prunescope::log
