#pragma once

#include "core/records/record_writer.h"
#include "ui/workers/job_queue.h"

#include <QObject>
#include <vector>

namespace prunescope::ui {

/// The interaction log: appends off the GUI thread, in order. A record that could not be written stays here and is
/// tried again with the next one or on `retry`; it can be exported meanwhile, so a full disk loses nothing.
class RecordLog : public QObject {
    Q_OBJECT

public:
    explicit RecordLog(const QString& path, QObject* parent = nullptr);
    /// Writes what is not on disk yet, as far as that is possible, and waits for it.
    ~RecordLog() override;

    QString path() const;
    void append(const InteractionRecord& record);
    /// Tries once more to write what is not on disk yet.
    void retry();
    /// Records that are not on disk yet, oldest first.
    const std::vector<InteractionRecord>& unsaved() const { return m_unsaved; }
    bool isIdle() const { return m_queue.isIdle(); }

Q_SIGNALS:
    void appended(const prunescope::InteractionRecord& record); ///< at once, written or not
    void saved();                                               ///< all records are on disk
    void saveFailed(const QString& message);
    void becameIdle();

private:
    void flush();
    void finishFlush(const QString& error);
    void dropSaved();

    RecordWriter m_writer;
    std::vector<InteractionRecord> m_unsaved;
    bool m_flushing = false;
    int m_savedCount = 0; ///< of `m_unsaved`, written by the flush that runs; of its thread until it ends
    JobQueue m_queue;
};

} // namespace prunescope::ui
