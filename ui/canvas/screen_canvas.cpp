#include "ui/canvas/screen_canvas.h"

#include "ui/canvas/block_text.h"
#include "ui/canvas/canvas_chips.h"
#include "ui/canvas/change_layer.h"
#include "ui/style/theme.h"

#include <QPainter>

namespace prunescope::ui {

namespace {

constexpr double kButtonZoom = 1.25;
constexpr int kMarginPx = 16;
// As of a box that is lit up: they read on light and on dark pictures.
const QColor kLit("#e08a00");
const QColor kSeam(0, 0, 0, 150);

} // namespace

ScreenCanvas::ScreenCanvas(LiveScene& scene, QWidget* parent)
    : QWidget(parent), m_live(scene), m_chips(this), m_coordinates(new CoordinateChip(this)) {
    m_coordinates->move(kMarginPx, kMarginPx);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Picture"));
    setAccessibleDescription(
        tr("Arrows pan, plus and minus zoom, 0 fits, 1 shows 1:1, Space shows the plain picture, "
           "M switches the mask, R selects a region, X redacts a part, Delete takes a redaction back, "
           "C shows coordinates; of plans that are compared, B shows the other one, V the next view, "
           "comma and dot move the line"));
    const ZoomChip& zoom = m_chips.zoom();
    connect(&zoom, &ZoomChip::zoomIn, this, [this] { zoomBy(kButtonZoom); });
    connect(&zoom, &ZoomChip::zoomOut, this, [this] { zoomBy(1 / kButtonZoom); });
    connect(&zoom, &ZoomChip::actualSize, this, &ScreenCanvas::actualSize);
    connect(&zoom, &ZoomChip::fit, this, &ScreenCanvas::fit);
    connect(&m_live, &LiveScene::changed, this, &ScreenCanvas::showScene);
    connect(&m_live, &LiveScene::boxRevealed, this, &ScreenCanvas::reveal);
    showScene();
    fit();
}

// What is shown ------------------------------------------------------------------------------------------------------

void ScreenCanvas::showScene() {
    const bool another = !m_picture.sharesPixelsWith(shown().picture);
    m_picture = shown().picture;
    m_mask.show(shown());
    m_compare.show(shown());
    if (m_hoveredBlock >= shown().mask.mask.count())
        m_hoveredBlock = -1;
    m_boxes.show(shown().boxes, shown().litBox);
    if (another && !shown().isNextFrame) {
        m_region.cancel();
        m_redaction = {};
        fit();
    }
    showChips();
}

void ScreenCanvas::reveal(int index) {
    if (index < 0 || index >= static_cast<int>(m_boxes.boxes().size()))
        return;
    if (QRectF(rect()).contains(m_boxes.viewRect(index, m_transform)))
        return;
    ViewTransform moved = m_transform;
    moved.origin += QRectF(rect()).center() - m_boxes.viewRect(index, m_transform).center();
    setTransform(moved, false);
}

void ScreenCanvas::setTool(Tool tool) {
    if (tool == m_tool)
        return;
    m_tool = tool;
    m_region.cancel();
    m_redaction = {};
    updateCursor();
    update();
    Q_EMIT toolChanged(tool);
}

// Zoom and pan -------------------------------------------------------------------------------------------------------

QRectF ScreenCanvas::fitArea() const {
    return QRectF(rect()).adjusted(kMarginPx, kMarginPx, -kMarginPx, -m_chips.heightPx());
}

void ScreenCanvas::fit() {
    setTransform(fitted(QSizeF(m_picture.whole().size()), fitArea()), true);
}

void ScreenCanvas::actualSize() {
    zoomBy(1 / m_transform.zoom);
}

void ScreenCanvas::zoomBy(double factor) {
    ViewTransform zoomed = m_transform;
    zoomed.zoomAt(QRectF(rect()).center(), m_transform.zoom * factor);
    setTransform(zoomed, false);
}

void ScreenCanvas::setTransform(ViewTransform transform, bool fitted) {
    m_fitted = fitted;
    transform.clampTo(QSizeF(m_picture.whole().size()), fitArea());
    m_transform = transform;
    m_chips.zoom().showZoom(m_transform.zoom);
    update();
}

void ScreenCanvas::resizeEvent(QResizeEvent*) {
    showChips();
    if (m_fitted)
        fit();
    else
        setTransform(m_transform, false);
}

void ScreenCanvas::showChips() {
    const int before = m_chips.heightPx();
    m_chips.show(shown(), size());
    if (m_fitted && m_chips.heightPx() != before)
        fit();
    update();
}

// Painting -----------------------------------------------------------------------------------------------------------

void ScreenCanvas::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Colours& colours = coloursOf(palette());
    m_mask.paint(painter, m_transform, rect(), colours.canvas, m_plain);
    if (!m_plain) {
        m_compare.paint(painter, m_transform, rect(), colours.canvas);
        for (const PixelRect& part : shown().redactions) // black as they are, whatever recedes around them
            painter.fillRect(m_transform.toView(QRectF(part.x, part.y, part.width, part.height)), Qt::black);
    }
    paintRegion(painter);
    paintRedactions(painter);
    if (!m_plain && shown().showsChanges && shown().changes)
        paintChanges(painter, *shown().changes, m_transform);
    if (!m_plain) {
        paintRelated(painter);
        m_compare.paintLine(painter, m_transform, rect());
        m_boxes.paint(painter, m_transform, rect());
    }
    if (hasFocus() && m_showFocus) {
        painter.setPen(QPen(colours.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
    }
}

void ScreenCanvas::paintRegion(QPainter& painter) const {
    const bool drags = m_tool == Tool::Region && m_region.isDragging();
    RegionTool::paint(painter, shown(), m_transform,
                      drags ? std::optional(m_region.dragged(shown().size())) : std::nullopt);
}

void ScreenCanvas::paintRedactions(QPainter& painter) const {
    if (m_tool != Tool::Redact)
        return;
    for (const PixelRect& part : shown().redactions)
        RegionTool::paintRedactionEdge(painter, part, m_transform);
    const PixelRect drawn = m_region.isDragging() ? m_region.dragged(shown().size()) : m_redaction;
    if (!drawn.empty())
        RegionTool::paintRedaction(painter, drawn, m_transform);
}

// The block under the cursor and the one that it was predicted from or merged into.
void ScreenCanvas::paintRelated(QPainter& painter) const {
    const std::optional<int> related = relatedBlock(shown(), m_hoveredBlock);
    if (!related)
        return;
    painter.setBrush(Qt::NoBrush);
    for (const int block : {m_hoveredBlock, *related})
        for (const QPen& pen : {QPen(kSeam, 4), QPen(kLit, 2, block == *related ? Qt::SolidLine : Qt::DotLine)}) {
            painter.setPen(pen);
            painter.drawRect(m_transform.toView(m_mask.blockRect(block)));
        }
}

} // namespace prunescope::ui
