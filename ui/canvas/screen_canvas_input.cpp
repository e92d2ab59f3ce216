// Mouse, wheel, pinch and keyboard of the canvas.
#include "ui/canvas/screen_canvas.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <cmath>

namespace prunescope::ui {

namespace {

constexpr double kWheelZoom = 1.0015; ///< per eighth of a degree: 1.2 a notch
constexpr double kKeyZoom = 1.25;
constexpr int kPanStepPx = 64;
constexpr double kSwipeStep = 0.02; ///< of the picture's width

MaskMode next(MaskMode mode) {
    return mode == MaskMode::Off ? MaskMode::Mask : static_cast<MaskMode>(static_cast<int>(mode) + 1);
}

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
    if (left && m_tool == Tool::Region && !shown().isEmpty())
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
    if (m_region.isDragging()) {
        const auto chosen = m_region.finish(shown().size());
        Q_EMIT regionChosen(chosen.value_or(PixelRect{}));
        if (chosen && shown().region == *chosen) // else it was refused: the next drag tries again
            setTool(Tool::Pan);
        update();
    }
    m_panning = false;
    m_compare.endDrag();
    updateCursor();
}

void ScreenCanvas::mouseDoubleClickEvent(QMouseEvent*) {
    m_fitted ? actualSize() : fit();
}

void ScreenCanvas::leaveEvent(QEvent*) {
    m_live.hoverBox(-1);
    m_coordinates->hide();
    m_hoveredBlock = -1;
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
    const bool drawn = shown().fates && shown().mode == MaskMode::Mask && !m_plain;
    return drawn ? m_mask.blockAt(m_transform.toPicture(position)) : -1;
}

QString ScreenCanvas::whyAt(QPointF position) const {
    return shown().fates ? shown().fates->textOf(blockAt(position), shown().depth) : QString();
}

void ScreenCanvas::showWhy(QPoint position, QPoint global) {
    const QString why = whyAt(position);
    if (why.isEmpty())
        return QToolTip::hideText();
    const QRectF block = m_transform.toView(m_mask.blockRect(blockAt(position)));
    QToolTip::showText(global, why, this, block.toAlignedRect()); // another block has another reason
}

void ScreenCanvas::updateCursor() {
    if (m_tool == Tool::Region)
        setCursor(Qt::CrossCursor);
    else if (m_panning)
        setCursor(Qt::ClosedHandCursor);
    else if (m_compare.isDragging() || m_compare.isOverLine())
        setCursor(Qt::SplitHCursor);
    else
        unsetCursor(); // the window shows there that a picture is being read
}

// Keyboard -----------------------------------------------------------------------------------------------------------

void ScreenCanvas::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space)
        setPlain(true);
    else if (!commandByKey(*event) && !moveByKey(*event))
        QWidget::keyPressEvent(event);
}

bool ScreenCanvas::commandByKey(const QKeyEvent& event) {
    switch (event.key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomBy(kKeyZoom);
        return true;
    case Qt::Key_Minus:
        zoomBy(1 / kKeyZoom);
        return true;
    case Qt::Key_0:
        fit();
        return true;
    case Qt::Key_1:
        actualSize();
        return true;
    case Qt::Key_M:
        m_live.setMode(next(shown().mode));
        return true;
    case Qt::Key_C:
        if (event.modifiers() != Qt::NoModifier) // copying is another thing
            return false;
        setShowsCoordinates(!m_showsCoordinates);
        return true;
    case Qt::Key_R:
        setTool(m_tool == Tool::Region ? Tool::Pan : Tool::Region);
        return true;
    case Qt::Key_Escape:
        m_region.cancel();
        setTool(Tool::Pan);
        Q_EMIT regionChosen({});
        update();
        return true;
    default:
        return compareByKey(event);
    }
}

bool ScreenCanvas::compareByKey(const QKeyEvent& event) {
    if (!shown().isCompared || event.modifiers() != Qt::NoModifier)
        return false;
    switch (event.key()) {
    case Qt::Key_B:
        m_live.flip();
        return true;
    case Qt::Key_V:
        m_live.showNextView();
        return true;
    case Qt::Key_Comma:
    case Qt::Key_Period:
        m_live.setSwipe(shown().swipe + (event.key() == Qt::Key_Comma ? -kSwipeStep : kSwipeStep));
        return true;
    default:
        return false;
    }
}

bool ScreenCanvas::moveByKey(const QKeyEvent& event) {
    const QPoint arrow = arrowOf(event.key());
    if (arrow.isNull() || shown().isEmpty())
        return false;
    if (m_tool == Tool::Region) {
        const bool grow = event.modifiers().testFlag(Qt::ShiftModifier);
        const QPoint step = arrow * shown().mask.full.geometry.blockPx();
        Q_EMIT regionChosen(nudged(shown().region, shown().size(), step, grow));
    } else {
        ViewTransform moved = m_transform;
        moved.origin -= QPointF(arrow) * kPanStepPx;
        setTransform(moved, false);
    }
    return true;
}

void ScreenCanvas::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space && !event->isAutoRepeat())
        setPlain(false);
    else
        QWidget::keyReleaseEvent(event);
}

void ScreenCanvas::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    m_showFocus = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    update();
}

void ScreenCanvas::focusOutEvent(QFocusEvent* event) {
    setPlain(false);
    QWidget::focusOutEvent(event);
    update();
}

void ScreenCanvas::setPlain(bool plain) {
    if (plain == m_plain)
        return;
    m_plain = plain;
    update();
}

} // namespace prunescope::ui
