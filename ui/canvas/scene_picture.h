#pragma once

#include "ui/canvas/scene.h"

#include <QImage>

namespace prunescope::ui {

/// The scene as a canvas shows it, with all that lies on the picture, at the picture's own size (Format_RGB32). Null
/// for an empty one. Any thread.
QImage drawnScene(const Scene& scene);

} // namespace prunescope::ui
