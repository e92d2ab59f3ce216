#pragma once

#include "ui/canvas/box_layer.h"
#include "ui/canvas/chip_bar.h"
#include "ui/canvas/compare_layer.h"
#include "ui/canvas/coordinate_chip.h"
#include "ui/canvas/live_scene.h"
#include "ui/canvas/mask_layer.h"
#include "ui/canvas/region_tool.h"
#include "ui/canvas/view_transform.h"

#include <QWidget>

class QNativeGestureEvent;
class QPainter;

namespace prunescope::ui {

class KeptChip;

/// A scene to look at: zoom to the cursor (wheel, pinch, +/-), pan (drag, arrows), fit (0), 1:1 (1), plain picture
/// while Space is held, region selection (R), redaction (X; Delete takes one back), coordinates (C), two plans side by
/// side (B, V, comma and dot). Several canvases may show one scene, each from where it likes. GUI thread.
class ScreenCanvas : public QWidget {
    Q_OBJECT

public:
    enum class Tool { Pan, Region, Redact };

    /// `scene` outlives the canvas.
    explicit ScreenCanvas(LiveScene& scene, QWidget* parent = nullptr);

    LiveScene& scene() { return m_live; }

    void setTool(Tool tool);
    Tool tool() const { return m_tool; }

    void fit();
    void actualSize();
    void zoomBy(double factor);
    const ViewTransform& transform() const { return m_transform; }
    const BoxLayer& boxes() const { return m_boxes; }
    KeptChip& keptChip() { return m_chips.kept(); }

    /// Shows the point under the pointer in all coordinates that it has (C).
    void setShowsCoordinates(bool shows);
    const CoordinateChip& coordinates() const { return *m_coordinates; }

    /// What became of the block at a point of the widget; empty where nobody knows.
    QString whyAt(QPointF position) const;

    /// Index of the redaction at a point of the widget, the newest of several; -1 for none.
    int redactionAt(QPointF position) const;

    QSize sizeHint() const override { return {900, 640}; }
    QSize minimumSizeHint() const override { return {240, 180}; }

Q_SIGNALS:
    void toolChanged(prunescope::ui::ScreenCanvas::Tool tool);
    /// Emitted when the user chooses the part to ask about; empty: the whole picture. The scene has it then, unless it
    /// was refused.
    void regionChosen(prunescope::PixelRect region);
    /// Emitted when the user draws a part to redact, and to take back a redaction of the scene.
    void redactionDrawn(prunescope::PixelRect part);
    void redactionRemoved(int index);
    /// Emitted when the user asks for what can be done with the picture, at a global point.
    void menuWanted(QPoint global);
    void copyWanted();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    const Scene& shown() const { return m_live.now(); }
    void showScene();
    void reveal(int index);
    void setTransform(ViewTransform transform, bool fitted);
    bool pinch(const QNativeGestureEvent& event);
    bool compareByKey(const QKeyEvent& event);
    bool moveByKey(const QKeyEvent& event);
    bool commandByKey(const QKeyEvent& event);
    bool redactByKey(const QKeyEvent& event);
    void toggleTool(Tool tool);
    void finishDrag();
    void giveUp();
    void setPlain(bool plain);
    void hover(QPointF position);
    /// The block under the cursor, where anything is drawn of it; else -1.
    int blockAt(QPointF position) const;
    void showWhy(QPoint position, QPoint global);
    void paintRegion(QPainter& painter) const;
    void paintRedactions(QPainter& painter) const;
    void paintRelated(QPainter& painter) const;
    void updateCursor();
    void showChips();
    /// The part of the widget that a fitted picture may fill.
    QRectF fitArea() const;

    LiveScene& m_live;
    PictureLevels m_picture; ///< that is shown: another one is fitted anew
    MaskLayer m_mask;
    CompareLayer m_compare;
    BoxLayer m_boxes;
    RegionTool m_region;   ///< what is dragged, with either tool
    PixelRect m_redaction; ///< that is being placed by keyboard; empty: none
    ViewTransform m_transform;
    Tool m_tool = Tool::Pan;
    bool m_fitted = true; ///< keeps fitting when the window is resized
    bool m_plain = false; ///< Space is held
    bool m_panning = false;
    bool m_showFocus = false; ///< came by keyboard: then the ring helps
    int m_hoveredBlock = -1;  ///< -1: none
    QPointF m_lastPosition;
    ChipBar m_chips;
    CoordinateChip* m_coordinates;
    bool m_showsCoordinates = false;
};

} // namespace prunescope::ui
