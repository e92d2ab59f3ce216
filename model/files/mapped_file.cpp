#include "model/files/mapped_file.h"

#include "core/base/error.h"

#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace prunescope::model {

namespace {

/// Closes the descriptor at the end of the scope; the mapping does not need it.
struct Descriptor {
    int fd;
    ~Descriptor() {
        if (fd >= 0)
            ::close(fd);
    }
};

void writeAll(int fd, std::span<const std::byte> content, const std::string& path) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            throw Error(ErrorKind::OutOfMemory,
                        path + ": no memory for a copy of its weights: " + std::strerror(errno));
        content = content.subspan(static_cast<std::size_t>(written));
    }
}

} // namespace

std::shared_ptr<const MappedFile> MappedFile::open(const std::string& path) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.fd < 0)
        throw Error(errno == ENOENT ? ErrorKind::NotFound : ErrorKind::BadFile, path + ": " + std::strerror(errno));
    struct stat status {};
    if (::fstat(file.fd, &status) != 0 || !S_ISREG(status.st_mode))
        throw Error(ErrorKind::BadFile, path + ": not a file");
    return std::shared_ptr<const MappedFile>(map(path, file.fd, static_cast<std::size_t>(status.st_size)));
}

std::shared_ptr<const MappedFile> MappedFile::ofContent(const std::string& path, std::span<const std::byte> content) {
    const Descriptor file{::memfd_create("weights", MFD_CLOEXEC)};
    if (file.fd < 0)
        throw Error(ErrorKind::OutOfMemory, path + ": no memory for a copy of its weights: " + std::strerror(errno));
    writeAll(file.fd, content, path);
    return std::shared_ptr<const MappedFile>(map(path, file.fd, content.size()));
}

MappedFile* MappedFile::map(const std::string& path, int fd, std::size_t size) {
    void* data = nullptr;
    if (size > 0) {
        data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (data == MAP_FAILED)
            throw Error(ErrorKind::OutOfMemory, path + ": can't be mapped: " + std::strerror(errno));
    }
    return new MappedFile(path, data, size);
}

void MappedFile::release(std::span<const std::byte> part) const {
    const auto* first = static_cast<const std::byte*>(m_data);
    if (part.data() < first || part.data() + part.size() > first + m_size)
        return; // memory of somebody else would be lost
    // Whole pages, outwards: a neighbour's bytes come back as easily.
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(part.data()) / page * page;
    const auto end = reinterpret_cast<std::uintptr_t>(part.data() + part.size());
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED); // only advice: a failure costs memory
}

MappedFile::~MappedFile() {
    if (m_data)
        ::munmap(m_data, m_size);
}

} // namespace prunescope::model
