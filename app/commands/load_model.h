#pragma once

#include "model/api/engine.h"
#include "model/values/load_options.h"

namespace prunescope::app {

/// Loads a model, shows on a terminal how far it is, and prints its notes. What is wrong with its folder is an error of
/// a file, not of the command line.
std::unique_ptr<model::Engine> loadModel(const model::LoadOptions& options, std::stop_token stop);

} // namespace prunescope::app
