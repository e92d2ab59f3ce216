#pragma once

#include "ui/capture/portal_request.h"
#include "ui/capture/screen_grabber.h"

namespace prunescope::ui {

/// Through the desktop portal, as Wayland asks for it: a file with all screens on it, placed by its own size. `bus` is
/// the session's, or a test's. GUI thread.
std::unique_ptr<ScreenGrabber> makePortalGrabber(const QDBusConnection& bus, PortalPatience patience);

/// The picture of the desktop that a portal's file holds, with `screens` where its size says that they lie. Throws
/// Error(BadInput). Any thread.
DesktopPicture desktopFromFile(const QByteArray& file, const std::vector<Screen>& screens);

} // namespace prunescope::ui
