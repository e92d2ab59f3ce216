#pragma once

#include <QImage>
#include <QString>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace prunescope::ui {

/// A screen or window that can be captured.
struct GrabSource {
    QString id;
    QString title; ///< "Screen 1 · 2560 × 1440"
};

/// A way to take a picture of the screen. Kept by its owner until it has answered. GUI thread.
class ScreenGrabber {
public:
    /// Gives up what it has been asked for.
    virtual ~ScreenGrabber() = default;
    /// Reason why it can't be used here, as one line that says what to do instead; empty when it can.
    virtual QString unavailable() const = 0;
    /// Screens and windows that it can capture now; the first is where the mouse pointer is.
    virtual std::vector<GrabSource> sources() const = 0;
    /// Captures. Calls exactly one of the two, now or later, from the GUI thread: `done` with the pixels, as they come
    /// from the system, and what they show. The window is already hidden.
    virtual void grab(const QString& sourceId, std::function<void(QImage image, QString name)> done,
                      std::function<void(QString)> failed) = 0;
};

struct GrabberEntry {
    const char* name;
    std::unique_ptr<ScreenGrabber> (*make)();
};

/// All grabbers, the preferred first.
std::span<const GrabberEntry> grabbers();

/// Function by which the window gets a grabber: `usableGrabber`, or what a test puts in its place. Never null.
using GrabberMaker = std::function<std::unique_ptr<ScreenGrabber>()>;

/// The first that can be used here; otherwise the first of all, which says why not.
std::unique_ptr<ScreenGrabber> usableGrabber();

} // namespace prunescope::ui
