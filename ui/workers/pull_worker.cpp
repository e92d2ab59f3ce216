#include "ui/workers/pull_worker.h"

#include "core/base/error.h"
#include "ui/style/format.h"

#include <QMetaObject>

namespace prunescope::ui {

ModelPuller hubPuller() {
    return [](const model::PullRequest& request, const model::PullSink& sink, const std::stop_token& stop) {
        return model::pullModel(model::hubSettings(), request, sink, stop);
    };
}

PullWorker::PullWorker(ModelPuller puller, QObject* parent) : QObject(parent), m_puller(std::move(puller)) {}

PullWorker::~PullWorker() = default;

void PullWorker::start(const model::PullRequest& request) {
    check(!m_running, "two downloads in one worker");
    m_running = true;
    m_thread = std::jthread([this, request](const std::stop_token& stop) { run(request, stop); });
}

void PullWorker::run(const model::PullRequest& request, const std::stop_token& stop) {
    try {
        const auto tell = [this](const model::PullProgress& progress) {
            later([this, progress] { Q_EMIT progressed(progress); });
        };
        later([this, result = m_puller(request, tell, stop)] {
            m_running = false;
            Q_EMIT finished(result);
        });
    } catch (const std::exception& error) {
        const auto* known = dynamic_cast<const Error*>(&error);
        const bool stopped = known && known->kind() == ErrorKind::Cancelled;
        later([this, message = errorText(error), stopped] {
            m_running = false;
            Q_EMIT failed(message, stopped);
        });
    }
}

void PullWorker::later(std::function<void()> action) {
    QMetaObject::invokeMethod(this, std::move(action), Qt::QueuedConnection);
}

} // namespace prunescope::ui
