#pragma once

#include "core/records/interaction_record.h"

#include <QObject>
#include <vector>

namespace prunescope::ui {

class RecordLog;

/// The questions that this window has had answered, over all its pictures, as their records say: oldest first, times
/// and all. GUI thread.
class SessionTimes : public QObject {
    Q_OBJECT

public:
    /// `log` outlives this.
    explicit SessionTimes(const RecordLog& log, QObject* parent = nullptr);

    const std::vector<InteractionRecord>& records() const { return m_records; }

Q_SIGNALS:
    void added(); ///< one record, at the end

private:
    std::vector<InteractionRecord> m_records;
};

} // namespace prunescope::ui
