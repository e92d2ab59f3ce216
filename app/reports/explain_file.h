#pragma once

#include "app/terminal/option_table.h"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace prunescope::app {

/// `--explain OUT.json`: what became of every block, and why. `target` must outlive the table.
void addExplainOption(OptionTable& options, std::string& target);

/// Writes `object` to the file that `--explain` named. Throws Error(WriteFailed).
void writeExplanation(const std::string& path, const nlohmann::json& object);

} // namespace prunescope::app
