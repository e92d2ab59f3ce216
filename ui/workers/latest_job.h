#pragma once

#include <QObject>
#include <QThreadPool>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

namespace prunescope::ui {

/// Runs work off the GUI thread, one at a time; of what arrives meanwhile only the newest waits, the rest is forgotten.
/// Made for work whose older wishes are worthless: the mask while a slider moves. Lives in, and is called from, one
/// thread.
class LatestJob : public QObject {
    Q_OBJECT

public:
    explicit LatestJob(QObject* parent = nullptr);
    /// Waits for the work that runs; its result is not delivered.
    ~LatestJob() override;

    /// `work()` runs on another thread and must own what it uses; `done(result)` runs on this one. What `work` throws
    /// arrives as `failed`.
    template <typename Work, typename Done>
    void start(Work work, Done done) {
        submit([work = std::move(work), done = std::move(done)]() -> Delivery {
            auto result = std::make_shared<std::invoke_result_t<const Work&>>(work());
            return [done, result] { done(std::move(*result)); };
        });
    }
    /// Forgets the work that waits and the result of the work that runs.
    void cancel();
    bool isIdle() const { return !m_running && !m_waiting; }

Q_SIGNALS:
    /// Emitted when the newest work threw; `message` is one line.
    void failed(const QString& message);
    /// Emitted when nothing runs and nothing waits any more.
    void becameIdle();

private:
    using Delivery = std::function<void()>;
    using Job = std::function<Delivery()>;

    void submit(Job job);
    void launch(Job job);
    void finish(quint64 generation, const Delivery& deliver, const QString& error);

    QThreadPool m_pool;
    std::optional<Job> m_waiting;
    bool m_running = false;
    quint64 m_generation = 0; ///< counts `cancel`: results of an earlier one are dropped
};

} // namespace prunescope::ui
