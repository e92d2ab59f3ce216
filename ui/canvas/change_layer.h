#pragma once

#include "ui/canvas/view_transform.h"
#include "ui/session/picture_changes.h"

#include <QColor>

class QPainter;

namespace prunescope::ui {

/// Colour of what changed, on the picture and in its chip.
inline constexpr QColor kChangeColour(255, 94, 168);

/// Dashed outlines around what changed since the picture before.
void paintChanges(QPainter& painter, const PictureChanges& changes, const ViewTransform& transform);

} // namespace prunescope::ui
