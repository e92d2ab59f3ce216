#include "ui/store/store.h"

#include "ui/style/format.h"

#include <QFileInfo>
#include <QMetaObject>

namespace prunescope::ui {

const Database& Store::Place::database() {
    if (m_database)
        return *m_database;
    try {
        m_database = std::make_unique<Database>(m_path);
    } catch (const std::exception& error) {
        if (m_path.isEmpty())
            throw; // there is nothing else to stand in
        m_tell(errorText(error));
        m_database = std::make_unique<Database>(QString());
    }
    return *m_database;
}

Store::Store(const QString& path, QObject* parent) : QObject(parent) {
    const auto tell = [this](const QString& why) { // in the store's thread, for which the destructor waits
        QMetaObject::invokeMethod(
            this, [this, why] { Q_EMIT unavailable(why); }, Qt::QueuedConnection);
    };
    m_place = std::make_shared<Place>(path, tell);
}

Store::~Store() {
    m_queue.start([place = m_place] { place->close(); }, [] {}, [](const QString&) {});
    m_queue.wait();
}

QString Store::pathBeside(const QString& logPath) {
    const QFileInfo log(logPath);
    if (log.exists() && !log.isFile())
        return {};
    return log.absolutePath() + QStringLiteral("/prunescope.db");
}

} // namespace prunescope::ui
