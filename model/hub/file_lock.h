#pragma once

#include <filesystem>
#include <optional>

namespace prunescope::model {

/// A lock between programs, tied to a file: the one that the Hugging Face libraries take, too. Goes with the object,
/// and with the program however that ends.
class FileLock {
public:
    /// Takes the lock, making the file; nothing while somebody else has it. Throws Error(WriteFailed).
    static std::optional<FileLock> tryLock(const std::filesystem::path& path);

    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&&) = delete;
    ~FileLock();

private:
    explicit FileLock(int file) : m_file(file) {}
    int m_file;
};

} // namespace prunescope::model
