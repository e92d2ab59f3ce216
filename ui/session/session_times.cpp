#include "ui/session/session_times.h"

#include "ui/workers/record_log.h"

namespace prunescope::ui {

SessionTimes::SessionTimes(const RecordLog& log, QObject* parent) : QObject(parent) {
    connect(&log, &RecordLog::appended, this, [this](const InteractionRecord& record) {
        m_records.push_back(record);
        Q_EMIT added();
    });
}

} // namespace prunescope::ui
