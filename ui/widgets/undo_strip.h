#pragma once

#include <QFrame>
#include <QTimer>

class QLabel;

namespace prunescope::ui {

/// Line that says what was just done and offers to take it back, for ten seconds. Hidden otherwise.
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
    QTimer m_time;
};

} // namespace prunescope::ui
