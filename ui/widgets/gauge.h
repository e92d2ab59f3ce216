#pragma once

#include <QFrame>

class QLabel;

namespace prunescope::ui {

/// A figure with its caption, and below it, struck through, what it would be without pruning.
class Gauge : public QFrame {
    Q_OBJECT

public:
    Gauge(const QString& caption, const QString& tip, QWidget* parent = nullptr);
    /// An empty `before` leaves its line blank, so that nothing moves.
    void setValues(const QString& value, const QString& before);
    QString value() const;
    QString before() const;

private:
    QLabel* m_value;
    QLabel* m_before;
    QString m_caption;
};

} // namespace prunescope::ui
