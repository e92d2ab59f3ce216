#include "core/records/record_removal.h"

#include "core/base/error.h"
#include "core/records/log_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>

namespace prunescope {

namespace {

constexpr std::size_t kChunkBytes = 1 << 20;

void requireRecord(const std::string& path, const PlacedRecord& record) {
    if (readRecordAt(path, record.place).id != record.id)
        throw Error(ErrorKind::BadFile, path + ": was changed by another program");
}

/// Bytes [from, to), or up to the end of the file where that comes first.
void copyBytes(std::ifstream& in, std::uint64_t from, std::uint64_t to, ReplacedFile& out) {
    std::string chunk(kChunkBytes, '\0');
    in.clear();
    in.seekg(static_cast<std::streamoff>(from));
    while (from < to) {
        in.read(chunk.data(), static_cast<std::streamsize>(std::min<std::uint64_t>(chunk.size(), to - from)));
        const auto read = static_cast<std::size_t>(in.gcount());
        if (read == 0)
            return;
        out.write(std::string_view(chunk).substr(0, read));
        from += read;
    }
}

} // namespace

void removeRecords(const std::string& path, std::span<const PlacedRecord> records) {
    std::error_code ignored;
    if (records.empty() || !std::filesystem::exists(path, ignored))
        return;
    const auto lock = openLockedLog(path); // until the end: who waits for it then opens the new file
    for (const PlacedRecord& record : records)
        requireRecord(path, record);
    removeUnfinished(path); // of one that was killed
    std::ifstream in(path, std::ios::binary);
    ReplacedFile out(path, Readers::Owner);
    std::uint64_t position = 0;
    for (const PlacedRecord& record : records) {
        copyBytes(in, position, record.place.at, out);
        position = record.place.at + record.place.length + 1;
    }
    copyBytes(in, position, std::numeric_limits<std::uint64_t>::max(), out);
    out.finish();
}

} // namespace prunescope
