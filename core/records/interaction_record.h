#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace prunescope {

/// Version of the records that are written (schema.md). Those without a version are of the first.
inline constexpr int kRecordSchema = 2;

/// One question with its mask figures, times and answer: the `ask` object plus who asked what and when.
struct InteractionRecord {
    std::string id;      ///< unique
    std::string time;    ///< ISO 8601, UTC
    std::string session; ///< one run of the program
    std::string question;
    nlohmann::json answer; ///< the `ask` object
    int schema = 1;        ///< version of its fields
};

/// A record of now, with a fresh id.
InteractionRecord makeRecord(const std::string& session, const std::string& question, nlohmann::json answer);
/// A fresh session name.
std::string makeSessionId();

/// One line, without the line end.
std::string toJsonLine(const InteractionRecord& record);
/// Parses a line of the log. Throws Error(BadFile).
InteractionRecord parseJsonLine(const std::string& line);
/// The record in a line of the log; nothing for a damaged one.
std::optional<InteractionRecord> recordIn(const std::string& line);

} // namespace prunescope
