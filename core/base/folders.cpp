#include "core/base/folders.h"

#include <algorithm>

namespace prunescope {

namespace fs = std::filesystem;

std::vector<fs::path> foldersIn(const fs::path& parent) {
    std::vector<fs::path> folders;
    std::error_code error;
    for (fs::directory_iterator it(parent, error), end; !error && it != end; it.increment(error))
        if (fs::is_directory(it->path(), error))
            folders.push_back(it->path());
    std::sort(folders.begin(), folders.end());
    return folders;
}

} // namespace prunescope
