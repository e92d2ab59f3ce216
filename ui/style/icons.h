#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QString>

namespace prunescope::ui {

/// The single-colour drawing `:/icons/<name>.svg`, painted in the palette's text colour of the moment, so that it
/// follows the theme; or always in `fixed`. GUI thread.
QIcon icon(const QString& name, const QColor& fixed = {});
/// A drawing of `size` that is still clear, with `dpr` pixels to each of it. GUI thread.
QPixmap clearPixmap(QSize size, qreal dpr);

} // namespace prunescope::ui
