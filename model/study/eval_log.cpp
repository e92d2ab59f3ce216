#include "model/study/eval_log.h"

#include "core/base/error.h"
#include "core/base/json_fields.h"

#include <filesystem>
#include <fstream>

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

constexpr const char* kSetting = "eval";

std::string lineOf(const nlohmann::ordered_json& object) {
    return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// Before a file is created where none can be.
const std::string& checkedPath(const std::string& path) {
    std::error_code ignored;
    if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored))
        throw Error(ErrorKind::BadFile, path + ": not a file");
    return path;
}

std::vector<std::string> linesOf(const std::string& path, std::string& unfinished) {
    std::ifstream in(path, std::ios::binary);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        if (in.eof())
            unfinished = line;
        else
            lines.push_back(std::move(line));
    if (in.bad())
        throw Error(ErrorKind::BadFile, path + ": can't be read");
    return lines;
}

} // namespace

EvalLog::EvalLog(const std::string& path, const nlohmann::ordered_json& setting)
    : m_path(path), m_file(checkedPath(path), Readers::Owner) {
    if (!m_file.tryLock())
        throw Error(ErrorKind::WriteFailed, m_path + ": another program writes to it");
    const std::string first = lineOf({{kSetting, setting}});
    std::string unfinished;
    const std::vector<std::string> lines = linesOf(m_path, unfinished);
    if (lines.empty() && !first.starts_with(unfinished))
        readSetting(unfinished, setting); // throws: this is no file of ours
    if (!lines.empty())
        readSetting(lines.front(), setting);
    for (std::size_t i = 1; i < lines.size(); ++i)
        readRecord(lines[i], i + 1);
    m_file.cut(m_file.size() - static_cast<off_t>(unfinished.size()));
    if (lines.empty())
        write(first);
}

void EvalLog::readSetting(const std::string& line, const nlohmann::ordered_json& setting) const {
    const std::string where = m_path + ":1";
    const nlohmann::json object = parseJson(line, where);
    const JsonFields found = JsonFields(object, where).object(kSetting);
    for (const auto& [name, expected] : setting.items())
        if (const auto value = found.json().find(name);
            value == found.json().end() || *value != nlohmann::json(expected))
            found.fail(name.c_str(), lineOf(expected) + " as in this run; choose another file");
}

void EvalLog::readRecord(const std::string& line, std::size_t number) {
    const std::string where = m_path + ":" + std::to_string(number);
    EvalRecord record = evalRecordFromJson(parseJson(line, where), where);
    Key key{record.picture, record.question, record.plan};
    m_records.emplace(std::move(key), std::move(record));
}

const EvalRecord* EvalLog::find(std::int64_t picture, std::int64_t question, const std::string& plan) const {
    const auto found = m_records.find({picture, question, plan});
    return found == m_records.end() ? nullptr : &found->second;
}

void EvalLog::append(const EvalRecord& record) {
    write(lineOf(toJson(record)));
}

void EvalLog::write(const std::string& line) {
    const off_t before = m_file.size();
    try {
        m_file.write(line + "\n");
    } catch (const Error&) {
        m_file.cut(before);
        throw;
    }
}

} // namespace prunescope::model
