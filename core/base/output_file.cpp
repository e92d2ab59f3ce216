#include "core/base/output_file.h"

#include "core/base/error.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <random>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace prunescope {

namespace fs = std::filesystem;

namespace {

constexpr mode_t kOwnerMode = 0600;
constexpr mode_t kEveryoneMode = 0666;
constexpr std::string_view kUnfinished = ".part";
constexpr std::size_t kRandomDigits = 8;
constexpr int kNameAttempts = 100;
constexpr std::size_t kLongestNamePart = 200; // a name beside the file must fit where the file's own does

[[noreturn]] void failTo(const std::string& path, const std::string& what) {
    throw Error(ErrorKind::WriteFailed, path + ": " + what);
}

[[noreturn]] void failWith(const std::string& path, const char* what, int reason) {
    failTo(path, std::string(what) + ": " + std::strerror(reason));
}

mode_t modeFor(Readers readers) {
    return readers == Readers::Owner ? kOwnerMode : kEveryoneMode;
}

fs::path folderOf(const std::string& path) {
    const fs::path folder = fs::path(path).parent_path();
    return folder.empty() ? fs::path(".") : folder;
}

/// Names that the system gives to what is open already: /dev/stdout, /dev/fd/63, /proc/self/fd/1.
bool isOfSystem(const std::string& path) {
    std::error_code error;
    const std::string folder = fs::canonical(folderOf(path), error).string();
    return !error && (folder == "/dev" || folder == "/proc" || folder.starts_with("/proc/"));
}

/// Is `path` something that no other file can take the place of?
bool staysInPlace(const std::string& path) {
    if (isOfSystem(path))
        return true;
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0 || S_ISLNK(status.st_mode))
        return false;
    if (S_ISDIR(status.st_mode))
        failTo(path, "is a folder, expected a file");
    return !S_ISREG(status.st_mode);
}

/// Appended to: whatever is open under the name may have something in it already.
int openInPlace(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file < 0)
        failWith(path, "cannot be opened for writing", errno);
    return file;
}

/// Start of the names of unfinished files beside `path`.
std::string unfinishedStart(const std::string& path) {
    return "." + fs::path(path).filename().string().substr(0, kLongestNamePart) + ".";
}

/// Of the file that takes the place of `path`: no more open than the one before. What may not be written is not
/// replaced either.
mode_t modeOfNext(const std::string& path, Readers readers) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
        return modeFor(readers);
    if (::access(path.c_str(), W_OK) != 0)
        failWith(path, "cannot be opened for writing", errno);
    return status.st_mode & modeFor(readers);
}

std::string randomDigits() {
    std::array<char, kRandomDigits + 1> digits{};
    std::snprintf(digits.data(), digits.size(), "%08x", static_cast<unsigned>(std::random_device{}()));
    return digits.data();
}

/// A new empty file in the folder of `path`, under a name that was free; `name` becomes that.
int openBeside(const std::string& path, Readers readers, std::string& name) {
    const mode_t mode = modeOfNext(path, readers);
    for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
        name = (folderOf(path) / (unfinishedStart(path) + randomDigits() + std::string(kUnfinished))).string();
        const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (file >= 0)
            return file;
        if (errno != EEXIST)
            break;
    }
    failWith(path, "cannot be opened for writing", errno);
}

int openForReplacing(const std::string& path, Readers readers, std::string& beside) {
    return staysInPlace(path) ? openInPlace(path) : openBeside(path, readers, beside);
}

int openToAppend(const std::string& path, Readers readers) {
    const int follow = isOfSystem(path) ? 0 : O_NOFOLLOW;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | follow, modeFor(readers));
    if (file >= 0)
        return file;
    const int reason = errno;
    std::error_code ignored;
    if (reason == ELOOP && fs::is_symlink(path, ignored))
        failTo(path, "is a symbolic link, expected a file");
    failWith(path, "cannot be opened for writing", reason);
}

} // namespace

OutputFile::OutputFile(const std::string& path, Readers readers) : OutputFile(openToAppend(path, readers), path) {
    if (readers == Readers::Owner)
        closeToOthers();
}

OutputFile::~OutputFile() {
    if (m_fd >= 0)
        ::close(m_fd);
}

/// Best effort: on a file of somebody else it is not ours to decide.
void OutputFile::closeToOthers() {
    struct stat status {};
    if (::fstat(m_fd, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & ~kOwnerMode & 07777) != 0)
        (void)!::fchmod(m_fd, status.st_mode & kOwnerMode);
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

bool OutputFile::isStillAt(const std::string& path) const {
    struct stat own {
    }, named{};
    if (::fstat(m_fd, &own) != 0)
        fail("cannot be examined");
    return ::stat(path.c_str(), &named) == 0 && own.st_dev == named.st_dev && own.st_ino == named.st_ino;
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
    failWith(m_path, what, errno);
}

ReplacedFile::ReplacedFile(std::string path, Readers readers)
    : m_path(std::move(path)), m_file(openForReplacing(m_path, readers, m_beside), m_path) {}

ReplacedFile::~ReplacedFile() {
    if (!m_beside.empty())
        ::unlink(m_beside.c_str());
}

void ReplacedFile::finish() {
    m_file.flush();
    if (!m_beside.empty() && ::rename(m_beside.c_str(), m_path.c_str()) != 0)
        failWith(m_path, "cannot be put in place", errno);
    m_beside.clear();
}

void writeFile(const std::string& path, std::string_view text, Readers readers) {
    ReplacedFile file(path, readers);
    file.write(text);
    file.finish();
}

void removeUnfinished(const std::string& path) {
    const std::string start = unfinishedStart(path);
    std::error_code error;
    for (fs::directory_iterator it(folderOf(path), error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        std::error_code ignored;
        if (name.size() == start.size() + kRandomDigits + kUnfinished.size() && name.starts_with(start) &&
            name.ends_with(kUnfinished))
            fs::remove(it->path(), ignored);
    }
}

} // namespace prunescope
