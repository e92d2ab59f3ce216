#include "ui/widgets/fitted_scroll.h"

#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QScrollBar>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr int kLeastHeightPx = 180;

} // namespace

FittedScroll::FittedScroll(QWidget* content, QWidget* parent) : QScrollArea(parent) {
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    setWidget(content);
    qApp->installEventFilter(this); // fields come and go
}

int FittedScroll::contentHeight() const {
    const QWidget* content = widget();
    return content->hasHeightForWidth() ? content->heightForWidth(std::max(width(), content->minimumSizeHint().width()))
                                        : content->sizeHint().height();
}

QSize FittedScroll::sizeHint() const {
    return {widget()->sizeHint().width(), contentHeight()};
}

QSize FittedScroll::minimumSizeHint() const {
    const int width = widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width();
    return {width, std::min(contentHeight(), kLeastHeightPx)};
}

bool FittedScroll::scrollsInstead(const QObject* watched) const {
    const auto* field = qobject_cast<const QWidget*>(watched);
    const bool isField = qobject_cast<const QComboBox*>(watched) || qobject_cast<const QAbstractSpinBox*>(watched) ||
                         qobject_cast<const QAbstractSlider*>(watched);
    return isField && verticalScrollBar()->maximum() > 0 && widget()->isAncestorOf(field) && !field->hasFocus();
}

bool FittedScroll::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Wheel && scrollsInstead(watched)) {
        event->ignore(); // it goes on to the parents
        return true;
    }
    const bool handled = QScrollArea::eventFilter(watched, event);
    if (watched == widget() && event->type() == QEvent::LayoutRequest && contentHeight() != m_height) {
        m_height = contentHeight();
        updateGeometry();
        Q_EMIT contentResized();
    }
    return handled;
}

} // namespace prunescope::ui
