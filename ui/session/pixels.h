#pragma once

#include "core/image/picture.h"

#include <QImage>

/// Core's pixels as Qt's and back. Any thread.
namespace prunescope::ui {

/// The same pixels as a QImage (Format_RGB888): no copy, the image keeps them alive.
QImage sharedImage(const Picture& picture);
/// A copy of the colours; alpha is dropped, as when a file is read. Throws Error(BadInput) for an empty image.
Picture pictureOf(const QImage& image);

} // namespace prunescope::ui
