#pragma once

#include "core/base/output_file.h"

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace prunescope::model::train {

/// Writer of the progress.jsonl of a run folder, which the training chart of the window follows. Lines are appended; a
/// run that goes on adds to what is there. The file is held from the first line on: one program at a time trains into a
/// folder.
class ProgressLog {
public:
    explicit ProgressLog(std::string path) : m_path(std::move(path)) {}
    const std::string& path() const { return m_path; }
    /// Appends a line. Throws Error(WriteFailed) that names the file; a full disk leaves no half line behind.
    void add(const nlohmann::ordered_json& line);

private:
    OutputFile& opened();

    std::string m_path;
    std::optional<OutputFile> m_file;
};

} // namespace prunescope::model::train
