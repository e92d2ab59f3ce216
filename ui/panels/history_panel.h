#pragma once

#include "ui/panels/panel.h"

#include <QTimer>
#include <optional>
#include <vector>

class QLabel;
class QLineEdit;
class QModelIndex;
class QStackedWidget;
class QTableView;
class QTextBrowser;
class QToolButton;

namespace prunescope::ui {

class History;
class HistoryModel;
class Notices;
class RecordLog;
class RecordOpener;
class UndoStrip;

/// The questions of the log: searched, sorted by any column, read, opened again in the window, deleted and exported.
class HistoryPanel : public Panel {
    Q_OBJECT

public:
    /// Objects that the panel shows and acts on; all of them outlive the panel.
    struct Parts {
        History& history;
        RecordOpener& opener;
        RecordLog& log;
        Notices& notices;
    };
    explicit HistoryPanel(const Parts& parts, QWidget* parent = nullptr);

    /// Asks where to, then exports every record.
    void chooseExport() { exportLines(std::nullopt); }

protected:
    void showEvent(QShowEvent* event) override;
    void focusContent() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeTitle();
    QWidget* makeList();
    QWidget* makeDetail();
    QToolButton* makeButton(const QString& text, const QString& tip);
    void connectHistory();
    void exportLines(std::optional<std::vector<qint64>> lines);
    void showState();
    void showEmpty();
    void showRecord();
    void showSelection();
    void openAgain();
    void removeChosen();
    std::vector<qint64> chosenLines() const;

    const Parts m_parts;
    HistoryModel* m_model;
    QLabel* m_state;
    QLineEdit* m_words;
    QStackedWidget* m_pages; ///< the table, or why there is none
    QTableView* m_table;
    QLabel* m_empty;
    QTextBrowser* m_detail;
    QToolButton* m_openAgain;
    QToolButton* m_delete;
    QToolButton* m_exportChosen;
    UndoStrip* m_undo;
    QTimer m_typing;      ///< until the words are searched
    qint64 m_current = 0; ///< the line that is read; 0: none
};

} // namespace prunescope::ui
