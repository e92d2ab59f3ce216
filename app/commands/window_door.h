#pragma once

#include "ui/capture/capture.h"

#include <QLocalServer>
#include <QObject>
#include <QString>
#include <QStringList>
#include <chrono>
#include <optional>

namespace prunescope::app {

/// What a start of the program wants of the window that is there already. Nothing at all: to see it.
struct WindowRequest {
    QStringList pictures; ///< absolute paths
    std::optional<ui::CaptureKind> capture;
    std::chrono::seconds delay{0}; ///< before the capture
    bool operator==(const WindowRequest&) const = default;
};

/// One line of JSON, and back; nothing for a line that is none of ours.
QByteArray toLine(const WindowRequest& request);
std::optional<WindowRequest> requestFrom(const QByteArray& line);

/// Path of the socket at which the window of this user on this display takes requests.
QString windowSocketPath();

/// Hands a request to the window that listens at `path`. False where there is none, or it does not answer in 2 s.
bool handOver(const QString& path, const WindowRequest& request);

/// Takes requests from later starts of the program, so that there is one window. Only of the same user. GUI thread.
class WindowDoor : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    /// Listens at `path`, also where a window that crashed has left its socket. False where another one listens, or
    /// where that can't be.
    bool listen(const QString& path);

Q_SIGNALS:
    void requested(const prunescope::app::WindowRequest& request);

private:
    void take();

    QLocalServer m_server;
};

} // namespace prunescope::app
