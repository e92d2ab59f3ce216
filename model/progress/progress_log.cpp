#include "model/progress/progress_log.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

namespace prunescope::model::train {

OutputFile& ProgressLog::opened() {
    if (m_file)
        return *m_file;
    m_file.emplace(m_path, Readers::Everyone);
    if (!m_file->tryLock()) {
        m_file.reset();
        throw Error(ErrorKind::WriteFailed, m_path + ": another program trains into this folder");
    }
    return *m_file;
}

void ProgressLog::add(const nlohmann::ordered_json& line) {
    OutputFile& file = opened();
    const off_t before = file.size();
    const std::string separator = file.endsInsideLine() ? "\n" : ""; // a run was killed while it wrote
    try {
        file.write(separator + line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
    } catch (const Error&) {
        file.cut(before);
        throw;
    }
}

} // namespace prunescope::model::train
