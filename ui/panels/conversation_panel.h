#pragma once

#include "ui/panels/bundled_hint.h"
#include "ui/panels/panel.h"

class QCheckBox;
class QFrame;
class QLabel;
class QToolButton;

namespace prunescope::ui {

class Conversation;
class MaskView;
class QuestionEdit;
class Segmented;
class TurnList;

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

protected:
    void focusContent() override;

private:
    QWidget* makeModelCard();
    QWidget* makePrompts();
    QWidget* makeInput(const BundledHint::Parts& hint);
    QWidget* makeRegion(QWidget* parent);
    QWidget* makeEdited(QWidget* parent);
    QWidget* makeThinking(QWidget* parent);
    void makeTitle();
    void connectConversation();
    void showModelCard();
    void showRegion();
    void showAsking(bool asking);
    void showThinking();
    void showEdited();
    void choosePrompt(int index);
    void submit();

    Conversation& m_conversation;
    MaskView& m_mask;
    const ModelSlot& m_model;
    WindowActions& m_actions;
    TurnList* m_turns;
    QFrame* m_modelCard;
    QLabel* m_modelText;
    QToolButton* m_loadBundled;
    QToolButton* m_download;
    QToolButton* m_loadFolder;
    QToolButton* m_loadLast;
    QWidget* m_regionRow;
    QToolButton* m_region;
    Segmented* m_regionUse;
    QToolButton* m_edited;
    QLabel* m_problem;
    QuestionEdit* m_edit;
    QToolButton* m_send;
    QCheckBox* m_think;
};

} // namespace prunescope::ui
