// Mouse, wheel and pinch of the canvas.
#include "ui/canvas/block_text.h"
#include "ui/canvas/screen_canvas.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <cmath>

namespace prunescope::ui {

namespace {

constexpr double kWheelZoom = 1.0015; ///< per eighth of a degree: 1.2 a notch

} // namespace

bool ScreenCanvas::event(QEvent* event) {
    if (event->type() == QEvent::NativeGesture && pinch(*static_cast<QNativeGestureEvent*>(event)))
        return true;
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        showWhy(help->pos(), help->globalPos());
        return true;
    }
    return QWidget::event(event);
}

bool ScreenCanvas::pinch(const QNativeGestureEvent& event) {
    if (event.gestureType() != Qt::ZoomNativeGesture)
        return false;
    ViewTransform zoomed = m_transform;
    zoomed.zoomAt(event.position(), m_transform.zoom * (1 + event.value()));
    setTransform(zoomed, false);
    return true;
}

void ScreenCanvas::wheelEvent(QWheelEvent* event) {
    ViewTransform moved = m_transform;
    // A touchpad scrolls in pixels: that is panning. A wheel zooms, also with Ctrl on a touchpad.
    if (!event->pixelDelta().isNull() && event->phase() != Qt::NoScrollPhase &&
        !event->modifiers().testFlag(Qt::ControlModifier))
        moved.origin += event->pixelDelta();
    else
        moved.zoomAt(event->position(), m_transform.zoom * std::pow(kWheelZoom, event->angleDelta().y()));
    setTransform(moved, false);
    event->accept();
}

// Mouse --------------------------------------------------------------------------------------------------------------

void ScreenCanvas::mousePressEvent(QMouseEvent* event) {
    m_lastPosition = event->position();
    const bool left = event->button() == Qt::LeftButton;
    if (left && m_tool != Tool::Pan && !shown().isEmpty())
        m_region.begin(m_transform.toPicture(event->position()));
    else if (left && m_compare.beginDrag(event->position(), m_transform))
        event->accept();
    else if (left || event->button() == Qt::MiddleButton)
        m_panning = true;
    updateCursor();
}

void ScreenCanvas::mouseMoveEvent(QMouseEvent* event) {
    if (m_region.isDragging()) {
        m_region.moveTo(m_transform.toPicture(event->position()));
        update();
    } else if (m_compare.isDragging()) {
        m_live.setSwipe(m_compare.shareAt(event->position(), m_transform));
    } else if (m_panning) {
        ViewTransform moved = m_transform;
        moved.origin += event->position() - m_lastPosition;
        setTransform(moved, m_fitted && event->position() == m_lastPosition);
    } else {
        hover(event->position());
    }
    m_lastPosition = event->position();
}

void ScreenCanvas::mouseReleaseEvent(QMouseEvent*) {
    if (m_region.isDragging())
        finishDrag();
    m_panning = false;
    m_compare.endDrag();
    updateCursor();
}

void ScreenCanvas::finishDrag() {
    const auto chosen = m_region.finish(shown().size());
    update();
    if (m_tool == Tool::Redact) { // which is rarely the only one: the tool stays
        if (chosen)
            Q_EMIT redactionDrawn(*chosen);
        return;
    }
    Q_EMIT regionChosen(chosen.value_or(PixelRect{}));
    if (chosen && shown().region == *chosen) // else it was refused: the next drag tries again
        setTool(Tool::Pan);
}

int ScreenCanvas::redactionAt(QPointF position) const {
    const QPointF at = m_transform.toPicture(position);
    for (auto index = static_cast<int>(shown().redactions.size()) - 1; index >= 0; --index)
        if (contains(boxOf(shown().redactions[static_cast<std::size_t>(index)]), {at.x(), at.y()}))
            return index;
    return -1;
}

void ScreenCanvas::contextMenuEvent(QContextMenuEvent* event) {
    if (shown().isEmpty())
        return;
    const bool byMouse = event->reason() == QContextMenuEvent::Mouse;
    if (byMouse)
        m_lastPosition = QPointF(event->pos());
    Q_EMIT menuWanted(byMouse ? event->globalPos() : mapToGlobal(rect().center()));
}

void ScreenCanvas::mouseDoubleClickEvent(QMouseEvent*) {
    m_fitted ? actualSize() : fit();
}

void ScreenCanvas::leaveEvent(QEvent*) {
    m_live.hoverBox(-1);
    m_coordinates->hide();
    m_hoveredBlock = -1;
    m_lastPosition = {-1, -1};
    update();
}

void ScreenCanvas::setShowsCoordinates(bool shows) {
    m_showsCoordinates = shows;
    if (shows)
        m_coordinates->show(shown(), m_transform.toPicture(m_lastPosition));
    else
        m_coordinates->hide();
}

void ScreenCanvas::hover(QPointF position) {
    if (m_showsCoordinates)
        m_coordinates->show(shown(), m_transform.toPicture(position));
    m_live.hoverBox(m_boxes.hit(position, m_transform));
    m_compare.setOverLine(m_compare.isOnLine(position, m_transform));
    updateCursor();
    if (const int block = blockAt(position); block != m_hoveredBlock) {
        m_hoveredBlock = block;
        update();
    }
}

int ScreenCanvas::blockAt(QPointF position) const {
    const bool drawn = shown().mode != MaskMode::Off && !m_plain;
    return drawn ? m_mask.blockAt(m_transform.toPicture(position)) : -1;
}

QString ScreenCanvas::whyAt(QPointF position) const {
    return blockText(shown(), blockAt(position));
}

void ScreenCanvas::showWhy(QPoint position, QPoint global) {
    if (const int box = m_boxes.hit(position, m_transform); box >= 0)
        if (const QString& unseen = m_boxes.boxes()[static_cast<std::size_t>(box)].unseen; !unseen.isEmpty())
            return QToolTip::showText(global, unseen, this, m_boxes.viewRect(box, m_transform).toAlignedRect());
    const QString why = whyAt(position);
    if (why.isEmpty())
        return QToolTip::hideText();
    const QRectF block = m_transform.toView(m_mask.blockRect(blockAt(position)));
    QToolTip::showText(global, why, this, block.toAlignedRect()); // another block has another reason
}

void ScreenCanvas::updateCursor() {
    if (m_tool != Tool::Pan)
        setCursor(Qt::CrossCursor);
    else if (m_panning)
        setCursor(Qt::ClosedHandCursor);
    else if (m_compare.isDragging() || m_compare.isOverLine())
        setCursor(Qt::SplitHCursor);
    else
        unsetCursor(); // the window shows there that a picture is being read
}

} // namespace prunescope::ui
