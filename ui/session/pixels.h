#pragma once

#include "core/image/image_notes.h"

#include <QImage>

/// Core's pixels as Qt's and back. Any thread.
namespace prunescope::ui {

/// The same pixels as a QImage (Format_RGB888): no copy, the image keeps them alive.
QImage sharedImage(const Picture& picture);
/// A copy of the pixels as Qt draws them fastest (Format_RGB32).
QImage drawableImage(const Picture& picture);
/// Pixels that are not set yet (Format_RGB32). Large ones lie on huge pages, which Qt's own do not.
QImage newDrawableImage(QSize size);
/// The pixels, shared where the image has them as RGB (Format_RGB888, rows packed); transparency is put on white, as
/// when a file is read. Throws Error(BadInput) for an empty image.
LoadedImage loadedImage(const QImage& image);
/// The pixels of that alone.
Picture pictureOf(const QImage& image);
/// The colours of a screen as they are seen. What is in its alpha is no transparency, whatever the system left there.
QImage withoutAlpha(const QImage& screen);

} // namespace prunescope::ui
