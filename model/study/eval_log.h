#pragma once

#include "core/base/output_file.h"
#include "model/study/eval_record.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>

namespace prunescope::model {

/// The records of an evaluation in a JSONL file that a later run continues: a first line says what is measured, then a
/// line a record. What a kill left of a last line is cut off. One program at a time, one thread at a time.
class EvalLog {
public:
    /// Begins `path`, or continues it where its first line holds the same `setting`, an object of plain values. Throws
    /// Error(BadFile) that names the line and what differs, Error(WriteFailed).
    EvalLog(const std::string& path, const nlohmann::ordered_json& setting);

    const std::string& path() const { return m_path; }
    /// The record of this question under this plan, or null.
    const EvalRecord* find(std::int64_t picture, std::int64_t question, const std::string& plan) const;
    /// The line is whole in the file when this returns, or not there at all. Throws Error(WriteFailed).
    void append(const EvalRecord& record);
    /// Puts what was appended on the disk: it outlives a loss of power from here on.
    void flush() { m_file.flush(); }

private:
    using Key = std::tuple<std::int64_t, std::int64_t, std::string>;

    void readSetting(const std::string& line, const nlohmann::ordered_json& setting) const;
    void readRecord(const std::string& line, std::size_t number);
    void write(const std::string& line);

    std::string m_path;
    OutputFile m_file;
    std::map<Key, EvalRecord> m_records;
};

} // namespace prunescope::model
