#pragma once

#include <QRectF>
#include <QString>
#include <QWidget>
#include <vector>

namespace prunescope::app {

/// A text as a window paints it.
struct ShownText {
    QString text; ///< shortened ones end with the dots that are painted
    const QWidget* painter = nullptr;
    QRectF ink;         ///< of its letters, in logical pixels of the window
    bool whole = false; ///< its widget does not clip it; its edges and other widgets may still cut it off
};

/// A letter may hang over the edge of its place by so much, and nobody sees what is cut off.
QRectF withMargin(const QRectF& place);

/// Every text that `window` and its visible children paint, also those under other widgets. What is painted is the
/// truth, whatever style, font and layout make of a widget.
std::vector<ShownText> recordTexts(QWidget& window);

} // namespace prunescope::app
