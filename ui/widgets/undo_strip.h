#pragma once

#include <QFrame>
#include <QTimer>

class QLabel;
class QToolButton;

namespace prunescope::ui {

/// Line that says what was just done and offers to take it back, for ten seconds. Hidden otherwise. The key for it is
/// that of the line in the window that was shown last.
class UndoStrip : public QFrame {
    Q_OBJECT

public:
    explicit UndoStrip(QWidget* parent = nullptr);

    /// Shows the line, or the next one: its time begins anew.
    void offer(const QString& text);
    /// Hides it: there is nothing to take back.
    void withdraw();

Q_SIGNALS:
    void undone();
    void expired(); ///< nobody has taken it back

private:
    QLabel* m_text;
    QToolButton* m_undo;
    QTimer m_time;
};

} // namespace prunescope::ui
