#include "app/commands/window_door.h"

#include <QCryptographicHash>
#include <QLocalSocket>
#include <QStandardPaths>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

constexpr int kAnswerMs = 2000;
constexpr qint64 kLongestLine = 1 << 20;
constexpr int kLongestDelayS = 3600;
constexpr char kTaken[] = "taken\n";

std::optional<ui::CaptureKind> kindOf(const nlohmann::json& object) {
    const auto word = object.find("capture");
    return word == object.end() ? std::nullopt : ui::captureKindOf(QString::fromStdString(word->get<std::string>()));
}

} // namespace

QByteArray toLine(const WindowRequest& request) {
    nlohmann::json object{{"pictures", nlohmann::json::array()}};
    for (const QString& path : request.pictures)
        object["pictures"].push_back(path.toStdString());
    if (request.capture) {
        object["capture"] = ui::captureKindWords()[static_cast<qsizetype>(*request.capture)].toStdString();
        object["delay_s"] = request.delay.count();
    }
    return QByteArray::fromStdString(object.dump()) + '\n';
}

std::optional<WindowRequest> requestFrom(const QByteArray& line) {
    try {
        const nlohmann::json object = nlohmann::json::parse(line.toStdString());
        WindowRequest request;
        for (const nlohmann::json& path : object.at("pictures"))
            request.pictures << QString::fromStdString(path.get<std::string>());
        request.capture = kindOf(object);
        request.delay = std::chrono::seconds(std::clamp(object.value("delay_s", 0), 0, kLongestDelayS));
        return request;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

QString windowSocketPath() {
    const QByteArray display = qgetenv("WAYLAND_DISPLAY") + '/' + qgetenv("DISPLAY") + '/' + qgetenv("QT_QPA_PLATFORM");
    const QByteArray key = QCryptographicHash::hash(display, QCryptographicHash::Sha256).toHex().left(12);
    return QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation) + QStringLiteral("/prunescope-") +
           QString::fromLatin1(key);
}

bool handOver(const QString& path, const WindowRequest& request) {
    QLocalSocket socket;
    socket.connectToServer(path);
    if (!socket.waitForConnected(kAnswerMs))
        return false;
    socket.write(toLine(request));
    while (!socket.canReadLine())
        if (!socket.waitForReadyRead(kAnswerMs))
            return false;
    return socket.readLine() == kTaken;
}

bool WindowDoor::listen(const QString& path) {
    connect(&m_server, &QLocalServer::newConnection, this, &WindowDoor::take, Qt::UniqueConnection);
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    QLocalSocket somebody; // Qt would put a socket for one user alone in the place of one that is in use
    somebody.connectToServer(path);
    if (somebody.waitForConnected(kAnswerMs))
        return false;
    QLocalServer::removeServer(path); // nobody is there any more
    return m_server.listen(path);
}

void WindowDoor::take() {
    while (QLocalSocket* socket = m_server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
            if (!socket->canReadLine()) {
                if (socket->bytesAvailable() > kLongestLine)
                    socket->abort();
                return;
            }
            const auto request = requestFrom(socket->readLine());
            if (!request)
                return socket->abort();
            socket->write(kTaken);
            socket->flush();
            Q_EMIT requested(*request);
        });
    }
}

} // namespace prunescope::app
