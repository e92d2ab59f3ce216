#include "app/folders/bundled_model.h"

#include "core/base/environment.h"
#include "core/base/folders.h"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace prunescope::app {

namespace fs = std::filesystem;

namespace {

constexpr const char* kOverride = "PRUNESCOPE_BUNDLE_MODEL";

/// The same place in a build folder and where the program is installed.
fs::path modelsBesideProgram() {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    return (program.parent_path() / PRUNESCOPE_MODELS_FROM_PROGRAM).lexically_normal();
}

bool holdsModel(const fs::path& folder) {
    std::error_code error;
    return fs::is_regular_file(folder / "config.json", error);
}

} // namespace

std::string bundledModelPlace() {
    const std::string chosen = environment(kOverride);
    return chosen.empty() ? modelsBesideProgram().string() : chosen;
}

std::string bundledModelFolder() {
    const std::string chosen = environment(kOverride);
    const std::vector<fs::path> folders =
        chosen.empty() ? foldersIn(modelsBesideProgram()) : std::vector<fs::path>{chosen};
    const auto found = std::find_if(folders.begin(), folders.end(), holdsModel);
    return found == folders.end() ? "" : fs::absolute(*found).lexically_normal().string();
}

} // namespace prunescope::app
