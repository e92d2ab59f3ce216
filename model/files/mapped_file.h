#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace prunescope::model {

/// A file mapped read-only into memory; pages are read when they are touched. Lives as long as somebody holds it.
class MappedFile {
public:
    /// Maps a file. Throws Error(NotFound), Error(BadFile) or Error(OutOfMemory).
    static std::shared_ptr<const MappedFile> open(const std::string& path);
    /// A file without a name that holds `content`, for bytes that no file has as they are needed; `path` is what
    /// messages call it. Throws Error(OutOfMemory).
    static std::shared_ptr<const MappedFile> ofContent(const std::string& path, std::span<const std::byte> content);
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile();

    const std::string& path() const { return m_path; }
    std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(m_data), m_size}; }
    /// Lets go of the memory that holds this `part` of `bytes()`; it is read from the file again when it is
    /// touched. Other memory stays as it is.
    void release(std::span<const std::byte> part) const;

private:
    static MappedFile* map(const std::string& path, int fd, std::size_t size);
    MappedFile(std::string path, void* data, std::size_t size) : m_path(std::move(path)), m_data(data), m_size(size) {}

    std::string m_path;
    void* m_data;
    std::size_t m_size;
};

} // namespace prunescope::model
