#pragma once

#include "core/image/screen_layout.h"

#include <QImage>
#include <QString>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace prunescope::ui {

/// A window of any program, as a picture of the desktop shows it.
struct WindowPlace {
    PixelRect rect; ///< in that picture; what covers the window is in it too
    QString title;
};

/// A picture of all screens.
struct DesktopPicture {
    QImage image;        ///< Format_RGB32 or Format_RGB888: there is no transparency
    ScreenLayout layout; ///< of `image`; without screens where the picture fits none that are known
    std::optional<WindowPlace> window = std::nullopt; ///< the one under the mouse pointer
    QString note = {};                                ///< what to know about the picture; one line or empty
};

/// A way to take a picture of the desktop. Kept by its owner until it has answered. GUI thread.
class ScreenGrabber {
public:
    /// Gives up what it has been asked for.
    virtual ~ScreenGrabber() = default;
    /// Reason why it can't be used here, as one line that says what to do instead; empty when it can.
    virtual QString unavailable() const = 0;
    /// Reason why it sees no single windows, as one line that says what to do instead; empty when it does.
    virtual QString whyNoWindows() const = 0;
    /// Takes a picture. Calls exactly one of the two, now or later, from the GUI thread. The window is already hidden.
    virtual void grab(std::function<void(DesktopPicture picture)> done, std::function<void(QString)> failed) = 0;
};

struct GrabberEntry {
    const char* name;
    std::unique_ptr<ScreenGrabber> (*make)();
};

/// All grabbers, the preferred first.
std::span<const GrabberEntry> grabbers();

/// Function by which the window gets a grabber: `usableGrabber`, or what a test puts in its place. Never null.
using GrabberMaker = std::function<std::unique_ptr<ScreenGrabber>()>;

/// The first that can be used here; otherwise the last of all, which says why not.
std::unique_ptr<ScreenGrabber> usableGrabber();

} // namespace prunescope::ui
