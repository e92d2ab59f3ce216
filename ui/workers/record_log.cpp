#include "ui/workers/record_log.h"

#include "core/base/log.h"
#include "ui/style/format.h"

#include <QMetaObject>
#include <stdexcept>
#include <unordered_set>
#include <utility>

namespace prunescope::ui {

namespace {

// What is unsaved may be in the file by now.
std::vector<InteractionRecord> withUnsaved(std::vector<InteractionRecord> records,
                                           const std::vector<InteractionRecord>& unsaved) {
    if (unsaved.empty())
        return records;
    std::unordered_set<std::string> inFile;
    for (const InteractionRecord& record : records)
        inFile.insert(record.id);
    for (const InteractionRecord& record : unsaved)
        if (!inFile.contains(record.id))
            records.push_back(record);
    return records;
}

std::vector<InteractionRecord> recordsIn(const std::string& path, QString& problem) {
    try {
        return readRecords(path);
    } catch (const std::exception& e) {
        problem = errorText(e);
        return {};
    }
}

} // namespace

RecordLog::RecordLog(const QString& path, QObject* parent)
    : QObject(parent), m_writer(path.isEmpty() ? defaultLogPath() : path.toStdString()) {
    m_pool.setMaxThreadCount(1);
}

RecordLog::~RecordLog() {
    m_pool.waitForDone();
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

void RecordLog::enqueue(std::function<std::function<void()>()> work) {
    ++m_tasks;
    m_pool.start([this, work = std::move(work)] {
        std::function<void()> after;
        try {
            after = work();
        } catch (const std::exception& e) {
            after = [this, message = errorText(e)] { Q_EMIT failed(message); };
        }
        QMetaObject::invokeMethod(
            this,
            [this, after] {
                --m_tasks;
                after();
                if (isIdle())
                    Q_EMIT becameIdle();
            },
            Qt::QueuedConnection);
    });
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
    enqueue([this, records = m_unsaved, writer = m_writer] {
        QString error;
        try {
            for (const InteractionRecord& record : records) {
                writer.append(record);
                ++m_savedCount;
            }
        } catch (const std::exception& e) {
            error = errorText(e);
        }
        return [this, error] { finishFlush(error); };
    });
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

void RecordLog::readAll() {
    enqueue([this, path = m_writer.path()]() -> std::function<void()> {
        try {
            int skipped = 0;
            auto records = readRecords(path, &skipped);
            return [this, records = std::move(records), skipped] {
                Q_EMIT recordsRead(withUnsaved(records, m_unsaved), skipped); // also what came meanwhile
            };
        } catch (const std::exception& e) {
            return [this, message = errorText(e)] { Q_EMIT readFailed(message); };
        }
    });
}

void RecordLog::exportTo(const QString& path, RecordFormat format) {
    enqueue([this, path, format, log = m_writer.path(), unsaved = m_unsaved] {
        // A log that can't be read is no reason to lose what is in memory.
        QString problem;
        const auto records = withUnsaved(recordsIn(log, problem), unsaved);
        if (records.empty() && !problem.isEmpty())
            throw std::runtime_error(problem.toStdString());
        exportRecords(path.toStdString(), records, format);
        return [this, path, count = static_cast<int>(records.size()), problem] {
            Q_EMIT exported(path, count);
            if (!problem.isEmpty())
                Q_EMIT failed(tr("%1. Only the questions that are still in memory were exported.").arg(problem));
        };
    });
}

} // namespace prunescope::ui
