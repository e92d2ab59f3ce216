#pragma once

#include "ui/store/database.h"
#include "ui/workers/job_queue.h"

#include <QObject>
#include <QPointer>
#include <QString>
#include <memory>

namespace prunescope::ui {

/// The database beside the log, in a thread of its own: nothing here waits for it. Where it can't be used (its folder
/// is read-only, the disk is full, a newer version has written it) that is said once, and a temporary one stands in for
/// it until the window is closed. GUI thread.
class Store : public QObject {
    Q_OBJECT

public:
    /// `path` empty: a temporary one.
    explicit Store(const QString& path, QObject* parent = nullptr);
    /// Waits for all that was started.
    ~Store() override;

    /// `work(database)` runs in the store's thread, after all that was started before, and must own what it uses;
    /// `done(result)` or `failed(why)`, one line, on this one, unless `context` is gone by then.
    template <typename Work, typename Done>
    void start(const QObject* context, Work work, Done done, std::function<void(const QString& why)> failed) {
        m_queue.start([work = std::move(work), place = m_place] { return work(place->database()); },
                      [context = QPointer(context), done = std::move(done)](auto&&... result) {
                          if (context)
                              done(std::forward<decltype(result)>(result)...);
                      },
                      [context = QPointer(context), failed = std::move(failed)](const QString& why) {
                          if (context)
                              failed(why);
                      });
    }

    /// The database that belongs to a log: beside it. Empty where the log is no file, such as /dev/null.
    static QString pathBeside(const QString& logPath);

Q_SIGNALS:
    /// Nothing of this window is kept in the database; why, as one line.
    void unavailable(const QString& why);

private:
    /// The connection, used in the store's thread alone.
    class Place {
    public:
        Place(const QString& path, std::function<void(const QString&)> tell) : m_path(path), m_tell(std::move(tell)) {}
        /// Opens it when it is first wanted.
        const Database& database();
        void close() { m_database.reset(); }

    private:
        QString m_path;
        std::function<void(const QString&)> m_tell;
        std::unique_ptr<Database> m_database;
    };

    std::shared_ptr<Place> m_place;
    JobQueue m_queue;
};

} // namespace prunescope::ui
