#pragma once

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVirtualObject>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>
#include <QVariantMap>
#include <functional>
#include <optional>

namespace prunescope::test {

/// A D-Bus of its own, with nobody on it and nothing that it would start.
class PrivateBus {
public:
    PrivateBus();
    ~PrivateBus();

    /// Whether there is a bus; else what went wrong.
    bool isRunning() const { return !m_address.isEmpty(); }
    /// A new connection to it.
    QDBusConnection connect();

private:
    QTemporaryDir m_folder;
    QProcess m_daemon;
    QString m_address;
    QStringList m_names;
};

/// A desktop portal that does as its script says. On the thread that made it.
class FakePortal : public QDBusVirtualObject {
    Q_OBJECT

public:
    enum class When { BeforeReturn, AfterReturn, Never };

    /// What it does with the next calls.
    struct Script {
        QString error = {};     ///< name of a D-Bus error instead of an answer; empty: none
        bool returns = true;    ///< else the method stays open
        bool goes = false;      ///< leaves the bus when it was called
        bool ownHandle = false; ///< answers at another path than the token says
        When when = When::AfterReturn;
        uint code = 0;
        std::function<QString()> uri = {}; ///< makes the picture and names it
    };

    explicit FakePortal(PrivateBus& bus);
    ~FakePortal() override;

    Script script;
    QStringList tokens;  ///< of the calls
    QStringList closed;  ///< object paths of requests that were given up
    QVariantMap options; ///< of the last call

    QString introspect(const QString& path) const override;
    bool handleMessage(const QDBusMessage& message, const QDBusConnection& connection) override;

private:
    void take(const QDBusMessage& call);
    void answer(const QString& path);
    void leave();

    std::optional<QDBusConnection> m_bus;
};

} // namespace prunescope::test
