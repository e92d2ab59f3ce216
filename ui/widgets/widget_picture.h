#pragma once

#include <QImage>
#include <QSize>

class QWidget;

namespace prunescope::ui {

/// The widget at that size, with a margin around it and two pixels for each of its own: for a file. It need not have
/// been shown.
QImage widgetPicture(QWidget& widget, QSize size);

} // namespace prunescope::ui
