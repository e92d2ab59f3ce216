#include "ui/capture/desktop_screens.h"

#include <QCoreApplication>
#include <QGuiApplication>
#include <QScreen>
#include <algorithm>

namespace prunescope::ui {

namespace {

PixelRect rectOf(const QRect& rect) {
    return {rect.x(), rect.y(), rect.width(), rect.height()};
}

// The top left corner that Qt gives is in pixels, only the size is divided by the scale.
PixelBox pixelsOf(const Screen& screen) {
    const PixelRect& logical = screen.logical;
    return {double(logical.x), double(logical.y), logical.x + logical.width * screen.scale,
            logical.y + logical.height * screen.scale};
}

PixelBox pixelsOf(const Screen& screen, const std::vector<ScreenPixels>& known) {
    for (const auto& [name, pixels] : known)
        if (name == screen.name)
            return {double(pixels.x), double(pixels.y), double(pixels.right()), double(pixels.bottom())};
    return pixelsOf(screen);
}

} // namespace

std::vector<Screen> desktopScreens() {
    std::vector<Screen> screens;
    for (const QScreen* screen : QGuiApplication::screens())
        screens.push_back({screen->name().toStdString(), rectOf(screen->geometry()), screen->devicePixelRatio()});
    return screens;
}

ScreenLayout layoutByPixels(Size picture, const std::vector<ScreenPixels>& known) {
    std::vector<Screen> screens = desktopScreens();
    std::vector<PixelBox> places;
    double left = 0, top = 0;
    for (const Screen& screen : screens) {
        left = std::min(left, double(screen.logical.x));
        top = std::min(top, double(screen.logical.y));
    }
    for (const Screen& screen : screens) {
        const PixelBox place = pixelsOf(screen, known);
        places.push_back({place.left - left, place.top - top, place.right - left, place.bottom - top});
    }
    return ScreenLayout::ofPlaces(picture, std::move(screens), std::move(places));
}

QString screenTitle(std::size_t index) {
    return QCoreApplication::translate("ScreenGrabber", "Screen %1").arg(index + 1);
}

} // namespace prunescope::ui
