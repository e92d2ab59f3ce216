#pragma once

#include "ui/panels/panel.h"

#include <map>

class QFrame;
class QLabel;
class QScrollArea;
class QToolButton;
class QVBoxLayout;

namespace prunescope::ui {

class QuestionEdit;
class TurnView;

/// What comes out: questions and streamed answers about the current picture, and where the next one is typed.
class ConversationPanel : public Panel {
    Q_OBJECT

public:
    explicit ConversationPanel(Workspace& workspace, QWidget* parent = nullptr);

private:
    QWidget* makeModelCard();
    QWidget* makePrompts();
    QWidget* makeInput();
    void connectWorkspace();
    void addTurn(quint64 id);
    void clearTurns();
    void showModelCard();
    void showRegion();
    void showAsking(bool asking);
    void lightUp();
    void choosePrompt(int index);
    void submit();

    Workspace& m_workspace;
    QScrollArea* m_scroll;
    QVBoxLayout* m_list;
    QFrame* m_modelCard;
    QLabel* m_modelText;
    QToolButton* m_loadBundled;
    QToolButton* m_download;
    QToolButton* m_loadFolder;
    QToolButton* m_loadLast;
    QLabel* m_hint;
    QToolButton* m_region;
    QLabel* m_problem;
    QuestionEdit* m_edit;
    QToolButton* m_send;
    std::map<quint64, TurnView*> m_turns;
    bool m_followEnd = true; ///< scrolls along while the end is in view
};

} // namespace prunescope::ui
