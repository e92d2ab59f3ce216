// Keyboard and focus of the canvas.
#include "ui/canvas/screen_canvas.h"

#include <QKeyEvent>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr double kKeyZoom = 1.25;
constexpr int kPanStepPx = 64;
constexpr double kSwipeStep = 0.02; ///< of the picture's width

MaskMode next(MaskMode mode) {
    return mode == MaskMode::Off ? MaskMode::Mask : static_cast<MaskMode>(static_cast<int>(mode) + 1);
}

} // namespace

void ScreenCanvas::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space)
        setPlain(true);
    else if (!redactByKey(*event) && !commandByKey(*event) && !moveByKey(*event))
        QWidget::keyPressEvent(event);
}

void ScreenCanvas::toggleTool(Tool tool) {
    setTool(m_tool == tool ? Tool::Pan : tool);
}

// A redaction that is placed by keyboard is one with Enter.
bool ScreenCanvas::redactByKey(const QKeyEvent& event) {
    switch (event.key()) {
    case Qt::Key_X:
        if (event.modifiers() != Qt::NoModifier || shown().isEmpty())
            return false;
        toggleTool(Tool::Redact);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_tool != Tool::Redact || m_redaction.empty())
            return false;
        Q_EMIT redactionDrawn(std::exchange(m_redaction, {}));
        update();
        return true;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        if (shown().redactions.empty())
            return false;
        if (const int index = redactionAt(m_lastPosition); index >= 0)
            Q_EMIT redactionRemoved(index);
        else
            Q_EMIT redactionRemoved(static_cast<int>(shown().redactions.size()) - 1);
        return true;
    default:
        return false;
    }
}

// Of a redaction alone while that is the tool: a region stays.
void ScreenCanvas::giveUp() {
    const bool redacts = m_tool == Tool::Redact;
    m_region.cancel();
    setTool(Tool::Pan);
    if (!redacts)
        Q_EMIT regionChosen({});
    update();
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
        if (event.matches(QKeySequence::Copy) && !shown().isEmpty()) {
            Q_EMIT copyWanted();
            return true;
        }
        if (event.modifiers() != Qt::NoModifier)
            return false;
        setShowsCoordinates(!m_showsCoordinates);
        return true;
    case Qt::Key_R:
        toggleTool(Tool::Region);
        return true;
    case Qt::Key_Escape:
        giveUp();
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
    const bool grow = event.modifiers().testFlag(Qt::ShiftModifier);
    const QPoint step = arrow * shown().mask.full.geometry.blockPx();
    if (m_tool == Tool::Region) {
        Q_EMIT regionChosen(nudged(shown().region, shown().size(), step, grow));
    } else if (m_tool == Tool::Redact) {
        m_redaction = nudged(m_redaction, shown().size(), step, grow);
        update();
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
