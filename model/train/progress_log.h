#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace prunescope::model::train {

/// progress.jsonl of a run folder: what the training chart of the window follows. Lines are appended; a run that goes
/// on adds to what is there.
class ProgressLog {
public:
    explicit ProgressLog(std::string path) : m_path(std::move(path)) {}
    const std::string& path() const { return m_path; }
    /// Throws Error(WriteFailed) that names the file.
    void add(const nlohmann::ordered_json& line) const;

private:
    std::string m_path;
};

} // namespace prunescope::model::train
