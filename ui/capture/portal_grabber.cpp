#include "ui/capture/portal_grabber.h"

#include "core/base/error.h"
#include "core/image/image_file.h"
#include "ui/capture/desktop_screens.h"
#include "ui/session/pixels.h"
#include "ui/style/format.h"
#include "ui/workers/latest_job.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QGuiApplication>
#include <functional>
#include <utility>

namespace prunescope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("PortalGrabber", text);
}

Picture decoded(const QByteArray& file) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(file.constData());
    try {
        return decodeScreens({bytes, static_cast<std::size_t>(file.size())}, tr("The desktop's picture").toStdString());
    } catch (const Error& error) {
        throw Error(error.kind(), tr("%1: capture again.").arg(QString::fromUtf8(error.what())).toStdString());
    }
}

QString noteOn(const DesktopPicture& desktop) {
    if (desktop.layout.screens().empty())
        return tr("The desktop's picture is %1, which does not fit the screens: all of it is shown.")
            .arg(sizeText({desktop.image.width(), desktop.image.height()}));
    QStringList enlarged;
    for (std::size_t i = 0; i < desktop.layout.screens().size(); ++i)
        if (desktop.layout.isEnlarged(i))
            enlarged << screenTitle(i);
    if (enlarged.isEmpty())
        return {};
    return tr("%1: the desktop gives one picture at the largest scale of all screens, so this is interpolated there.")
        .arg(enlarged.join(QStringLiteral(", ")));
}

/// Without the variable libdbus would start a bus of its own, which knows nothing about the desktop.
QDBusConnection desktopBus() {
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS") ||
        (!runtime.isEmpty() && QFileInfo::exists(runtime + QStringLiteral("/bus"))))
        return QDBusConnection::sessionBus();
    return QDBusConnection(QString()); // connected to nothing
}

class PortalGrabber final : public ScreenGrabber {
public:
    PortalGrabber(std::function<QDBusConnection()> bus, PortalPatience patience)
        : m_bus(std::move(bus)), m_patience(patience) {}

    QString unavailable() const override {
        return QGuiApplication::platformName().startsWith(QLatin1String("wayland")) ? QString()
                                                                                    : tr("This is no Wayland desktop.");
    }

    QString whyNoWindows() const override {
        return tr("Wayland does not tell where windows are: capture a region, a screen or the desktop instead.");
    }

    void grab(std::function<void(DesktopPicture)> done, std::function<void(QString)> failed) override {
        m_request = std::make_unique<PortalRequest>(m_bus(), m_patience);
        QObject::connect(m_request.get(), &PortalRequest::failed, &m_decode, failed);
        QObject::connect(&m_decode, &LatestJob::failed, &m_decode, failed);
        QObject::connect(m_request.get(), &PortalRequest::taken, &m_decode, [this, done](const QByteArray& file) {
            m_decode.start([file, screens = desktopScreens()] { return desktopFromFile(file, screens); },
                           [done](const DesktopPicture& desktop) { done(desktop); });
        });
        m_request->start();
    }

private:
    const std::function<QDBusConnection()> m_bus;
    const PortalPatience m_patience;
    LatestJob m_decode;
    std::unique_ptr<PortalRequest> m_request;
};

} // namespace

DesktopPicture desktopFromFile(const QByteArray& file, const std::vector<Screen>& screens) {
    const Picture picture = decoded(file);
    const Size size = picture.size();
    DesktopPicture desktop;
    desktop.image = sharedImage(picture);
    desktop.layout = ScreenLayout::ofPicture(size, screens).value_or(ScreenLayout::ofPlaces(size, {}, {}));
    desktop.note = noteOn(desktop);
    return desktop;
}

std::unique_ptr<ScreenGrabber> makePortalGrabber(const QDBusConnection& bus, PortalPatience patience) {
    return std::make_unique<PortalGrabber>([bus] { return bus; }, patience);
}

std::unique_ptr<ScreenGrabber> makePortalGrabber() {
    return std::make_unique<PortalGrabber>(desktopBus, PortalPatience());
}

} // namespace prunescope::ui
