#pragma once

#include "model/hub/content_hash.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

namespace prunescope::model {

/// A file while it is downloaded: grows at its end, is hashed on the way, and may be left and continued later.
class PartialFile {
public:
    /// Continues `path` where it is there. `hash`: as ContentHash takes it. Reads what is there; Error(Cancelled) when
    /// stopped meanwhile. Throws Error(WriteFailed).
    PartialFile(std::filesystem::path path, const std::string& hash, std::int64_t sizeBytes,
                const std::stop_token& stop);
    ~PartialFile();
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    std::int64_t positionBytes() const { return m_positionBytes; }
    bool isFull() const { return m_positionBytes == m_sizeBytes; }
    /// Throws Error(WriteFailed), or Error(BadFile) for more than the file's size.
    void append(std::string_view bytes);
    void restart();
    /// Removes the file: what is in it is of no use to anybody.
    void discard();
    /// Puts the full file in place under the name `path`, safe from a power cut. Throws Error(BadFile) and empties the
    /// file when its content is not what the hash says.
    void finish(const std::filesystem::path& path);

private:
    void readBack(const std::stop_token& stop);
    [[noreturn]] void failToWrite() const;

    std::filesystem::path m_path;
    ContentHash m_hash;
    std::int64_t m_sizeBytes;
    std::int64_t m_positionBytes = 0;
    int m_file = -1;
};

} // namespace prunescope::model
