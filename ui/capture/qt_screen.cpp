#include "ui/capture/screen_grabber.h"
#include "ui/style/format.h"

#include <QCoreApplication>
#include <QCursor>
#include <QGuiApplication>
#include <QPixmap>
#include <QScreen>
#include <algorithm>

namespace prunescope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("QtScreen", text);
}

/// Counted from 1: a system may call its only screen "screen".
QString screenTitle(qsizetype index) {
    return tr("Screen %1").arg(index + 1);
}

Size pixelSize(const QScreen& screen) {
    const QSizeF size = QSizeF(screen.size()) * screen.devicePixelRatio();
    return {qRound(size.width()), qRound(size.height())};
}

/// Through QScreen::grabWindow: X11, Windows and macOS let a program see the screen that way, Wayland does not.
class QtScreen final : public ScreenGrabber {
public:
    QString unavailable() const override {
        const QString platform = QGuiApplication::platformName();
        if (platform == QLatin1String("xcb") || platform == QLatin1String("windows") ||
            platform == QLatin1String("cocoa"))
            return {};
        if (platform.startsWith(QLatin1String("wayland")))
            return tr("Wayland does not let this version see the screen: take a screenshot with the desktop's own key, "
                      "then paste it here (Ctrl+V).");
        return tr("The platform '%1' has no screen to capture: open or paste a picture instead.").arg(platform);
    }

    std::vector<GrabSource> sources() const override {
        const QList<QScreen*> screens = QGuiApplication::screens();
        std::vector<GrabSource> sources;
        for (qsizetype i = 0; i < screens.size(); ++i)
            sources.push_back(
                {screens[i]->name(), tr("%1 · %2").arg(screenTitle(i), sizeText(pixelSize(*screens[i])))});
        if (const QScreen* here = QGuiApplication::screenAt(QCursor::pos()))
            std::ranges::stable_partition(sources, [&](const GrabSource& source) { return source.id == here->name(); });
        return sources;
    }

    void grab(const QString& sourceId, std::function<void(QImage, QString)> done,
              std::function<void(QString)> failed) override {
        const QList<QScreen*> screens = QGuiApplication::screens();
        const auto screen = std::ranges::find_if(screens, [&](const QScreen* s) { return s->name() == sourceId; });
        if (screen == screens.end()) {
            failed(tr("The screen '%1' is no longer there: capture again.").arg(sourceId));
            return;
        }
        const QPixmap pixels = (*screen)->grabWindow(0);
        if (pixels.isNull()) {
            failed(tr("The screen '%1' gave no picture.").arg(sourceId));
            return;
        }
        done(pixels.toImage(), screenTitle(std::distance(screens.begin(), screen)));
    }
};

} // namespace

std::unique_ptr<ScreenGrabber> makeQtScreen() {
    return std::make_unique<QtScreen>();
}

} // namespace prunescope::ui
