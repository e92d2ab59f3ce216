#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// One file of a zip archive, in memory: nothing is ever written to where an archive says.
struct ZipEntry {
    std::string name;
    std::string bytes;
};

/// The entries as an archive: equal entries give equal bytes. Throws Error(OutOfMemory).
std::string packZip(const std::vector<ZipEntry>& entries);

/// What an archive may hold.
struct ZipRules {
    std::size_t mostEntries = 0;
    /// Bytes that the entry of that name may unpack to; 0: there is no such entry.
    std::function<std::uint64_t(std::string_view name)> mostBytes;
    std::uint64_t mostBytesOfAll = 0;
};

/// Unpacks an archive of somebody: sizes are compared with `rules` before anything is unpacked, and what is unpacked
/// with its declared size and checksum. `name` is used in messages. Throws Error(BadFile): no archive, a damaged one,
/// an entry that is unknown, there twice, encrypted or too large.
std::vector<ZipEntry> unpackZip(std::string_view bytes, const std::string& name, const ZipRules& rules);

} // namespace prunescope::model
