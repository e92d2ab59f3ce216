#include "ui/workers/job_queue.h"

#include <QMetaObject>

namespace prunescope::ui {

JobQueue::JobQueue(QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(1);
    m_pool.setExpiryTimeout(-1); // always the same thread: a connection to a database belongs to one
}

JobQueue::~JobQueue() {
    m_pool.waitForDone();
}

void JobQueue::enqueue(std::function<Delivery()> job) {
    ++m_jobs;
    m_pool.start([this, job = std::move(job)] {
        // `this` outlives the pool's work: the destructor waits for it, and then drops the queued call.
        QMetaObject::invokeMethod(
            this,
            [this, deliver = job()] {
                --m_jobs;
                deliver();
                if (isIdle())
                    Q_EMIT becameIdle();
            },
            Qt::QueuedConnection);
    });
}

} // namespace prunescope::ui
