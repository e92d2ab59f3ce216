#pragma once

#include <QWidget>

class QLabel;
class QToolButton;

namespace prunescope::ui {

class QuietButton;
struct Turn;

/// What can be done with a turn: a closer look, asking again, editing its question, and turning to another branch that
/// stands in its place. All but the closer look and the branches are quiet.
class TurnActions : public QWidget {
    Q_OBJECT

public:
    explicit TurnActions(QWidget* parent = nullptr);
    void show(const Turn& turn);
    /// While a question is being answered nothing of this can be done.
    void setAsking(bool asking);
    /// Whether the mouse is over the turn.
    void setNear(bool isNear);

Q_SIGNALS:
    void closerLookWanted();
    void askAgainWanted();
    void editWanted();
    void branchWanted(int by); ///< -1: the one before, 1: the next

private:
    QToolButton* makeStep(const QString& text, const QString& tip, int by);

    QToolButton* m_closer;
    QuietButton* m_again;
    QuietButton* m_edit;
    QWidget* m_branches;
    QToolButton* m_before;
    QLabel* m_place;
    QToolButton* m_next;
    int m_branch = 0; ///< that is shown
    int m_count = 1;
    bool m_isAsking = false;
};

} // namespace prunescope::ui
