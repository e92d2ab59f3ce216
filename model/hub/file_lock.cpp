#include "model/hub/file_lock.h"

#include "core/base/error.h"
#include "model/files/hub_cache.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace prunescope::model {

namespace {

/// Whoever had the lock may have removed its file meanwhile: a lock on that one would keep nobody out.
bool isStillThere(int file, const std::filesystem::path& path) {
    struct stat held {};
    struct stat named {};
    return ::fstat(file, &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
           held.st_dev == named.st_dev;
}

[[noreturn]] void fail(const std::filesystem::path& path) {
    throw Error(ErrorKind::WriteFailed, path.string() + ": cannot be locked: " + std::strerror(errno));
}

} // namespace

std::optional<FileLock> FileLock::tryLock(const std::filesystem::path& path) {
    makeFolder(path.parent_path());
    for (;;) {
        const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0664);
        if (file < 0)
            fail(path);
        FileLock lock(file);
        if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK)
                return std::nullopt;
            if (errno != EINTR)
                fail(path);
        } else if (isStillThere(file, path)) {
            return lock;
        }
    }
}

FileLock::FileLock(FileLock&& other) noexcept : m_file(std::exchange(other.m_file, -1)) {}

FileLock::~FileLock() {
    if (m_file >= 0)
        ::close(m_file);
}

} // namespace prunescope::model
