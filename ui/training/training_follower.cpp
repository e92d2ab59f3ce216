#include "ui/training/training_follower.h"

#include "model/progress/line_tail.h"
#include "ui/style/format.h"

#include <QFileInfo>

namespace prunescope::ui {

namespace {

constexpr int kLookEveryMs = 1000;

} // namespace

struct TrainingFollower::Reading {
    LineTail tail;
    TrainingProgress progress;
};

TrainingFollower::TrainingFollower(QObject* parent) : QObject(parent) {
    m_timer.setInterval(kLookEveryMs);
    connect(&m_timer, &QTimer::timeout, this, &TrainingFollower::look);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &TrainingFollower::look);
    connect(&m_job, &LatestJob::failed, this, [this](const QString& message) {
        if (message != m_problem) {
            m_problem = message;
            Q_EMIT changed();
        }
    });
}

TrainingFollower::~TrainingFollower() = default;

void TrainingFollower::follow(const QString& folderOrFile) {
    m_job.cancel();
    if (!m_watcher.files().isEmpty())
        m_watcher.removePaths(m_watcher.files());
    m_path = fromUtf8(progressFileOf(QFileInfo(folderOrFile).absoluteFilePath().toStdString()));
    m_reading = std::make_shared<Reading>(Reading{LineTail(m_path.toStdString()), {}});
    m_progress = std::make_shared<const TrainingProgress>();
    m_problem.clear();
    m_timer.start();
    look();
    Q_EMIT changed();
}

void TrainingFollower::look() {
    const QFileInfo file(m_path);
    m_writtenAt = file.exists() ? file.lastModified() : QDateTime();
    if (file.isFile() && m_watcher.files().isEmpty()) // a file that was replaced is not watched any more
        m_watcher.addPath(m_path);
    if (!m_job.isIdle())
        return; // the timer comes again
    m_job.start([reading = m_reading] { return readSome(*reading); }, [this](const News& news) { take(news); });
}

TrainingFollower::News TrainingFollower::readSome(Reading& reading) {
    const NewLines news = reading.tail.read();
    if (news.isNewFile)
        reading.progress.startFile();
    for (const std::string& line : news.lines)
        reading.progress.addLine(line);
    if (news.lines.empty())
        return {nullptr, news.hasMore};
    return {std::make_shared<const TrainingProgress>(reading.progress), news.hasMore};
}

void TrainingFollower::take(const News& news) {
    if (news.progress)
        m_progress = news.progress;
    if (news.progress || !m_problem.isEmpty()) {
        m_problem.clear();
        Q_EMIT changed();
    }
    if (news.hasMore)
        QMetaObject::invokeMethod(this, &TrainingFollower::look, Qt::QueuedConnection);
}

} // namespace prunescope::ui
