#include "ui/widgets/flow_bar.h"

#include "ui/widgets/flow_layout.h"

#include <QResizeEvent>

namespace prunescope::ui {

FlowBar::FlowBar(QWidget* parent) : QFrame(parent) {
    setFlowPolicy(*this);
}

QSize FlowBar::sizeHint() const {
    return {QFrame::sizeHint().width(), heightForWidth(width())};
}

QSize FlowBar::minimumSizeHint() const {
    return {QFrame::minimumSizeHint().width(), heightForWidth(width())};
}

void FlowBar::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    updateGeometry();
}

} // namespace prunescope::ui
