#pragma once

#include <QColor>
#include <QIcon>
#include <QString>

namespace prunescope::ui {

/// The single-colour drawing `:/icons/<name>.svg`, painted in the palette's text colour of the moment, so that it
/// follows the theme; or always in `fixed`. GUI thread.
QIcon icon(const QString& name, const QColor& fixed = {});

} // namespace prunescope::ui
