#include "core/base/folders.h"

#include "core/base/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>

namespace prunescope {

namespace fs = std::filesystem;

namespace {

constexpr mode_t kPrivateMode = 0700;

} // namespace

std::vector<fs::path> foldersIn(const fs::path& parent) {
    std::vector<fs::path> folders;
    std::error_code error;
    for (fs::directory_iterator it(parent, error), end; !error && it != end; it.increment(error))
        if (fs::is_directory(it->path(), error))
            folders.push_back(it->path());
    std::sort(folders.begin(), folders.end());
    return folders;
}

void makePrivateFolders(const fs::path& folder) {
    std::error_code error;
    if (folder.empty() || fs::is_directory(folder, error))
        return;
    if (folder.has_parent_path() && folder.parent_path() != folder)
        makePrivateFolders(folder.parent_path());
    if (::mkdir(folder.c_str(), kPrivateMode) != 0 && errno != EEXIST)
        throw Error(ErrorKind::WriteFailed, folder.string() + ": cannot be created: " + std::strerror(errno));
}

void closeToOthers(const fs::path& folder) noexcept {
    (void)!::chmod(folder.c_str(), kPrivateMode);
}

} // namespace prunescope
