#pragma once

#include <QHelpEvent>
#include <QToolTip>

namespace prunescope::ui {

/// Shows what `widget.tipAt` says of the place that an event asks a tool tip for; false for other events. GUI thread.
template <typename Widget>
bool showTip(const QEvent& event, Widget& widget) {
    if (event.type() != QEvent::ToolTip)
        return false;
    const auto& help = static_cast<const QHelpEvent&>(event);
    QToolTip::showText(help.globalPos(), widget.tipAt(help.pos()), &widget);
    return true;
}

} // namespace prunescope::ui
