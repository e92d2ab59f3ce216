#pragma once

#include <QStringList>

class QMimeData;

/// Data that is pasted or dropped. Clipboards and drags may be gone (null) or hold nothing at all; all of this takes
/// them.
namespace prunescope::ui {

/// Whether there is anything in it.
bool holdsAnything(const QMimeData* data);
/// A picture, and no text that it might stand for.
bool holdsOnlyPicture(const QMimeData* data);
/// Paths of the files on this machine, in their order.
QStringList localFiles(const QMimeData* data);

} // namespace prunescope::ui
