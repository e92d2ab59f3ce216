#include "ui/capture/desktop_screens.h"
#include "ui/capture/screen_grabber.h"
#include "ui/capture/x11_desktop.h"
#include "ui/workers/latest_job.h"

#include <QCoreApplication>
#include <QGuiApplication>

namespace prunescope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("X11Grabber", text);
}

/// What the X server shows, all of it at once.
struct Shown {
    QImage image; ///< null: it gave none
    std::vector<ScreenPixels> screens;
    std::optional<WindowPlace> window;
};

std::optional<WindowPlace> windowOn(const X11Desktop& desktop) {
    const auto window = desktop.windowUnderPointer();
    if (!window)
        return std::nullopt;
    const PixelRect visible = clipped(window->rect, desktop.size());
    if (visible.empty())
        return std::nullopt;
    return WindowPlace{visible, window->title};
}

Shown shownNow() {
    const X11Desktop desktop;
    if (!desktop.usable())
        return {};
    return {desktop.picture(), desktop.screens(), windowOn(desktop)};
}

/// Through XCB, all screens with one request, on a connection and a thread of its own: a screen of 4K is 33 MB. The X
/// server gives pixels as they are, at whatever scale.
class X11Grabber final : public ScreenGrabber {
public:
    QString unavailable() const override {
        if (QGuiApplication::platformName() != QLatin1String("xcb"))
            return tr("There is no X server here.");
        return X11Desktop().usable() ? QString() : tr("The colours of this X server are not in bytes.");
    }

    QString whyNoWindows() const override { return {}; }

    void grab(std::function<void(DesktopPicture)> done, std::function<void(QString)> failed) override {
        QObject::connect(&m_look, &LatestJob::failed, &m_look, failed);
        m_look.start(shownNow, [done, failed](const Shown& shown) {
            if (shown.image.isNull())
                return failed(tr("The X server gave no picture: capture again."));
            const Size size{shown.image.width(), shown.image.height()};
            done({shown.image, layoutByPixels(size, shown.screens), shown.window});
        });
    }

private:
    LatestJob m_look;
};

} // namespace

std::unique_ptr<ScreenGrabber> makeX11Grabber() {
    return std::make_unique<X11Grabber>();
}

} // namespace prunescope::ui
