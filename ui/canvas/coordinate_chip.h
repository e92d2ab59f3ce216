#pragma once

#include <QFrame>
#include <QPointF>

class QLabel;

namespace prunescope::ui {

struct Scene;

/// A point of the picture in all its coordinates: desktop, picture, what the model sees, thousandths, block; and why
/// its block is kept or dropped. GUI thread.
class CoordinateChip : public QFrame {
    Q_OBJECT

public:
    explicit CoordinateChip(QWidget* parent);
    /// Shows a point, in pixels of the scene's picture; hides where that is none.
    void show(const Scene& scene, QPointF picture);
    QString text() const;

private:
    QLabel* m_label;
};

} // namespace prunescope::ui
