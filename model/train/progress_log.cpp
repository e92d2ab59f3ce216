#include "model/train/progress_log.h"

#include "core/base/error.h"

#include <fstream>
#include <nlohmann/json.hpp>

namespace prunescope::model::train {

void ProgressLog::add(const nlohmann::ordered_json& line) const {
    std::ofstream out(m_path, std::ios::app);
    out << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    out.flush();
    if (!out)
        throw Error(ErrorKind::WriteFailed, m_path + ": cannot be written, is the disk full?");
}

} // namespace prunescope::model::train
