#include "core/records/record_writer.h"

#include "core/base/error.h"
#include "core/base/output_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <pwd.h>
#include <sstream>
#include <unistd.h>

namespace prunescope {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what) {
    throw Error(ErrorKind::WriteFailed, path + ": " + what);
}

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

void createParent(const fs::path& path) {
    std::error_code error;
    if (path.has_parent_path())
        fs::create_directories(path.parent_path(), error);
    if (error)
        fail(path.parent_path().string(), "cannot be created: " + error.message());
}

std::string asText(const std::vector<InteractionRecord>& records, RecordFormat format) {
    std::ostringstream text;
    writeRecords(text, records, format);
    return std::move(text).str();
}

/// Whole or not at all: the new content gets a name of its own first, `path` only at the end.
void replaceFile(const fs::path& path, const std::string& content) {
    const fs::path fresh = path.string() + "." + std::to_string(::getpid()) + ".part";
    try {
        OutputFile file(fresh.string(), path.string(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
        file.write(content);
        file.flush();
        if (::rename(fresh.c_str(), path.c_str()) != 0)
            fail(path.string(), std::string("cannot be put in place: ") + std::strerror(errno));
    } catch (const Error&) {
        ::unlink(fresh.c_str());
        throw;
    }
}

} // namespace

std::string defaultLogPath() {
    return (dataHome() / "prunescope" / "interactions.jsonl").string();
}

void RecordWriter::append(const InteractionRecord& record) const {
    createParent(m_path);
    // Questions and answers are about somebody's screen: nobody else may read them.
    OutputFile file(m_path, m_path, O_RDWR | O_CREAT | O_APPEND, 0600);
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
    const std::string content = asText(records, format);
    std::error_code error;
    const fs::path target = fs::exists(path, error) ? fs::canonical(path, error) : fs::path(path);
    if (error)
        fail(path, error.message());
    if (fs::is_directory(target, error))
        fail(path, "is a folder, expected a file");
    if (!fs::exists(target, error) || fs::is_regular_file(target, error))
        return replaceFile(target, content);
    OutputFile device(target.string(), path, O_WRONLY, 0); // a pipe or a device cannot be replaced
    device.write(content);
}

} // namespace prunescope
