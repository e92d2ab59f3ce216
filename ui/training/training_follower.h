#pragma once

#include "model/progress/training_progress.h"
#include "ui/workers/latest_job.h"

#include <QDateTime>
#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>
#include <memory>

namespace prunescope {
class LineTail;
}

namespace prunescope::ui {

/// Keeps up with the progress file of a training run while it grows. Reads off the GUI thread. GUI thread.
class TrainingFollower : public QObject {
    Q_OBJECT

public:
    explicit TrainingFollower(QObject* parent = nullptr);
    ~TrainingFollower() override;

    /// A run folder or its progress.jsonl, which need not be there yet. What was followed before is forgotten.
    void follow(const QString& folderOrFile);
    bool isFollowing() const { return !m_path.isEmpty(); }
    /// Path of the progress file.
    const QString& path() const { return m_path; }
    /// Never null; another object after each change.
    std::shared_ptr<const TrainingProgress> progress() const { return m_progress; }
    /// When the file was last written; invalid while there is none.
    const QDateTime& writtenAt() const { return m_writtenAt; }
    /// Why the file cannot be read, one line; empty: it can, or it is not there yet.
    const QString& problem() const { return m_problem; }

Q_SIGNALS:
    void changed(); ///< any of the above

private:
    struct Reading;
    struct News {
        std::shared_ptr<const TrainingProgress> progress; ///< null: nothing new
        bool hasMore = false;
    };

    void look();
    void take(const News& news);
    static News readSome(Reading& reading);

    QString m_path;
    std::shared_ptr<Reading> m_reading; ///< the job's alone while it runs
    std::shared_ptr<const TrainingProgress> m_progress = std::make_shared<const TrainingProgress>();
    QDateTime m_writtenAt;
    QString m_problem;
    QFileSystemWatcher m_watcher;
    QTimer m_timer; ///< files on other machines are not watched, and a file that comes later neither
    LatestJob m_job;
};

} // namespace prunescope::ui
