#pragma once

#include "ui/style/format.h"

#include <QObject>
#include <QThreadPool>
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace prunescope::ui {

/// Runs work off the GUI thread in one thread of its own, all of it, in the order in which it was given. (LatestJob
/// forgets older wishes, this does not.) Lives in, and is called from, one thread.
class JobQueue : public QObject {
    Q_OBJECT

public:
    explicit JobQueue(QObject* parent = nullptr);
    /// Waits for all that was started; results are not delivered any more.
    ~JobQueue() override;

    /// `work()` runs in the thread of the queue and must own what it uses; `done(result)` runs on this one. What `work`
    /// throws goes to `failed(why)`, one line, on this thread, instead.
    template <typename Work, typename Done>
    void start(Work work, Done done, std::function<void(const QString& why)> failed) {
        enqueue([work = std::move(work), done = std::move(done), failed = std::move(failed)]() -> Delivery {
            try {
                if constexpr (std::is_void_v<std::invoke_result_t<const Work&>>) {
                    work();
                    return done;
                } else {
                    auto result = std::make_shared<std::invoke_result_t<const Work&>>(work());
                    return [done, result] { done(std::move(*result)); };
                }
            } catch (const std::exception& e) {
                return [failed, why = errorText(e)] { failed(why); };
            }
        });
    }
    bool isIdle() const { return m_jobs == 0; }
    /// Waits until the last work was done; results are delivered afterwards.
    void wait() { m_pool.waitForDone(); }

Q_SIGNALS:
    /// Emitted when nothing runs and nothing waits any more.
    void becameIdle();

private:
    using Delivery = std::function<void()>;
    void enqueue(std::function<Delivery()> job);

    QThreadPool m_pool;
    int m_jobs = 0;
};

} // namespace prunescope::ui
