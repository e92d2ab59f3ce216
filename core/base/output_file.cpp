#include "core/base/output_file.h"

#include "core/base/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace prunescope {

OutputFile::OutputFile(const std::string& path, std::string shownAs, int flags, mode_t mode)
    : m_path(std::move(shownAs)) {
    m_fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (m_fd < 0)
        fail("cannot be opened for writing");
}

OutputFile::~OutputFile() {
    if (m_fd >= 0)
        ::close(m_fd);
}

void OutputFile::lock() {
    while (::flock(m_fd, LOCK_EX) != 0)
        if (errno != EINTR)
            fail("cannot be locked");
}

bool OutputFile::tryLock() {
    while (::flock(m_fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return false;
        if (errno != EINTR)
            fail("cannot be locked");
    }
    return true;
}

off_t OutputFile::size() const {
    struct stat status {};
    if (::fstat(m_fd, &status) != 0)
        fail("cannot be examined");
    return status.st_size;
}

bool OutputFile::endsInsideLine() const {
    const off_t length = size();
    char last = '\n';
    return length > 0 && ::pread(m_fd, &last, 1, length - 1) == 1 && last != '\n';
}

void OutputFile::write(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(m_fd, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            fail("cannot be written");
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

void OutputFile::flush() {
    if (::fdatasync(m_fd) != 0 && errno != EINVAL && errno != ENOTSUP)
        fail("cannot be written");
}

void OutputFile::cut(off_t length) noexcept {
    (void)!::ftruncate(m_fd, length);
}

void OutputFile::fail(const char* what) const {
    throw Error(ErrorKind::WriteFailed, m_path + ": " + what + ": " + std::strerror(errno));
}

} // namespace prunescope
