#pragma once

#include "core/records/record_export.h"
#include "ui/store/history_query.h"

#include <QObject>
#include <QString>
#include <functional>
#include <optional>
#include <vector>

namespace prunescope::ui {

class LogIndex;
class RecordLog;
class Store;

/// The questions of the log, found through its index (ui/store/log_index.h), which is brought up to date at the start
/// and after each question that was logged. Nothing here waits. GUI thread.
class History : public QObject {
    Q_OBJECT

public:
    /// Both outlive this.
    History(Store& store, RecordLog& log, QObject* parent = nullptr);
    /// Takes out of the file what was deleted.
    ~History() override;

    /// Brings the index up to date; ends with `updated` or `failed`.
    void update();
    /// How much of the file is in the index, while it is being read; 1 otherwise.
    double share() const { return m_share; }
    bool isUpdating() const { return m_isUpdating; }
    /// Lines of the file that hold no record.
    qint64 damaged() const { return m_damaged; }
    /// Why the log could not be read the last time; empty: it could.
    const QString& whyUnread() const { return m_whyUnread; }

    /// Lines and the first of their rows.
    struct Found {
        std::vector<qint64> lines;
        std::vector<HistoryRow> first;
    };
    /// `done` is called unless `context` is gone by then.
    void find(const QObject* context, const HistoryQuery& query, std::function<void(const Found&)> done);
    void readRows(const QObject* context, std::vector<qint64> lines,
                  std::function<void(const std::vector<HistoryRow>&)> done);
    /// The whole record of a line; `failed` where the file has none there any more.
    void readRecord(const QObject* context, qint64 line, std::function<void(const InteractionRecord&)> done);

    /// Deletes lines: they are gone from the history at once, and from the file after `finishRemoval`, or when this
    /// goes, or at the next start. What was removed before can't be put back any more.
    void remove(const std::vector<qint64>& lines);
    /// Puts back what was removed last.
    void undoRemoval();
    void finishRemoval();

    /// Writes records to a file, oldest first: those of some lines, or all and those that are not in the log yet. Ends
    /// with `exported` or `failed`.
    void exportTo(const QString& path, RecordFormat format, std::optional<std::vector<qint64>> lines = std::nullopt);

    /// Whether nothing is being found, read, removed or exported. (The index may be being brought up to date.)
    bool isIdle() const { return m_tasks == 0; }

Q_SIGNALS:
    void updating(); ///< `share` has changed
    void updated();  ///< the index is that of the file; there may be other lines
    void changed();  ///< lines were removed or put back
    void exported(const QString& path, int count);
    void failed(const QString& why); ///< one line
    void unread();                   ///< `whyUnread`
    void becameIdle();

private:
    template <typename Work, typename Done>
    void ask(const QObject* context, Work work, Done done);
    void endTask();
    void step();
    void endUpdate(const QString& why);

    Store& m_store;
    RecordLog& m_log;
    double m_share = 1;
    qint64 m_damaged = 0;
    QString m_whyUnread;
    bool m_isUpdating = false;
    bool m_wasUpdated = false;  ///< once; what a window that was killed has deleted is taken out of the file then
    bool m_updateAgain = false; ///< something was logged while the index was being brought up to date
    std::vector<qint64> m_removed;
    int m_tasks = 0;
};

} // namespace prunescope::ui
