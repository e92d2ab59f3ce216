#include "ui/capture/portal_request.h"

#include "ui/capture/portal_file.h"
#include "ui/style/format.h"

#include <QCoreApplication>
#include <QDBusError>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#include <QUrl>
#include <exception>

namespace prunescope::ui {

namespace {

constexpr char kService[] = "org.freedesktop.portal.Desktop";
constexpr char kPath[] = "/org/freedesktop/portal/desktop";
constexpr char kScreenshot[] = "org.freedesktop.portal.Screenshot";
constexpr char kRequest[] = "org.freedesktop.portal.Request";
enum Response : uint { kDone = 0, kCancelled = 1 };

QString latin1(const char* text) {
    return QString::fromLatin1(text);
}

/// ":1.42" -> "1_42".
QString inPath(QString uniqueName) {
    return uniqueName.remove(u':').replace(u'.', u'_');
}

} // namespace

QString PortalRequest::nextToken() {
    static int count = 0;
    return QStringLiteral("ps_%1_%2").arg(QCoreApplication::applicationPid()).arg(++count);
}

PortalRequest::PortalRequest(const QDBusConnection& bus, PortalPatience patience, QObject* parent)
    : QObject(parent), m_bus(bus), m_patience(patience), m_token(nextToken()),
      m_path(QStringLiteral("%1/request/%2/%3").arg(latin1(kPath), inPath(bus.baseService()), m_token)) {
    m_wait.setSingleShot(true);
    connect(&m_wait, &QTimer::timeout, this, [this] {
        cancel();
        Q_EMIT failed(tr("No answer from the desktop; is a permission question open?"));
    });
    auto* watcher = new QDBusServiceWatcher(latin1(kService), m_bus, QDBusServiceWatcher::WatchForUnregistration, this);
    connect(watcher, &QDBusServiceWatcher::serviceUnregistered, this, &PortalRequest::onPortalGone);
}

PortalRequest::~PortalRequest() {
    cancel();
}

void PortalRequest::start() {
    if (!m_bus.isConnected())
        return fail(tr("There is no session bus, so the desktop can't be asked for a picture: log in to a desktop, or "
                       "paste a screenshot (Ctrl+V)."));
    m_open = true;
    m_begin = fileClockNow();
    subscribe(m_path); // before the call: the answer may be faster than its return
    auto* watcher =
        new QDBusPendingCallWatcher(m_bus.asyncCall(call(), static_cast<int>(m_patience.call.count())), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        if (m_open)
            onReturned(*watcher);
    });
}

QDBusMessage PortalRequest::call() const {
    QDBusMessage message =
        QDBusMessage::createMethodCall(latin1(kService), latin1(kPath), latin1(kScreenshot), latin1("Screenshot"));
    const QVariantMap options{{QStringLiteral("handle_token"), m_token}, {QStringLiteral("interactive"), false}};
    message << QString() << options; // no parent window: it is hidden
    return message;
}

void PortalRequest::subscribe(const QString& path) {
    m_bus.connect(latin1(kService), path, latin1(kRequest), latin1("Response"), this,
                  SLOT(onResponse(uint, QVariantMap)));
}

void PortalRequest::unsubscribe() {
    for (const QString& path : {m_path, m_returnedPath})
        if (!path.isEmpty())
            m_bus.disconnect(latin1(kService), path, latin1(kRequest), latin1("Response"), this,
                             SLOT(onResponse(uint, QVariantMap)));
}

void PortalRequest::onReturned(const QDBusPendingCallWatcher& watcher) {
    const QDBusPendingReply<QDBusObjectPath> reply = watcher;
    if (reply.isError()) {
        if (reply.error().type() == QDBusError::NoReply) // it may still be at it
            close(m_path);
        return fail(messageFor(reply.error()));
    }
    if (const QString path = reply.value().path(); path != m_path) {
        m_returnedPath = path;
        subscribe(path);
    }
    m_wait.start(m_patience.answer);
}

void PortalRequest::onPortalGone() {
    if (m_open)
        fail(messageFor(QDBusError(QDBusError::NoReply, {})));
}

void PortalRequest::onResponse(uint code, const QVariantMap& results) {
    if (!m_open)
        return;
    if (code == kDone)
        return takeFile(results);
    fail(code == kCancelled
             ? tr("Capture was cancelled, or the desktop could not save the picture (does the Pictures folder exist?).")
             : tr("The desktop refused or could not take the picture. If you once answered No, allow it again in the "
                  "desktop's settings."));
}

void PortalRequest::takeFile(const QVariantMap& results) {
    const QString uri = results.value(QStringLiteral("uri")).toString();
    const QString path = QUrl(uri).toLocalFile();
    if (path.isEmpty())
        return fail(tr("The desktop named no picture file but \"%1\": capture again.").arg(uri));
    QByteArray file;
    try {
        file = takePortalFile(path, m_begin);
    } catch (const std::exception& problem) {
        return fail(errorText(problem));
    }
    finish();
    Q_EMIT taken(file);
}

void PortalRequest::fail(const QString& message) {
    finish();
    Q_EMIT failed(message);
}

void PortalRequest::finish() {
    m_open = false;
    m_wait.stop();
    unsubscribe();
}

void PortalRequest::cancel() {
    if (!m_open)
        return;
    finish();
    close(m_returnedPath.isEmpty() ? m_path : m_returnedPath);
}

void PortalRequest::close(const QString& path) {
    QDBusMessage message = QDBusMessage::createMethodCall(latin1(kService), path, latin1(kRequest), latin1("Close"));
    message.setAutoStartService(false);
    m_bus.send(message); // whatever comes of it
}

QString PortalRequest::messageFor(const QDBusError& error) {
    switch (error.type()) {
    case QDBusError::ServiceUnknown:
        return tr("xdg-desktop-portal is not installed or not running.");
    case QDBusError::UnknownMethod:
    case QDBusError::UnknownInterface:
    case QDBusError::UnknownObject:
        return tr(
            "No desktop portal back end offers screenshots. Install the one for this desktop, check that PipeWire "
            "runs, then restart xdg-desktop-portal or log in again.");
    case QDBusError::NoReply:
    case QDBusError::Timeout:
    case QDBusError::TimedOut:
    case QDBusError::Disconnected:
        return tr("The desktop portal stopped; try again.");
    default: // its own words are all that there is
        return tr("The desktop portal took no picture: %1 (%2).").arg(error.message().trimmed(), error.name());
    }
}

} // namespace prunescope::ui
