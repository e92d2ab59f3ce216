#include "core/records/log_file.h"

#include <sys/stat.h>

namespace prunescope {

FileStamp fileStamp(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return {};
    constexpr std::int64_t kNsPerS = 1'000'000'000;
    return {status.st_ino, static_cast<std::uint64_t>(status.st_size),
            static_cast<std::int64_t>(status.st_mtim.tv_sec) * kNsPerS + status.st_mtim.tv_nsec};
}

std::unique_ptr<OutputFile> openLockedLog(const std::string& path) {
    while (true) {
        auto file = std::make_unique<OutputFile>(path, Readers::Owner);
        file->lock();
        if (file->isStillAt(path))
            return file;
    }
}

} // namespace prunescope
