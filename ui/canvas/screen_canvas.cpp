#include "ui/canvas/screen_canvas.h"

#include "ui/canvas/canvas_chips.h"
#include "ui/canvas/change_layer.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/workspace.h"

#include <QPainter>

namespace prunescope::ui {

namespace {

constexpr double kButtonZoom = 1.25;
constexpr int kMarginPx = 16;

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
    : QWidget(parent), m_workspace(workspace), m_chips(this) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Picture"));
    setAccessibleDescription(tr("Arrows pan, plus and minus zoom, 0 fits, 1 shows 1:1, Space shows the plain picture, "
                                "M switches the mask, R selects a region"));
    const ZoomChip& zoom = m_chips.zoom();
    connect(&zoom, &ZoomChip::zoomIn, this, [this] { zoomBy(kButtonZoom); });
    connect(&zoom, &ZoomChip::zoomOut, this, [this] { zoomBy(1 / kButtonZoom); });
    connect(&zoom, &ZoomChip::actualSize, this, &ScreenCanvas::actualSize);
    connect(&zoom, &ZoomChip::fit, this, &ScreenCanvas::fit);
    connectWorkspace();
    showPicture();
}

void ScreenCanvas::connectWorkspace() {
    const LivePicture& picture = m_workspace.picture();
    connect(&picture, &LivePicture::pictureChanged, this, &ScreenCanvas::showPicture);
    connect(&picture, &LivePicture::maskChanged, this, &ScreenCanvas::showMask);
    connect(&picture, &LivePicture::restorationChanged, this, &ScreenCanvas::showRestoration);
    connect(&picture, &LivePicture::changesChanged, this, &ScreenCanvas::updateChips);
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
    updateChips();
}

void ScreenCanvas::showRestoration() {
    m_mask.setRestoration(m_workspace.picture().restoration());
    updateChips();
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
    m_workspace.picture().setRestoredView(restoredViewOf(mode));
    updateChips();
    Q_EMIT maskModeChanged(mode);
}

void ScreenCanvas::setShowsChanges(bool shows) {
    if (shows == m_showsChanges)
        return;
    m_showsChanges = shows;
    updateChips();
    Q_EMIT showsChangesChanged(shows);
}

// Zoom and pan -------------------------------------------------------------------------------------------------------

QRectF ScreenCanvas::fitArea() const {
    return QRectF(rect()).adjusted(kMarginPx, kMarginPx, -kMarginPx, -m_chips.heightPx());
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
    m_chips.zoom().showZoom(m_transform.zoom);
    update();
}

void ScreenCanvas::resizeEvent(QResizeEvent*) {
    updateChips();
    if (m_fitted)
        fit();
    else
        setTransform(m_transform, false);
}

void ScreenCanvas::updateChips() {
    const LivePicture& picture = m_workspace.picture();
    const int before = m_chips.heightPx();
    m_chips.show(picture, m_mask.mode(), m_showsChanges);
    m_chips.place(picture, size());
    if (m_fitted && m_chips.heightPx() != before)
        fit();
    update();
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
    const std::optional<PictureChanges>& changes = m_workspace.picture().changes();
    if (!m_plain && m_showsChanges && changes)
        paintChanges(painter, *changes, m_transform);
    if (!m_plain)
        m_boxes.paint(painter, m_transform, rect());
    if (hasFocus() && m_showFocus) {
        painter.setPen(QPen(colours.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
    }
}

} // namespace prunescope::ui
