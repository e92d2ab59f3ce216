#include "core/records/interaction_record.h"

#include "core/base/error.h"
#include "core/base/json_fields.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <random>

namespace prunescope {

namespace {

using Clock = std::chrono::system_clock;

constexpr std::array kOwnKeys{"id", "time", "session", "question"};
constexpr const char* kSchema = "schema";

std::string calendarText(Clock::time_point when, const char* format) {
    const std::time_t seconds = Clock::to_time_t(std::chrono::floor<std::chrono::seconds>(when));
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 40> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), format, &utc);
    return std::string(text.data(), length);
}

std::string isoTime(Clock::time_point when) {
    const auto ms =
        std::chrono::floor<std::chrono::milliseconds>(when) - std::chrono::floor<std::chrono::seconds>(when);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(ms.count()));
    return calendarText(when, "%Y-%m-%dT%H:%M:%S") + fraction.data();
}

/// 32 random bits as eight hexadecimal digits, from the system's generator.
std::string randomHex() {
    std::array<char, 9> digits{};
    std::snprintf(digits.data(), digits.size(), "%08x", static_cast<unsigned>(std::random_device{}()));
    return digits.data();
}

std::string takeText(nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string())
        throw Error(ErrorKind::BadFile, std::string("log line: expected the text \"") + key + "\", found " +
                                            (found == object.end() ? "nothing" : found->type_name()));
    std::string text = found->get<std::string>();
    object.erase(found);
    return text;
}

/// 1 where there is none. Of a newer version the fields that are known mean the same (schema.md).
int takeSchema(nlohmann::json& object) {
    const auto found = object.find(kSchema);
    if (found == object.end())
        return 1;
    constexpr std::int64_t kMost = 1 << 20;
    if (!found->is_number_integer() || *found < 1 || *found > kMost)
        throw Error(ErrorKind::BadFile,
                    "log line: expected a number from 1 on as \"schema\", found " + std::string(found->type_name()));
    const int schema = found->get<int>();
    object.erase(found);
    return schema;
}

} // namespace

InteractionRecord makeRecord(const std::string& session, const std::string& question, nlohmann::json answer) {
    const std::string id = randomHex() + randomHex() + randomHex() + randomHex();
    return {id, isoTime(Clock::now()), session, question, std::move(answer), kRecordSchema};
}

std::string makeSessionId() {
    return calendarText(Clock::now(), "%Y%m%dT%H%M%SZ-") + randomHex();
}

std::string toJsonLine(const InteractionRecord& record) {
    check(record.answer.is_object(), "the answer of a record is no JSON object");
    nlohmann::json line = record.answer;
    line["id"] = record.id;
    line["time"] = record.time;
    line["session"] = record.session;
    line["question"] = record.question;
    if (record.schema > 1) // of the first version none says which it is
        line[kSchema] = record.schema;
    // A question may come from a terminal in any encoding: what is not UTF-8 must not cost the record.
    return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

InteractionRecord parseJsonLine(const std::string& line) {
    nlohmann::json object = parseJson(line, "log line");
    if (!object.is_object())
        throw Error(ErrorKind::BadFile, std::string("log line: expected a JSON object, found ") + object.type_name());
    std::array<std::string, kOwnKeys.size()> own;
    for (std::size_t i = 0; i < kOwnKeys.size(); ++i)
        own[i] = takeText(object, kOwnKeys[i]);
    const int schema = takeSchema(object);
    return {own[0], own[1], own[2], own[3], std::move(object), schema};
}

std::optional<InteractionRecord> recordIn(const std::string& line) {
    try {
        return parseJsonLine(line);
    } catch (const Error&) {
        return std::nullopt;
    }
}

} // namespace prunescope
