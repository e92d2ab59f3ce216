#include "model/hub/partial_file.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/files/hub_cache.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace prunescope::model {

namespace fs = std::filesystem;

PartialFile::PartialFile(fs::path path, const std::string& hash, std::int64_t sizeBytes, const std::stop_token& stop)
    : m_path(std::move(path)), m_hash(hash, sizeBytes), m_sizeBytes(sizeBytes) {
    makeFolder(m_path.parent_path());
    m_file = ::open(m_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (m_file < 0)
        failToWrite();
    try {
        readBack(stop);
    } catch (...) {
        ::close(m_file); // no destructor runs
        throw;
    }
}

PartialFile::~PartialFile() {
    if (m_file >= 0)
        ::close(m_file);
}

void PartialFile::readBack(const std::stop_token& stop) {
    std::vector<char> buffer(1 << 20);
    for (;;) {
        if (stop.stop_requested())
            throw Error(ErrorKind::Cancelled, "stopped");
        const ssize_t size = ::read(m_file, buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            break;
        m_hash.add({buffer.data(), static_cast<std::size_t>(size)});
        m_positionBytes += size;
    }
    if (m_positionBytes > m_sizeBytes) // not a beginning of this file
        restart();
}

void PartialFile::append(std::string_view bytes) {
    if (static_cast<std::int64_t>(bytes.size()) > m_sizeBytes - m_positionBytes) {
        restart();
        throw Error(ErrorKind::BadFile, "more than the expected " + formatCounted(m_sizeBytes, "byte") + " came");
    }
    while (!bytes.empty()) {
        const ssize_t written = ::write(m_file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            failToWrite();
        m_hash.add(bytes.substr(0, static_cast<std::size_t>(written)));
        m_positionBytes += written;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void PartialFile::restart() {
    if (::ftruncate(m_file, 0) != 0 || ::lseek(m_file, 0, SEEK_SET) != 0)
        failToWrite();
    m_positionBytes = 0;
    m_hash.restart();
}

void PartialFile::discard() {
    std::error_code ignored; // it is empty by then, which does as well
    restart();
    fs::remove(m_path, ignored);
}

void PartialFile::finish(const fs::path& path) {
    if (const std::string hash = m_hash.hexadecimal(); hash != m_hash.expected()) {
        restart();
        throw Error(ErrorKind::BadFile, "its hash is " + hash + ", expected " + m_hash.expected());
    }
    std::error_code error;
    if (::fdatasync(m_file) != 0)
        failToWrite();
    fs::rename(m_path, path, error);
    if (error)
        throw Error(ErrorKind::WriteFailed, path.string() + ": cannot be put in place: " + error.message());
}

void PartialFile::failToWrite() const {
    throw Error(ErrorKind::WriteFailed, m_path.string() + ": cannot be written: " + std::strerror(errno));
}

} // namespace prunescope::model
