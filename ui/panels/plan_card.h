#pragma once

#include "ui/session/comparison.h"

#include <QFrame>

class QLabel;
class QToolButton;

namespace prunescope::ui {

class Conversation;

/// One of the plans that are compared: its letter and name, its answer, what that cost, and how far it agrees with that
/// of plan A.
class PlanCard : public QFrame {
    Q_OBJECT

public:
    /// Both outlive this.
    PlanCard(Comparison& comparison, Conversation& conversation, int plan, QWidget* parent = nullptr);

    /// Shows the plan and its answer as they are now.
    void refresh();
    /// Each without markup; empty where there is nothing to say.
    QString answer() const;
    QString figures() const;
    QString agreement() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeHead();
    QToolButton* makeButton(const QString& text, const QString& tip);
    void showAnswer(const Turn* turn);
    /// The place of its answer that is pointed at lights up.
    void lightUp();
    QString waitingText() const;

    Comparison& m_comparison;
    Conversation& m_conversation;
    const int m_plan;
    int m_lit = -1; ///< place of the answer
    QLabel* m_badge;
    QLabel* m_title;
    QLabel* m_answer;
    QLabel* m_figures;
    QLabel* m_agreement;
    QToolButton* m_use;
    QToolButton* m_remove;
};

} // namespace prunescope::ui
