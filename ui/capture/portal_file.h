#pragma once

#include <QByteArray>
#include <QString>
#include <ctime>

namespace prunescope::ui {

/// The file system's clock now: what the time of a file that is written from now on is not before.
timespec fileClockNow();

/// Reads the whole of a picture that the desktop portal has just written, and deletes it: portals put pictures into the
/// user's folders and leave them there (wayland-capture spec, C3). sway's is always the same path, which anybody may
/// have written: it must be a regular file of this user, written after `notBefore`. What is anything else is neither
/// read nor deleted. Throws Error(BadInput), a sentence for people. Any thread.
QByteArray takePortalFile(const QString& path, const timespec& notBefore);

} // namespace prunescope::ui
