#pragma once

#include "ui/panels/bundled_hint.h"
#include "ui/panels/panel.h"

#include <map>

class QCheckBox;
class QFrame;
class QLabel;
class QScrollArea;
class QToolButton;
class QVBoxLayout;

namespace prunescope::ui {

class Conversation;
class MaskView;
class QuestionEdit;
class Segmented;
class TurnView;

/// Panel of the conversation: questions and streamed answers about the current picture, and where the next one is
/// typed.
class ConversationPanel : public Panel {
    Q_OBJECT

public:
    /// Objects that the panel shows and acts on; all of them outlive the panel.
    struct Parts {
        Conversation& conversation;
        MaskView& mask;
        BundledHint::Parts hint;
    };
    explicit ConversationPanel(const Parts& parts, QWidget* parent = nullptr);

private:
    QWidget* makeModelCard();
    QWidget* makePrompts();
    QWidget* makeInput(const BundledHint::Parts& hint);
    QWidget* makeRegion(QWidget* parent);
    QWidget* makeThinking(QWidget* parent);
    void connectConversation();
    void followEnd();
    void addTurn(quint64 id);
    void clearTurns();
    void showModelCard();
    void showRegion();
    void showAsking(bool asking);
    void showThinking();
    void lightUp();
    void choosePrompt(int index);
    void submit();

    Conversation& m_conversation;
    MaskView& m_mask;
    const ModelSlot& m_model;
    WindowActions& m_actions;
    QScrollArea* m_scroll;
    QVBoxLayout* m_list;
    QFrame* m_modelCard;
    QLabel* m_modelText;
    QToolButton* m_loadBundled;
    QToolButton* m_download;
    QToolButton* m_loadFolder;
    QToolButton* m_loadLast;
    QLabel* m_hint;
    QWidget* m_regionRow;
    QToolButton* m_region;
    Segmented* m_regionUse;
    QLabel* m_problem;
    QuestionEdit* m_edit;
    QToolButton* m_send;
    QCheckBox* m_think;
    std::map<quint64, TurnView*> m_turns;
    bool m_followEnd = true; ///< scrolls along while the end is in view
};

} // namespace prunescope::ui
