#include "core/records/log_reader.h"

#include "core/base/error.h"

#include <filesystem>

namespace prunescope {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void failToRead(const std::string& path) {
    throw Error(ErrorKind::BadFile, path + ": cannot be read, expected a file of JSON lines");
}

/// A pipe or a device may never end. Not open for a file that is not there.
std::ifstream openLog(const std::string& path) {
    std::error_code error;
    std::ifstream in;
    if (!fs::exists(path, error))
        return in;
    if (fs::is_regular_file(path, error))
        in.open(path, std::ios::binary);
    if (!in.is_open())
        failToRead(path);
    return in;
}

} // namespace

LogReader::LogReader(const std::string& path, std::uint64_t from) : m_in(openLog(path)), m_position(from) {
    if (m_in.is_open())
        m_in.seekg(static_cast<std::streamoff>(from));
}

bool LogReader::next() {
    while (m_in.is_open() && std::getline(m_in, m_line)) {
        m_isWhole = !m_in.eof();
        m_place = {m_position, m_line.size()};
        m_position += m_line.size() + (m_isWhole ? 1 : 0);
        if (!m_line.empty())
            return true;
    }
    return false;
}

InteractionRecord readRecordAt(const std::string& path, LinePlace place) {
    std::ifstream in = openLog(path);
    std::error_code error;
    if (!in.is_open() || place.at + place.length > fs::file_size(path, error) || error)
        failToRead(path);
    std::string line(place.length, '\0');
    in.seekg(static_cast<std::streamoff>(place.at));
    if (!in.read(line.data(), static_cast<std::streamsize>(line.size())))
        failToRead(path);
    return parseJsonLine(line);
}

std::vector<InteractionRecord> readRecords(const std::string& path, int* skipped) {
    int damaged = 0;
    std::vector<InteractionRecord> records;
    for (LogReader reader(path); reader.next();) {
        if (auto record = recordIn(reader.line()))
            records.push_back(std::move(*record));
        else
            ++damaged;
    }
    if (skipped)
        *skipped = damaged;
    return records;
}

} // namespace prunescope
