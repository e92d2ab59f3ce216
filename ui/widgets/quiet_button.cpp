#include "ui/widgets/quiet_button.h"

namespace prunescope::ui {

QuietButton::QuietButton(const QString& text, const QString& tip, QWidget* parent) : QToolButton(parent) {
    setText(text);
    setToolTip(tip);
    setAccessibleName(text);
    setAccessibleDescription(tip);
    setObjectName(QStringLiteral("quiet"));
    setFocusPolicy(Qt::TabFocus);
}

void QuietButton::setNear(bool isNear) {
    m_isNear = isNear;
    update();
}

void QuietButton::paintEvent(QPaintEvent* event) {
    if (m_isNear || hasFocus() || underMouse() || isDown())
        QToolButton::paintEvent(event);
}

} // namespace prunescope::ui
