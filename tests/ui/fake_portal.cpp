#include "tests/ui/fake_portal.h"

#include <QDBusArgument>
#include <QDBusObjectPath>
#include <QFile>
#include <QTimer>

namespace prunescope::test {

namespace {

constexpr char kService[] = "org.freedesktop.portal.Desktop";
constexpr char kPath[] = "/org/freedesktop/portal/desktop";
constexpr int kStartMs = 10'000;
constexpr char kConfiguration[] = R"(<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=%1</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
)";

} // namespace

PrivateBus::PrivateBus() {
    QFile configuration(m_folder.filePath("bus.conf"));
    if (!configuration.open(QIODevice::WriteOnly))
        return;
    configuration.write(QString::fromLatin1(kConfiguration).arg(m_folder.path()).toUtf8());
    configuration.close();
    m_daemon.start("dbus-daemon", {"--config-file=" + configuration.fileName(), "--nofork", "--print-address=1"});
    if (m_daemon.waitForStarted(kStartMs) && m_daemon.waitForReadyRead(kStartMs))
        m_address = QString::fromLatin1(m_daemon.readLine()).trimmed();
}

PrivateBus::~PrivateBus() {
    for (const QString& name : m_names)
        QDBusConnection::disconnectFromBus(name);
    m_daemon.kill();
    m_daemon.waitForFinished();
}

QDBusConnection PrivateBus::connect() {
    static int count = 0; // names are the process's
    m_names << QStringLiteral("private %1").arg(++count);
    return QDBusConnection::connectToBus(m_address, m_names.back());
}

FakePortal::FakePortal(PrivateBus& bus) : m_bus(bus.connect()) {
    m_bus->registerVirtualObject(kPath, this, QDBusConnection::SubPath);
    m_bus->registerService(kService);
}

FakePortal::~FakePortal() {
    leave();
}

void FakePortal::leave() {
    if (!m_bus)
        return;
    const QString name = m_bus->name();
    m_bus->unregisterObject(kPath, QDBusConnection::UnregisterTree);
    m_bus.reset();
    QDBusConnection::disconnectFromBus(name); // the last to hold it
}

QString FakePortal::introspect(const QString&) const {
    return {};
}

bool FakePortal::handleMessage(const QDBusMessage& message, const QDBusConnection&) {
    if (message.member() == QLatin1String("Close")) {
        closed << message.path();
        return true;
    }
    if (message.member() != QLatin1String("Screenshot"))
        return false;
    message.setDelayedReply(true);
    QTimer::singleShot(0, this, [this, message] { take(message); });
    return true;
}

void FakePortal::take(const QDBusMessage& call) {
    options = qdbus_cast<QVariantMap>(call.arguments().at(1));
    tokens << options.value("handle_token").toString();
    if (script.goes)
        return leave();
    if (!script.error.isEmpty()) {
        m_bus->send(call.createErrorReply(script.error, QStringLiteral("as the script says")));
        return;
    }
    const QString sender = call.service().mid(1).replace('.', '_');
    const QString path =
        QStringLiteral("%1/request/%2/%3").arg(kPath, sender, script.ownHandle ? QStringLiteral("t") : tokens.back());
    if (script.when == When::BeforeReturn)
        answer(path);
    if (script.returns)
        m_bus->send(call.createReply(QVariant::fromValue(QDBusObjectPath(path))));
    if (script.when == When::AfterReturn) // a path of its own is only known by what was returned
        QTimer::singleShot(script.ownHandle ? 100 : 0, this, [this, path] { answer(path); });
}

void FakePortal::answer(const QString& path) {
    if (!m_bus)
        return;
    QVariantMap results;
    if (script.uri)
        results.insert("uri", script.uri());
    QDBusMessage response = QDBusMessage::createSignal(path, "org.freedesktop.portal.Request", "Response");
    response << script.code << results;
    m_bus->send(response);
}

} // namespace prunescope::test
