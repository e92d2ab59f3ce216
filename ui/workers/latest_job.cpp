#include "ui/workers/latest_job.h"

#include "ui/style/format.h"
#include "ui/workers/background_thread.h"

#include <QMetaObject>
#include <exception>

namespace prunescope::ui {

LatestJob::LatestJob(QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(1);
}

LatestJob::~LatestJob() {
    m_waiting.reset();
    m_pool.waitForDone();
}

void LatestJob::cancel() {
    m_waiting.reset();
    ++m_generation;
}

void LatestJob::submit(Job job) {
    if (m_running)
        m_waiting = std::move(job);
    else
        launch(std::move(job));
}

void LatestJob::launch(Job job) {
    m_running = true;
    m_pool.start([this, job = std::move(job), generation = m_generation] {
        giveWayToWindow();
        Delivery deliver;
        QString error;
        try {
            deliver = job();
        } catch (const std::exception& e) {
            error = errorText(e);
        }
        // `this` outlives the pool's work: the destructor waits for it, and then drops the queued call.
        QMetaObject::invokeMethod(
            this, [=, this] { finish(generation, deliver, error); }, Qt::QueuedConnection);
    });
}

void LatestJob::finish(quint64 generation, const Delivery& deliver, const QString& error) {
    m_running = false;
    if (m_waiting) {
        Job next = std::move(*m_waiting);
        m_waiting.reset();
        launch(std::move(next));
    }
    if (generation == m_generation) {
        if (deliver)
            deliver();
        else
            Q_EMIT failed(error);
    }
    if (isIdle())
        Q_EMIT becameIdle();
}

} // namespace prunescope::ui
