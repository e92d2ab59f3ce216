#include "ui/style/desktop_scheme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QPalette>
#include <QVariant>

namespace prunescope::ui {

namespace {

constexpr char kService[] = "org.freedesktop.portal.Desktop";
constexpr char kPath[] = "/org/freedesktop/portal/desktop";
constexpr char kInterface[] = "org.freedesktop.portal.Settings";
constexpr char kGroup[] = "org.freedesktop.appearance";
constexpr char kKey[] = "color-scheme";
constexpr char kDarkProperty[] = "prunescopeDesktopDark";
constexpr char kPaletteProperty[] = "prunescopePaletteDark";
constexpr uint kNoPreference = 0;
constexpr uint kPrefersDark = 1;

// The portal wraps values in variants, once or twice depending on its age.
QVariant unwrapped(QVariant value) {
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value;
}

// Of the platform's own palette, looked at once, before ours replaces it.
bool platformPaletteIsDark() {
    QVariant known = qApp->property(kPaletteProperty);
    if (!known.isValid()) {
        known = QApplication::palette().color(QPalette::Window).lightness() < 128;
        qApp->setProperty(kPaletteProperty, known);
    }
    return known.toBool();
}

} // namespace

bool desktopPrefersDark() {
    const bool fallback = platformPaletteIsDark();
    const QVariant portal = qApp->property(kDarkProperty);
    return portal.isValid() ? portal.toBool() : fallback;
}

DesktopScheme::DesktopScheme(QObject* parent) : QObject(parent) {
    // Without the variable libdbus would start a bus of its own, which knows nothing about the desktop.
    if (qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS"))
        ask();
}

void DesktopScheme::ask() {
    QDBusConnection bus = QDBusConnection::sessionBus();
    bus.connect(QString(), QLatin1String(kPath), QLatin1String(kInterface), QStringLiteral("SettingChanged"), this,
                SLOT(onSettingChanged(QString, QString, QDBusVariant)));
    QDBusMessage call = QDBusMessage::createMethodCall(QLatin1String(kService), QLatin1String(kPath),
                                                       QLatin1String(kInterface), QStringLiteral("Read"));
    call << QString::fromLatin1(kGroup) << QString::fromLatin1(kKey);
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (reply.isValid())
            take(unwrapped(reply.value().variant()).toUInt());
        watcher->deleteLater();
    });
}

void DesktopScheme::onSettingChanged(const QString& group, const QString& key, const QDBusVariant& value) {
    if (group == QLatin1String(kGroup) && key == QLatin1String(kKey))
        take(unwrapped(value.variant()).toUInt());
}

void DesktopScheme::take(uint scheme) {
    const bool before = desktopPrefersDark();
    const bool dark = scheme == kNoPreference ? platformPaletteIsDark() : scheme == kPrefersDark;
    qApp->setProperty(kDarkProperty, dark);
    if (dark != before)
        Q_EMIT changed();
}

} // namespace prunescope::ui
