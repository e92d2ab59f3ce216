#include "core/records/record_writer.h"

#include "core/base/error.h"
#include "core/base/folders.h"
#include "core/base/output_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <pwd.h>
#include <sstream>
#include <unistd.h>

namespace prunescope {

namespace fs = std::filesystem;

namespace {

/// $XDG_DATA_HOME; relative values are ignored, as the XDG base directory specification asks.
fs::path dataHome() {
    const char* chosen = std::getenv("XDG_DATA_HOME");
    if (chosen && *chosen == '/')
        return chosen;
    const char* home = std::getenv("HOME");
    const passwd* user = home && *home ? nullptr : ::getpwuid(::getuid());
    const fs::path base = user ? user->pw_dir : (home ? home : "");
    return base / ".local" / "share";
}

/// The folder of the log. The program's own in the data folder holds nothing that others should see; a folder that the
/// user named may be anybody's.
void prepareFolderOf(const std::string& path) {
    const fs::path folder = fs::path(path).parent_path();
    makePrivateFolders(folder);
    if (path == defaultLogPath())
        closeToOthers(folder);
}

std::string asText(const std::vector<InteractionRecord>& records, RecordFormat format) {
    std::ostringstream text;
    writeRecords(text, records, format);
    return std::move(text).str();
}

} // namespace

std::string defaultLogPath() {
    return (dataHome() / "prunescope" / "interactions.jsonl").string();
}

void RecordWriter::append(const InteractionRecord& record) const {
    prepareFolderOf(m_path);
    OutputFile file(m_path, Readers::Owner);
    file.lock();
    const off_t before = file.size();
    const std::string separator = file.endsInsideLine() ? "\n" : ""; // another program was killed while writing
    try {
        file.write(separator + toJsonLine(record) + "\n");
        file.flush();
    } catch (const Error&) {
        file.cut(before);
        throw;
    }
}

std::vector<InteractionRecord> readRecords(const std::string& path, int* skipped) {
    if (skipped)
        *skipped = 0;
    std::error_code error;
    if (!fs::exists(path, error))
        return {};
    const bool regular = fs::is_regular_file(path, error); // a pipe or a device may never end
    std::ifstream in;
    if (regular)
        in.open(path, std::ios::binary);
    if (!regular || !in)
        throw Error(ErrorKind::BadFile, path + ": cannot be read, expected a file of JSON lines");
    std::vector<InteractionRecord> records;
    for (std::string line; std::getline(in, line);) {
        if (line.empty())
            continue;
        try {
            records.push_back(parseJsonLine(line));
        } catch (const Error&) {
            if (skipped)
                ++*skipped;
        }
    }
    return records;
}

void exportRecords(const std::string& path, const std::vector<InteractionRecord>& records, RecordFormat format) {
    writeFile(path, asText(records, format), Readers::Owner);
}

} // namespace prunescope
