#include "ui/capture/desktop_screens.h"
#include "ui/capture/screen_grabber.h"
#include "ui/session/pixels.h"

#include <QCoreApplication>
#include <QGuiApplication>
#include <QPainter>
#include <QPixmap>
#include <QScreen>

namespace prunescope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("QtScreen", text);
}

Size sizeOfAll() {
    PixelRect all{0, 0, 1, 1};
    for (const Screen& screen : desktopScreens()) {
        const auto pixels = [&](int length) { return qRound(length * screen.scale); };
        all = united(all,
                     {screen.logical.x, screen.logical.y, pixels(screen.logical.width), pixels(screen.logical.height)});
    }
    return {all.width, all.height};
}

/// Through QScreen::grabWindow, screen by screen: X11, Windows and macOS let a program see the screen that way. On
/// Wayland it gives nothing.
class QtScreen final : public ScreenGrabber {
public:
    QString unavailable() const override {
        const QString platform = QGuiApplication::platformName();
        if (platform == QLatin1String("xcb") || platform == QLatin1String("windows") ||
            platform == QLatin1String("cocoa"))
            return {};
        return tr("The platform '%1' has no screen to capture: open or paste a picture instead.").arg(platform);
    }

    QString whyNoWindows() const override {
        return tr("Single windows can't be captured here: capture a region instead.");
    }

    void grab(std::function<void(DesktopPicture)> done, std::function<void(QString)> failed) override {
        const Size size = sizeOfAll();
        DesktopPicture desktop{QImage(size.width, size.height, QImage::Format_RGB32), layoutByPixels(size)};
        desktop.image.fill(Qt::black); // between screens
        QPainter painter(&desktop.image);
        const QList<QScreen*> screens = QGuiApplication::screens();
        for (qsizetype i = 0; i < screens.size(); ++i) {
            QImage pixels = withoutAlpha(screens[i]->grabWindow(0).toImage());
            if (pixels.isNull())
                return failed(tr("%1 gave no picture.").arg(screenTitle(static_cast<std::size_t>(i))));
            pixels.setDevicePixelRatio(1);
            const PixelRect place = desktop.layout.pixels(static_cast<std::size_t>(i));
            painter.drawImage(place.x, place.y, pixels);
        }
        painter.end();
        done(std::move(desktop));
    }
};

} // namespace

std::unique_ptr<ScreenGrabber> makeQtGrabber() {
    return std::make_unique<QtScreen>();
}

} // namespace prunescope::ui
