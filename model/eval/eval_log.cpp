#include "model/eval/eval_log.h"

#include "core/base/error.h"
#include "core/base/json_fields.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <limits>

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

constexpr const char* kSetting = "eval";
constexpr const char* kZoom = "zoom"; // as of files that were written before it was there: no
constexpr std::array kOfTheSet{"data", "set", "prompt_style", "pictures", "questions"};

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

std::string setOf(const nlohmann::ordered_json& setting) {
    return setting.at("set").get<std::string>();
}

constexpr const char* kSkipped = "skipped";

nlohmann::ordered_json toJson(const SkippedLine& line) {
    return {{"set", line.set},
            {"picture", line.picture},
            {"plan", line.plan},
            {"row", line.row.where},
            {"reason", line.row.reason}};
}

SkippedLine skippedFromJson(const JsonFields& fields) {
    return {fields.text("set"),
            fields.integer("picture", 0, std::numeric_limits<std::int64_t>::max()),
            fields.text("plan"),
            {fields.text("row"), fields.text("reason")}};
}

/// A line of a file of records.
void readLine(EvalLogContent& content, const std::string& line, const std::string& path, std::size_t number) {
    const std::string where = path + ":" + std::to_string(number);
    const nlohmann::json object = parseJson(line, where);
    const JsonFields fields(object, where);
    if (number == 1 && !fields.has(kSetting))
        fields.fail(kSetting, "the settings of an evaluation; choose another file");
    if (fields.has(kSetting)) {
        const JsonFields setting = fields.object(kSetting);
        if (!setting.has("set"))
            setting.fail("set", "the name of a set, which older versions did not write; choose another file");
        content.settings.push_back({number, setting.json()});
        content.settings.back().value.emplace(kZoom, false);
        return;
    }
    if (fields.has(kSkipped)) {
        content.skipped.push_back(skippedFromJson(fields.object(kSkipped)));
        return;
    }
    content.records.push_back(evalRecordFromJson(object, where));
    content.lines.push_back(number);
}

/// What is left of the first line that this run writes is no other program's file.
void requireOwnBeginning(const std::string& path, const EvalLogContent& content, const std::string& first) {
    if (content.settings.empty() && !first.starts_with(content.unfinished))
        throw Error(ErrorKind::BadFile,
                    path + ":1: no line of settings, expected a file of records; choose another file");
}

} // namespace

const EvalLogContent::Setting* EvalLogContent::setting(const std::string& set) const {
    const auto found = std::ranges::find_if(settings, [&](const Setting& one) { return one.value.at("set") == set; });
    return found == settings.end() ? nullptr : &*found;
}

EvalLogContent readEvalLog(const std::string& path) {
    std::ifstream in(checkedPath(path), std::ios::binary);
    EvalLogContent content;
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);)
        if (in.eof())
            content.unfinished = line;
        else
            readLine(content, line, path, ++number);
    if (in.bad())
        throw Error(ErrorKind::BadFile, path + ": can't be read");
    return content;
}

std::string firstDifference(const nlohmann::json& found, const nlohmann::ordered_json& expected) {
    for (const auto& [name, value] : expected.items())
        if (const auto other = found.find(name); other == found.end() || *other != nlohmann::json(value))
            return name;
    for (const auto& [name, value] : found.items())
        if (!expected.contains(name) && std::ranges::find(kOfTheSet, name) == kOfTheSet.end())
            return name;
    return {};
}

std::string settingText(const nlohmann::json& setting, const std::string& name) {
    const auto value = setting.find(name);
    return value == setting.end() ? "none" : lineOf(nlohmann::ordered_json(*value));
}

EvalLog::EvalLog(const std::string& path, const std::vector<nlohmann::ordered_json>& settings)
    : m_path(path), m_file(checkedPath(path), Readers::Owner) {
    if (!m_file.tryLock())
        throw Error(ErrorKind::WriteFailed, m_path + ": another program writes to it");
    EvalLogContent content = readEvalLog(m_path);
    compare(content, settings);
    m_file.cut(m_file.size() - static_cast<off_t>(content.unfinished.size()));
    for (const nlohmann::ordered_json& setting : settings)
        if (!content.setting(setOf(setting)))
            write(lineOf({{kSetting, setting}}));
    take(std::move(content));
}

/// Of a set that the file does not have yet, all that is not about the set itself must be as in its first line.
void EvalLog::compare(const EvalLogContent& content, const std::vector<nlohmann::ordered_json>& settings) const {
    requireOwnBeginning(m_path, content, lineOf({{kSetting, settings.front()}}));
    for (const nlohmann::ordered_json& setting : settings) {
        nlohmann::ordered_json expected = setting;
        expected.emplace(kZoom, false);
        const EvalLogContent::Setting* found = content.setting(setOf(setting));
        if (!found && content.settings.empty())
            continue;
        if (!found) {
            found = &content.settings.front();
            for (const char* name : kOfTheSet)
                expected.erase(name);
        }
        if (const std::string name = firstDifference(found->value, expected); !name.empty())
            throw Error(ErrorKind::BadFile, m_path + ":" + std::to_string(found->line) + ": eval." + name + " is " +
                                                settingText(found->value, name) + ", expected " +
                                                settingText(nlohmann::json(expected), name) +
                                                " as in this run; choose another file");
    }
}

void EvalLog::take(EvalLogContent content) {
    m_skipped = std::move(content.skipped);
    for (std::size_t i = 0; i < content.records.size(); ++i) {
        EvalRecord& record = content.records[i];
        Key key{record.set, record.picture, record.question, record.plan};
        if (!m_records.emplace(std::move(key), std::move(record)).second)
            throw Error(ErrorKind::BadFile,
                        m_path + ":" + std::to_string(content.lines[i]) +
                            ": the same question under the same plan stands above, expected it once");
    }
}

const EvalRecord* EvalLog::find(const std::string& set, std::int64_t picture, std::int64_t question,
                                const std::string& plan) const {
    const auto found = m_records.find({set, picture, question, plan});
    return found == m_records.end() ? nullptr : &found->second;
}

void EvalLog::append(const EvalRecord& record) {
    write(lineOf(model::toJson(record)));
}

void EvalLog::append(const SkippedLine& line) {
    if (std::ranges::find(m_skipped, line) != m_skipped.end())
        return;
    write(lineOf({{kSkipped, toJson(line)}}));
    m_skipped.push_back(line);
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
