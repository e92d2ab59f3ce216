#pragma once

#include "core/records/interaction_record.h"
#include "ui/workers/latest_job.h"

#include <QImage>
#include <QObject>
#include <vector>

namespace prunescope::ui {

class Notices;

/// Writes charts and times of the session to files, off the GUI thread; says what came of it as a notice. Files are for
/// their owner alone, whole or not there at all. GUI thread.
class LatencyExport : public QObject {
    Q_OBJECT

public:
    explicit LatencyExport(Notices& notices, QObject* parent = nullptr);

    void savePicture(const QImage& picture, const QString& path);
    /// The table of times (core/records/record_columns.h).
    void saveTimes(const std::vector<InteractionRecord>& records, const QString& path);

private:
    Notices& m_notices;
    LatestJob m_write;
};

} // namespace prunescope::ui
