#include "model/datasets/json_records.h"

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <filesystem>

namespace prunescope::model {

namespace {

constexpr std::size_t kLargestRecord = std::size_t{1} << 31; // also of pictures within it

std::uint32_t lineEnds(std::string_view text) {
    return static_cast<std::uint32_t>(std::ranges::count(text, '\n'));
}

} // namespace

bool isJsonList(const std::string& path) {
    return asciiLowerCase(std::filesystem::path(path).extension().string()) == ".json";
}

std::string textOf(const SetFile& file, const RecordPlace& record) {
    std::string text(file.text().substr(record.begin, record.size));
    file.wasReadAlone(text.size());
    return text;
}

JsonRecords::JsonRecords(const SetFile& file) : m_file(file), m_text(file.text()), m_isList(isJsonList(file.path())) {
    if (!m_isList)
        return;
    passBlanks();
    if (m_at == m_text.size())
        throw Error(ErrorKind::BadFile, file.path() + ": is empty, expected a list of objects");
    if (m_text[m_at] != '[')
        fail("a list of objects: [{...}, ...]; an object a line has the ending .jsonl");
    ++m_at;
}

void JsonRecords::fail(const std::string& expected) const {
    const std::string found = m_at < m_text.size() ? inQuotes(m_text.substr(m_at, 20)) : "the end of the file";
    throw Error(ErrorKind::BadFile,
                m_file.where(m_line) + ": not valid JSON: found " + found + ", expected " + expected);
}

bool JsonRecords::next(RecordPlace& record) {
    if (!(m_isList ? nextElement(record) : nextLine(record)))
        return false;
    if (record.size == UINT32_MAX)
        throw Error(ErrorKind::BadFile, m_file.where(record.line) + ": is longer than 2 GiB, expected an object");
    m_file.wasRead(record.size);
    return true;
}

bool JsonRecords::nextLine(RecordPlace& record) {
    while (m_at < m_text.size()) {
        const std::size_t begin = m_at, end = std::min(m_text.find('\n', m_at), m_text.size());
        const std::uint32_t line = m_line++;
        m_at = std::min(end + 1, m_text.size());
        if (trimmed(m_text.substr(begin, end - begin)).empty())
            continue;
        const bool isLong = end - begin > kLargestRecord;
        record = {begin, isLong ? UINT32_MAX : static_cast<std::uint32_t>(end - begin), line};
        return true;
    }
    return false;
}

void JsonRecords::passBlanks() {
    const std::size_t end = std::min(m_text.find_first_not_of(" \t\r\n", m_at), m_text.size());
    m_line += lineEnds(m_text.substr(m_at, end - m_at));
    m_at = end;
}

bool JsonRecords::nextElement(RecordPlace& record) {
    passBlanks();
    if (m_ended && m_at < m_text.size())
        fail("nothing after the list");
    if (m_ended || m_at == m_text.size()) {
        if (!m_ended)
            fail("] at the end of the list");
        return false;
    }
    if (m_text[m_at] == ']') {
        m_ended = true;
        ++m_at;
        return nextElement(record);
    }
    const std::size_t end = endOfElement();
    const bool isLong = end - m_at > kLargestRecord;
    record = {m_at, isLong ? UINT32_MAX : static_cast<std::uint32_t>(end - m_at), m_line};
    m_line += lineEnds(m_text.substr(m_at, end - m_at));
    m_at = end;
    passBlanks();
    if (m_at < m_text.size() && m_text[m_at] == ',')
        ++m_at;
    else if (m_at < m_text.size() && m_text[m_at] != ']')
        fail("a comma or ] after an element");
    return true;
}

/// The place of the comma or bracket after the element that begins here.
std::size_t JsonRecords::endOfElement() const {
    int depth = 0;
    for (std::size_t at = m_at; at < m_text.size(); ++at) {
        const char c = m_text[at];
        if (c == '"') {
            for (++at; at < m_text.size() && m_text[at] != '"'; ++at)
                at += m_text[at] == '\\';
        } else if (c == '{' || c == '[')
            ++depth;
        else if (c == '}' || c == ']') {
            if (depth == 0)
                return at;
            if (--depth == 0)
                return at + 1;
        } else if (c == ',' && depth == 0)
            return at;
    }
    throw Error(ErrorKind::BadFile,
                m_file.where(m_line) + ": not valid JSON: what begins here does not end, expected } or ]");
}

} // namespace prunescope::model
