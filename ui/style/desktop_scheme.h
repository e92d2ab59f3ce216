#pragma once

#include <QDBusVariant>
#include <QObject>
#include <QString>

namespace prunescope::ui {

/// Whether the desktop asks for dark windows: what its settings portal said, and until it said anything the palette
/// that the platform had before ours. GUI thread.
bool desktopPrefersDark();

/// Asks the desktop's settings portal (without waiting) and listens to it; says `changed` when `desktopPrefersDark`
/// gives another answer. Silent without a session bus. GUI thread.
class DesktopScheme : public QObject {
    Q_OBJECT

public:
    explicit DesktopScheme(QObject* parent = nullptr);

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void onSettingChanged(const QString& group, const QString& key, const QDBusVariant& value);

private:
    void ask();
    void take(uint scheme);
};

} // namespace prunescope::ui
