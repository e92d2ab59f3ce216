#include "core/records/record_writer.h"

#include "core/base/error.h"
#include "core/base/folders.h"
#include "core/records/log_file.h"

#include <cstdlib>
#include <filesystem>
#include <pwd.h>
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

} // namespace

std::string defaultLogPath() {
    return (dataHome() / "prunescope" / "interactions.jsonl").string();
}

void RecordWriter::append(const InteractionRecord& record) const {
    prepareFolderOf(m_path);
    const auto file = openLockedLog(m_path);
    const off_t before = file->size();
    const std::string separator = file->endsInsideLine() ? "\n" : ""; // another program was killed while writing
    try {
        file->write(separator + toJsonLine(record) + "\n");
        file->flush();
    } catch (const Error&) {
        file->cut(before);
        throw;
    }
}

} // namespace prunescope
