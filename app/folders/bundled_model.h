#pragma once

#include <string>

namespace prunescope::app {

/// Folder in which the bundled model is looked for: the one named by PRUNESCOPE_BUNDLE_MODEL, else the
/// first one in share/prunescope/models beside bin/.
std::string bundledModelPlace();

/// Folder of the bundled model; empty where there is none. Only looks whether a config.json is in it.
std::string bundledModelFolder();

} // namespace prunescope::app
