#include "ui/canvas/screen_canvas.h"

#include "ui/canvas/canvas_chips.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/workspace.h"

#include <QPainter>

namespace prunescope::ui {

namespace {

constexpr double kButtonZoom = 1.25;
constexpr int kMarginPx = 16;
constexpr int kChipBarPx = 52;

Box boxOf(const model::Region& region) {
    const std::vector<double>& px = region.px;
    Box box{{}, fromUtf8(region.label), region.kind == model::Region::Kind::Point};
    if (box.isPoint && px.size() >= 2)
        box.rect = QRectF(px[0], px[1], 0, 0);
    else if (px.size() >= 4)
        box.rect = QRectF(QPointF(px[0], px[1]), QPointF(px[2], px[3]));
    return box;
}

} // namespace

ScreenCanvas::ScreenCanvas(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_keptChip(new KeptChip(this)), m_zoomChip(new ZoomChip(this)) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Picture"));
    setAccessibleDescription(tr("Arrows pan, plus and minus zoom, 0 fits, 1 shows 1:1, Space shows the plain picture, "
                                "M switches the mask, R selects a region"));
    connect(m_zoomChip, &ZoomChip::zoomIn, this, [this] { zoomBy(kButtonZoom); });
    connect(m_zoomChip, &ZoomChip::zoomOut, this, [this] { zoomBy(1 / kButtonZoom); });
    connect(m_zoomChip, &ZoomChip::actualSize, this, &ScreenCanvas::actualSize);
    connect(m_zoomChip, &ZoomChip::fit, this, &ScreenCanvas::fit);
    connectWorkspace();
    showPicture();
}

void ScreenCanvas::connectWorkspace() {
    const LivePicture& picture = m_workspace.picture();
    connect(&picture, &LivePicture::pictureChanged, this, &ScreenCanvas::showPicture);
    connect(&picture, &LivePicture::maskChanged, this, &ScreenCanvas::showMask);
    connect(&picture, &LivePicture::regionChanged, this, qOverload<>(&QWidget::update));
    connect(&m_workspace, &Workspace::shownTurnChanged, this, &ScreenCanvas::showBoxes);
    connect(&m_workspace, &Workspace::hoveredChanged, this, [this] {
        const RegionRef hovered = m_workspace.hovered();
        const Turn* shown = m_workspace.shownTurn();
        m_boxes.setHovered(shown && shown->id == hovered.turn ? hovered.index : -1);
        update();
    });
    connect(&m_workspace, &Workspace::regionRevealed, this, [this](const RegionRef& region) { reveal(region.index); });
}

// What is shown ------------------------------------------------------------------------------------------------------

void ScreenCanvas::showPicture() {
    m_mask.setPicture(m_workspace.picture().levels());
    m_region.cancel();
    showBoxes();
    fit();
    showMask();
}

void ScreenCanvas::showMask() {
    m_mask.setMask(m_workspace.picture().mask());
    placeChips();
    update();
}

void ScreenCanvas::showBoxes() {
    std::vector<Box> boxes;
    if (const Turn* turn = m_workspace.shownTurn())
        for (const model::Region& region : turn->answer.regions)
            boxes.push_back(boxOf(region));
    m_boxes.setBoxes(std::move(boxes));
    update();
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
    updateCursor();
    Q_EMIT toolChanged(tool);
}

void ScreenCanvas::setMaskMode(MaskMode mode) {
    if (mode == m_mask.mode())
        return;
    m_mask.setMode(mode);
    update();
    Q_EMIT maskModeChanged(mode);
}

// Zoom and pan -------------------------------------------------------------------------------------------------------

QRectF ScreenCanvas::fitArea() const {
    return QRectF(rect()).adjusted(kMarginPx, kMarginPx, -kMarginPx, -kChipBarPx);
}

void ScreenCanvas::fit() {
    setTransform(fitted(QSizeF(m_workspace.picture().image().size()), fitArea()), true);
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
    transform.clampTo(QSizeF(m_workspace.picture().image().size()), fitArea());
    m_transform = transform;
    m_zoomChip->showZoom(m_transform.zoom);
    update();
}

void ScreenCanvas::resizeEvent(QResizeEvent*) {
    if (m_fitted)
        fit();
    else
        setTransform(m_transform, false);
    placeChips();
}

void ScreenCanvas::placeChips() {
    m_zoomChip->adjustSize();
    const int bottom = height() - 10;
    m_zoomChip->move(width() - 12 - m_zoomChip->width(), bottom - m_zoomChip->height());
    m_keptChip->show(m_workspace.picture(), width() - m_zoomChip->width() - 36);
    m_keptChip->move(12, bottom - m_keptChip->height() - (m_zoomChip->height() - m_keptChip->height()) / 2);
}

// Painting -----------------------------------------------------------------------------------------------------------

void ScreenCanvas::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Colours& colours = coloursOf(palette());
    m_mask.paint(painter, m_transform, rect(), colours.canvas, m_plain);
    const Size size = m_workspace.picture().screenshot().picture.size();
    const PixelRect region = m_region.isDragging() ? m_region.dragged(size) : m_workspace.picture().region();
    if (!region.empty())
        RegionTool::paint(painter, region, size, m_transform);
    if (!m_plain)
        m_boxes.paint(painter, m_transform, rect());
    if (hasFocus() && m_showFocus) {
        painter.setPen(QPen(colours.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
    }
}

} // namespace prunescope::ui
