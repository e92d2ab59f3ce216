#pragma once

#include "core/image/geometry.h"
#include "ui/canvas/view_transform.h"

#include <QPixmap>
#include <QRegion>
#include <QWidget>
#include <optional>

namespace prunescope::ui {

class RegionChooser;

/// One screen while a region is drawn: its part of the picture, dark but for the region, and a magnifier at the
/// pointer. GUI thread.
class RegionOverlay : public QWidget {
    Q_OBJECT

public:
    /// Shows the part `source` of the chooser's picture, which is what `on` looks like. Null: all of it, on any screen.
    RegionOverlay(RegionChooser& chooser, PixelRect source, QScreen* on);

    void showOnScreen();
    /// Draws what changed since it was drawn last.
    void refresh();
    /// Place of a point of the widget in the picture, also outside of it: on the screen that is there.
    QPointF toPicture(QPointF position) const;
    const ViewTransform& transform() const { return m_transform; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    /// What lies on the picture now, in widget coordinates.
    struct Shown {
        QRect region;
        QRect magnifier; ///< with its label; empty: the pointer is elsewhere
        bool hint = false;
    };
    Shown now() const;
    void makePicture();
    QRect hintRect() const;
    QRect magnifierRect(QPoint pointer) const;
    void paintMagnifier(QPainter& painter, const QRect& rect) const;
    void paintLens(QPainter& painter, const QRect& rect) const;
    void paintHint(QPainter& painter) const;

    RegionChooser& m_chooser;
    const PixelRect m_source;
    QScreen* const m_screen;
    ViewTransform m_transform; ///< from the chooser's picture to the widget
    QPixmap m_picture;         ///< the part, as large as the widget
    Shown m_shown;             ///< when it was drawn last
};

} // namespace prunescope::ui
