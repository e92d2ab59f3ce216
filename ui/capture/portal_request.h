#pragma once

#include <QByteArray>
#include <QDBusConnection>
#include <QObject>
#include <QString>
#include <QTimer>
#include <QVariantMap>
#include <chrono>
#include <ctime>

class QDBusError;
class QDBusMessage;
class QDBusObjectPath;
class QDBusPendingCallWatcher;

namespace prunescope::ui {

/// How long a portal may take. Desktops that start their portal for the call took up to 30 s for the method, and some
/// never answer when a question to the user stays open (wayland-capture spec).
struct PortalPatience {
    std::chrono::milliseconds call{60'000};   ///< until the method returns
    std::chrono::milliseconds answer{60'000}; ///< from there to the Response
};

/// One call of org.freedesktop.portal.Screenshot: a picture of the whole desktop, as the bytes of a file. Says exactly
/// one of its two signals after `start`, none after `cancel`. GUI thread.
class PortalRequest : public QObject {
    Q_OBJECT

public:
    explicit PortalRequest(const QDBusConnection& bus, PortalPatience patience = {}, QObject* parent = nullptr);
    /// Cancels.
    ~PortalRequest() override;

    void start();
    /// Tells the portal that nobody waits any more.
    void cancel();
    /// Object path at which the portal should answer, for a token of its own for each request.
    const QString& path() const { return m_path; }

    /// Next token for a request: letters, digits and _ alone, since it becomes part of an object path.
    static QString nextToken();
    /// What a failed method means and what to do, as one line.
    static QString messageFor(const QDBusError& error);

Q_SIGNALS:
    void taken(const QByteArray& file);
    void failed(const QString& message);

private Q_SLOTS:
    void onResponse(uint code, const QVariantMap& results);

private:
    void subscribe(const QString& path);
    void unsubscribe();
    QDBusMessage call() const;
    void onReturned(const QDBusPendingCallWatcher& watcher);
    void onPortalGone();
    void takeFile(const QVariantMap& results);
    void fail(const QString& message);
    void finish();
    void close(const QString& path);

    QDBusConnection m_bus;
    const PortalPatience m_patience;
    const QString m_token;
    QString m_path;         ///< where the answer is listened for
    QString m_returnedPath; ///< the portal's own idea of it, where that is another one
    timespec m_begin{};
    QTimer m_wait; ///< for the Response
    bool m_open = false;
};

} // namespace prunescope::ui
