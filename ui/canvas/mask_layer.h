#pragma once

#include "ui/canvas/view_transform.h"
#include "ui/live_picture.h"

#include <QColor>
#include <QImage>
#include <QRect>

class QPainter;

namespace prunescope::ui {

/// What is drawn over the picture.
enum class MaskMode {
    Mask, ///< dropped blocks recede; grid lines on kept ones
    Grid, ///< grid lines on kept blocks only
    Off,
};

/// The picture with its mask at the size of the view. Both are cached in device pixels: a new mask costs a copy of what
/// is visible, whatever the size of the screenshot.
class MaskLayer {
public:
    /// Format_RGB32.
    void setPicture(const PictureLevels& picture);
    void setMask(const ShownMask& mask);
    void setMode(MaskMode mode);
    MaskMode mode() const { return m_mode; }

    /// Fills `view` (widget coordinates) with `background`, the picture and, unless `plain`, the mask.
    void paint(QPainter& painter, const ViewTransform& transform, QRect view, const QColor& background, bool plain);

private:
    /// Where the caches belong.
    struct ViewKey {
        ViewTransform transform;
        QRect view;
        double dpr = 0;
        bool operator==(const ViewKey&) const = default;
    };
    void renderPlain(const QColor& background);
    void renderDimmed();
    void renderMasked();
    void copyDropped();
    void drawGrid();
    /// Device pixels of the edge between block columns (rows) `index - 1` and `index`.
    int columnEdge(int index) const;
    int rowEdge(int index) const;

    PictureLevels m_picture;
    ShownMask m_mask;
    MaskMode m_mode = MaskMode::Mask;
    ViewKey m_key;
    QImage m_plain;  ///< what is visible of the picture, device pixels
    QImage m_dimmed; ///< the same as if every block were dropped
    QImage m_masked; ///< the two put together, with grid
};

} // namespace prunescope::ui
