#include "ui/workers/record_log.h"

#include "core/base/log.h"
#include "ui/style/format.h"

#include <utility>

namespace prunescope::ui {

RecordLog::RecordLog(const QString& path, QObject* parent)
    : QObject(parent), m_writer(path.isEmpty() ? defaultLogPath() : path.toStdString()) {
    connect(&m_queue, &JobQueue::becameIdle, this, &RecordLog::becameIdle);
}

RecordLog::~RecordLog() {
    m_queue.wait();
    dropSaved();
    try {
        for (const InteractionRecord& record : m_unsaved) // what came while the last ones were written
            m_writer.append(record);
    } catch (const std::exception& e) {
        log::warning(e.what()); // there is nobody left to ask
    }
}

QString RecordLog::path() const {
    return fromUtf8(m_writer.path());
}

void RecordLog::append(const InteractionRecord& record) {
    m_unsaved.push_back(record);
    Q_EMIT appended(record);
    flush();
}

void RecordLog::retry() {
    flush();
}

void RecordLog::flush() {
    if (m_flushing || m_unsaved.empty())
        return;
    m_flushing = true;
    const auto write = [this, records = m_unsaved, writer = m_writer] {
        for (const InteractionRecord& record : records) {
            writer.append(record);
            ++m_savedCount;
        }
    };
    m_queue.start(
        write, [this] { finishFlush({}); }, [this](const QString& why) { finishFlush(why); });
}

void RecordLog::dropSaved() {
    m_unsaved.erase(m_unsaved.begin(), m_unsaved.begin() + std::exchange(m_savedCount, 0));
}

void RecordLog::finishFlush(const QString& error) {
    m_flushing = false;
    dropSaved();
    if (!error.isEmpty())
        Q_EMIT saveFailed(error);
    else if (m_unsaved.empty())
        Q_EMIT saved();
    else
        flush(); // more came while these were written
}

} // namespace prunescope::ui
