#include "ui/capture/screen_grabber.h"

#include <array>

namespace prunescope::ui {

std::unique_ptr<ScreenGrabber> makeX11Grabber();
std::unique_ptr<ScreenGrabber> makePortalGrabber();
std::unique_ptr<ScreenGrabber> makeQtGrabber();

std::span<const GrabberEntry> grabbers() {
    static const std::array list{GrabberEntry{"x11", makeX11Grabber}, GrabberEntry{"portal", makePortalGrabber},
                                 GrabberEntry{"qt_screen", makeQtGrabber}};
    return list;
}

std::unique_ptr<ScreenGrabber> usableGrabber() {
    for (const GrabberEntry& entry : grabbers()) {
        auto grabber = entry.make();
        if (grabber->unavailable().isEmpty())
            return grabber;
    }
    return grabbers().back().make();
}

} // namespace prunescope::ui
