#include "model/files/folder_names.h"

#include <filesystem>

namespace prunescope::model {

namespace fs = std::filesystem;

std::set<std::string> folderNames(const std::string& folder) {
    std::set<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        names.insert(it->path().filename().string());
    return names;
}

bool isThere(const std::string& path) {
    std::error_code ignored;
    return fs::symlink_status(path, ignored).type() != fs::file_type::not_found;
}

} // namespace prunescope::model
