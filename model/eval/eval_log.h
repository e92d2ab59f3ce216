#pragma once

#include "core/base/output_file.h"
#include "model/eval/eval_record.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <vector>

namespace prunescope::model {

/// A row, or a question under a plan, that could not be asked.
struct SkippedLine {
    std::string set;
    std::int64_t picture = 0;
    std::string plan; ///< empty: under none
    SkippedRow row;
    bool operator==(const SkippedLine& other) const {
        return set == other.set && picture == other.picture && plan == other.plan && row.reason == other.row.reason;
    }
};

/// What one file of records holds. A line of settings, an object with `set`, stands before the first record of each
/// set.
struct EvalLogContent {
    struct Setting {
        std::size_t line = 1;
        nlohmann::json value;
    };
    std::vector<Setting> settings;   ///< of each set
    std::vector<EvalRecord> records; ///< in the order of the file
    std::vector<std::size_t> lines;  ///< of each record, from 1
    std::vector<SkippedLine> skipped;
    std::string unfinished; ///< what a kill left of a last line

    /// The settings of a set, or null.
    const Setting* setting(const std::string& set) const;
};
/// Reads a file of records, which may not be there. Throws Error(BadFile) that names file, line and field.
EvalLogContent readEvalLog(const std::string& path);

/// The first of the names of `expected` that `found` has otherwise or not at all, or that `found` has besides and that
/// is not about the set itself; empty: none. Objects of plain values.
std::string firstDifference(const nlohmann::json& found, const nlohmann::ordered_json& expected);
/// A value of a setting as messages show it; "none" where it has none.
std::string settingText(const nlohmann::json& setting, const std::string& name);

/// The records of an evaluation in a JSONL file that a later run continues. What a kill left of a last line is cut off.
/// One program at a time, one thread at a time.
class EvalLog {
public:
    /// Begins `path`, or continues it where it holds the same `settings`: an object of plain values for each set, with
    /// its name as `set`. Throws Error(BadFile) that names the line and what differs, Error(WriteFailed).
    EvalLog(const std::string& path, const std::vector<nlohmann::ordered_json>& settings);

    const std::string& path() const { return m_path; }
    /// The record of this question under this plan, or null.
    const EvalRecord* find(const std::string& set, std::int64_t picture, std::int64_t question,
                           const std::string& plan) const;
    /// The line is whole in the file when this returns, or not there at all. Throws Error(WriteFailed).
    void append(const EvalRecord& record);
    /// The same for what could not be asked; nothing where that is in the file already.
    void append(const SkippedLine& line);
    /// Puts what was appended on the disk: it outlives a loss of power from here on.
    void flush() { m_file.flush(); }

private:
    using Key = std::tuple<std::string, std::int64_t, std::int64_t, std::string>;

    void compare(const EvalLogContent& content, const std::vector<nlohmann::ordered_json>& settings) const;
    void take(EvalLogContent content);
    void write(const std::string& line);

    std::string m_path;
    OutputFile m_file;
    std::map<Key, EvalRecord> m_records;
    std::vector<SkippedLine> m_skipped;
};

} // namespace prunescope::model
