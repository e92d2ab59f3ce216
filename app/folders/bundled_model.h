#pragma once

#include <string>

namespace prunescope::app {

/// Where the model that comes with the program is looked for: the folder named by PRUNESCOPE_BUNDLE_MODEL, else the
/// first one in share/prunescope/models beside bin/.
std::string bundledModelPlace();

/// The folder of that model; empty where there is none. Only looks whether a config.json is in it.
std::string bundledModelFolder();

} // namespace prunescope::app
