#pragma once

#include "ui/panels/panel.h"

#include <QTimer>
#include <vector>

class QLabel;
class QLineEdit;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace prunescope::ui {

class ConversationOpener;
class Conversations;
class ConversationsModel;
class UndoStrip;

/// The conversations of the database: searched, sorted, opened again, renamed and deleted.
class ConversationsPanel : public Panel {
    Q_OBJECT

public:
    /// Objects that the panel shows and acts on; all of them outlive the panel.
    struct Parts {
        Conversations& store;
        ConversationOpener& opener;
    };
    explicit ConversationsPanel(const Parts& parts, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;
    void focusContent() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeTitle();
    QWidget* makeList();
    QWidget* makeButtons();
    void connectStore();
    void refreshWhenBack(Qt::ApplicationState state);
    void showState();
    void showSelection();
    void open();
    void rename();
    void removeChosen();
    void undoRemoval();
    std::vector<qint64> chosen() const;

    const Parts m_parts;
    ConversationsModel* m_model;
    QLabel* m_state;
    QLineEdit* m_words;
    QStackedWidget* m_pages; ///< the table, or why there is none
    QTableView* m_table;
    QLabel* m_empty;
    QToolButton* m_open;
    QToolButton* m_rename;
    QToolButton* m_delete;
    UndoStrip* m_undo;
    qint64 m_reopened = 0; ///< with Undo: it was shown when it was deleted; 0: none
    QTimer m_typing;       ///< until the words are searched
    qint64 m_current = 0;  ///< the conversation that is chosen; 0: none
};

} // namespace prunescope::ui
