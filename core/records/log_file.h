#pragma once

#include "core/base/output_file.h"

#include <cstdint>
#include <memory>
#include <string>

namespace prunescope {

/// What tells one state of a file from another. All 0: there is no such file.
struct FileStamp {
    std::uint64_t inode = 0;
    std::uint64_t sizeBytes = 0;
    std::int64_t modifiedNs = 0; ///< since 1970
    bool operator==(const FileStamp&) const = default;
};
FileStamp fileStamp(const std::string& path);

/// The log, open to be appended to, with the lock that all who write to it take. A log that another program has put a
/// new file in place of, while this one waited, is opened again: nothing is ever appended to a file that has no name
/// any more. Throws Error(WriteFailed).
std::unique_ptr<OutputFile> openLockedLog(const std::string& path);

} // namespace prunescope
