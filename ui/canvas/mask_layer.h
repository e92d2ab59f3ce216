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
    Mask,     ///< dropped blocks recede; grid lines on kept ones
    Grid,     ///< grid lines on kept blocks only
    Restored, ///< what a decoder would make of the kept blocks
    Error,    ///< how far that is from the picture
    Off,
};

/// What has to be computed for a mode.
RestoredView restoredViewOf(MaskMode mode);

/// The picture with its mask at the size of the view. All is cached in device pixels: a new mask costs a copy of what
/// is visible, whatever the size of the screenshot.
class MaskLayer {
public:
    /// Format_RGB32.
    void setPicture(const PictureLevels& picture);
    void setMask(const ShownMask& mask);
    /// Nothing: it is still being made. Then the plain picture stands in for it, dimmed where errors are to come.
    void setRestoration(const std::optional<Restoration>& restoration);
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
    const QImage& rendered(bool plain);
    void renderPlain(const QColor& background);
    void renderDimmed();
    void renderMasked();
    void renderRestored();
    /// `picture` where it covers `area` of the original one.
    void drawOn(QImage& target, const PictureLevels& picture, const QRectF& area) const;
    void dimArea();
    void copyDropped();
    void drawGrid();
    /// Device pixels of the edge between block columns (rows) `index - 1` and `index`.
    int columnEdge(int index) const;
    int rowEdge(int index) const;

    PictureLevels m_picture;
    ShownMask m_mask;
    std::optional<Restoration> m_restoration;
    MaskMode m_mode = MaskMode::Mask;
    ViewKey m_key;
    QImage m_plain;  ///< what is visible of the picture, device pixels
    QImage m_dimmed; ///< the same as if every block were dropped
    QImage m_masked; ///< the two put together, with grid; or what is restored
};

} // namespace prunescope::ui
