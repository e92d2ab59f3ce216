#include "ui/capture/screen_grabber.h"

#include <array>

namespace prunescope::ui {

std::unique_ptr<ScreenGrabber> makeQtScreen();

std::span<const GrabberEntry> grabbers() {
    static const std::array list{GrabberEntry{"qt_screen", makeQtScreen}};
    return list;
}

std::unique_ptr<ScreenGrabber> usableGrabber() {
    for (const GrabberEntry& entry : grabbers()) {
        auto grabber = entry.make();
        if (grabber->unavailable().isEmpty())
            return grabber;
    }
    return grabbers().front().make();
}

} // namespace prunescope::ui
