#pragma once

#include "core/records/record_writer.h"

#include <QObject>
#include <QThreadPool>
#include <functional>
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
    bool isIdle() const { return m_tasks == 0; }

    /// Reads the log and adds what is unsaved by then; ends with `recordsRead` or `readFailed`.
    void readAll();
    /// Writes every record (log and unsaved) to `path`; ends with `exported` or `failed`.
    void exportTo(const QString& path, RecordFormat format);

Q_SIGNALS:
    void appended(const prunescope::InteractionRecord& record); ///< at once, written or not
    void saved();                                               ///< all records are on disk
    void saveFailed(const QString& message);
    /// All records, oldest first; `skipped` damaged lines.
    void recordsRead(const std::vector<prunescope::InteractionRecord>& records, int skipped);
    void exported(const QString& path, int count);
    void readFailed(const QString& message);
    void failed(const QString& message); ///< of `exportTo`
    void becameIdle();

private:
    /// Runs `work` after all that was started before; `work` returns what to do on this thread afterwards.
    void enqueue(std::function<std::function<void()>()> work);
    void flush();
    void finishFlush(const QString& error);
    void dropSaved();

    RecordWriter m_writer;
    QThreadPool m_pool;
    std::vector<InteractionRecord> m_unsaved;
    bool m_flushing = false;
    int m_savedCount = 0; ///< of `m_unsaved`, written by the flush that runs; of its thread until it ends
    int m_tasks = 0;
};

} // namespace prunescope::ui
