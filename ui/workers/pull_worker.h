#pragma once

#include "model/hub/hub_client.h"

#include <QObject>
#include <functional>
#include <stop_token>
#include <thread>

namespace prunescope::ui {

/// Function by which the window downloads a model: the real hub, or what a test puts in its place. Called on the
/// worker's thread; throws Error.
using ModelPuller =
    std::function<model::PullResult(const model::PullRequest&, const model::PullSink&, const std::stop_token&)>;

/// Downloads from the hub that the environment names.
ModelPuller hubPuller();

/// Downloads in a thread of its own, one model at a time. GUI thread.
class PullWorker : public QObject {
    Q_OBJECT

public:
    explicit PullWorker(ModelPuller puller, QObject* parent = nullptr);
    /// Stops the download and waits for that; what has come is kept.
    ~PullWorker() override;

    /// Starts a download; not while one is running.
    void start(const model::PullRequest& request);
    void stop() { m_thread.request_stop(); }
    bool isRunning() const { return m_running; }

Q_SIGNALS:
    void progressed(const prunescope::model::PullProgress& progress);
    void finished(const prunescope::model::PullResult& result);
    /// `stopped`: because the user wished it, which is no error to show.
    void failed(const QString& message, bool stopped);

private:
    void run(const model::PullRequest& request, const std::stop_token& stop);
    /// Runs `action` on the GUI thread, unless this is gone by then.
    void later(std::function<void()> action);

    ModelPuller m_puller;
    bool m_running = false;
    std::jthread m_thread; ///< last: it ends before what it uses
};

} // namespace prunescope::ui
