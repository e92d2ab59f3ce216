#pragma once

#include "core/records/interaction_record.h"

#include <string>

namespace prunescope {

/// `$XDG_DATA_HOME/prunescope/interactions.jsonl`, by default below ~/.local/share.
std::string defaultLogPath();

/// Appends whole lines to a JSON-lines file. Several programs may append to the same file.
class RecordWriter {
public:
    explicit RecordWriter(std::string path = defaultLogPath()) : m_path(std::move(path)) {}
    const std::string& path() const { return m_path; }
    /// The line is on disk when this returns. Throws Error(WriteFailed) and leaves the file as it was before: a full
    /// disk never leaves half a line behind.
    void append(const InteractionRecord& record) const;

private:
    std::string m_path;
};

} // namespace prunescope
