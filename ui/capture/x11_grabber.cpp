#include "ui/capture/desktop_screens.h"
#include "ui/capture/screen_grabber.h"
#include "ui/capture/x11_desktop.h"

#include <QCoreApplication>
#include <QGuiApplication>

namespace prunescope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("X11Grabber", text);
}

std::optional<WindowPlace> windowOn(const X11Desktop& desktop) {
    const auto window = desktop.windowUnderPointer();
    if (!window)
        return std::nullopt;
    const PixelRect visible = clipped(window->rect, desktop.size());
    if (visible.empty())
        return std::nullopt;
    return WindowPlace{visible, window->title};
}

/// Through XCB, all screens with one request. The X server gives pixels as they are, at whatever scale.
class X11Grabber final : public ScreenGrabber {
public:
    QString unavailable() const override {
        if (QGuiApplication::platformName() != QLatin1String("xcb"))
            return tr("There is no X server here.");
        return X11Desktop().usable() ? QString() : tr("The colours of this X server are not in bytes.");
    }

    QString whyNoWindows() const override { return {}; }

    void grab(std::function<void(DesktopPicture)> done, std::function<void(QString)> failed) override {
        const X11Desktop desktop;
        const QImage image = desktop.usable() ? desktop.picture() : QImage();
        if (image.isNull())
            return failed(tr("The X server gave no picture: capture again."));
        done({image, layoutByPixels(desktop.size()), windowOn(desktop)});
    }
};

} // namespace

std::unique_ptr<ScreenGrabber> makeX11Grabber() {
    return std::make_unique<X11Grabber>();
}

} // namespace prunescope::ui
