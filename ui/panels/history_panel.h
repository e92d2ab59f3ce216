#pragma once

#include "core/records/record_writer.h"
#include "ui/panels/panel.h"

class QLabel;
class QModelIndex;
class QTableView;
class QTextBrowser;

namespace prunescope::ui {

class HistoryModel;
class Notices;
class RecordLog;

/// The questions of the log, newest first; a click shows one; export to JSON lines and CSV.
class HistoryPanel : public Panel {
    Q_OBJECT

public:
    HistoryPanel(RecordLog& log, Notices& notices, QWidget* parent = nullptr);

    /// Asks where to, then exports every record.
    void chooseExport();

protected:
    void showEvent(QShowEvent* event) override;

private:
    enum class State { Unread, Reading, Read };
    void connectLog();
    void read();
    void showUnread(const QString& why);
    void showRecord(const QModelIndex& index);
    void showState(int skipped);

    RecordLog& m_log;
    Notices& m_notices;
    HistoryModel* m_model;
    QTableView* m_table;
    QTextBrowser* m_detail;
    QLabel* m_state;
    State m_loading = State::Unread; ///< the log is read when somebody looks
};

} // namespace prunescope::ui
