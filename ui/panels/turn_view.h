#pragma once

#include "ui/session/turn.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace prunescope::ui {

class Bubble;
class ThoughtView;
class TurnActions;

/// "19 ms to first token · 41 tokens · 0.08 s · on 448 blocks".
QString figuresOf(const Turn& turn);
/// What goes on in a stage, as a sentence.
QString whatRuns(const QString& stage);
/// Reason why a turn that is done has no answer to show.
QString whyEmpty(const Turn& turn);

/// A question, what the model thinks and its answer as they come, and a line of figures below.
class TurnView : public QWidget {
    Q_OBJECT

public:
    explicit TurnView(const Turn& turn, QWidget* parent = nullptr);
    void show(const Turn& turn);
    /// Lights up the link of region `index`; none when negative.
    void setLit(int index);
    /// Content of the answer's bubble, with markup.
    QString answerText() const;
    QString figures() const;
    /// What could not be read of the places that the answer names, and which of them the model has not seen; empty
    /// where there is nothing to say.
    QString unread() const;
    /// While a question is being answered nothing can be done with a turn.
    void setAsking(bool asking);
    const Turn& turn() const { return m_turn; }

Q_SIGNALS:
    void closerLookWanted();
    void askAgainWanted();
    void editWanted();
    void branchWanted(int by);
    void partChosen();             ///< the part of the picture that the question is about
    void regionHovered(int index); ///< -1: none any more
    void regionChosen(int index);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void showQuestion();
    void showAnswer();
    void showFooter();
    QWidget* makeFooter();

    Turn m_turn;
    int m_lit = -1;
    Bubble* m_question;
    ThoughtView* m_thought;
    Bubble* m_answer;
    QLabel* m_unread;
    QLabel* m_figures;
    TurnActions* m_actions;
    QToolButton* m_copy;
};

} // namespace prunescope::ui
