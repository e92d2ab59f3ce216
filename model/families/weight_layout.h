#pragma once

#include "model/families/model_config.h"
#include "model/files/checkpoint.h"

namespace prunescope::model {

/// Compares names and sizes in the headers of the weights with what config.json says, before anything is read: names
/// that all begin with something unknown, the layout of another program, parts or layers that are not there, another
/// vocabulary. Throws Error(BadFile) or Error(Unsupported): one line that says what to do. `configPath`: what
/// config.json is called.
void requireLayout(const ModelConfig& config, const std::string& configPath, const Checkpoint& checkpoint);

} // namespace prunescope::model
