#include "ui/store/history.h"

#include "core/base/error.h"
#include "ui/store/log_index.h"
#include "ui/store/store.h"
#include "ui/workers/record_log.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr std::size_t kFirstRows = 64; // about what a view shows

int exportLines(const LogIndex& index, std::vector<qint64> lines, RecordExport& file) {
    std::ranges::sort(lines); // they are numbered as they stand in the file
    for (const qint64 line : lines)
        file.add(index.record(line));
    return static_cast<int>(lines.size());
}

/// All records of the log, and then of `unsaved` what is not among them. A log that can't be read is no reason to lose
/// what is in memory.
int exportAll(const LogIndex& index, const std::vector<InteractionRecord>& unsaved, RecordExport& file) {
    const std::set<quint64> deleted = index.deletedPlaces();
    std::set<std::string> known;
    int count = 0;
    const auto add = [&](const InteractionRecord& record) {
        file.add(record);
        ++count;
    };
    try {
        for (LogReader reader(index.path()); reader.next();)
            if (const auto record = recordIn(reader.line()); record && !deleted.contains(reader.place().at)) {
                add(*record);
                if (!unsaved.empty())
                    known.insert(record->id);
            }
    } catch (const Error& error) {
        if (unsaved.empty() || error.kind() != ErrorKind::BadFile)
            throw;
    }
    for (const InteractionRecord& record : unsaved)
        if (!known.contains(record.id))
            add(record);
    return count;
}

} // namespace

History::History(Store& store, RecordLog& log, QObject* parent) : QObject(parent), m_store(store), m_log(log) {
    connect(&m_log, &RecordLog::saved, this, &History::update);
    update();
}

History::~History() {
    finishRemoval();
}

template <typename Work, typename Done>
void History::ask(const QObject* context, Work work, Done done) {
    ++m_tasks;
    m_store.start(
        this,
        [work = std::move(work), path = m_log.path().toStdString()](const Database& database) {
            LogIndex index(database, path);
            return work(database, index);
        },
        [this, context = QPointer(context), done = std::move(done)](auto&&... result) {
            if (context)
                done(std::forward<decltype(result)>(result)...);
            endTask();
        },
        [this](const QString& why) {
            Q_EMIT failed(why);
            update(); // the index may not be that of the file any more
            endTask();
        });
}

void History::endTask() {
    --m_tasks;
    if (isIdle())
        Q_EMIT becameIdle();
}

// Index ---------------------------------------------------------------------------------------------------------------

void History::update() {
    m_updateAgain = m_isUpdating;
    if (!std::exchange(m_isUpdating, true))
        step();
}

// Step by step: what somebody waits for comes in between.
void History::step() {
    const auto work = [path = m_log.path().toStdString()](const Database& database) {
        return LogIndex(database, path).update();
    };
    const auto done = [this](const LogIndex::Progress& progress) {
        m_share = progress.share;
        m_damaged = progress.damaged;
        if (progress.isDone)
            return endUpdate({});
        Q_EMIT updating();
        step();
    };
    m_store.start(this, work, done, [this](const QString& why) { endUpdate(why); });
}

void History::endUpdate(const QString& why) {
    m_isUpdating = false;
    m_share = 1;
    m_whyUnread = why;
    if (!why.isEmpty())
        Q_EMIT unread();
    else if (!std::exchange(m_wasUpdated, true))
        ask(
            this, [](const Database&, LogIndex& index) { index.removeDeleted(); }, [this] { Q_EMIT updated(); });
    else
        Q_EMIT updated();
    if (std::exchange(m_updateAgain, false))
        update();
}

// Reading -------------------------------------------------------------------------------------------------------------

void History::find(const QObject* context, const HistoryQuery& query, std::function<void(const Found&)> done) {
    ask(
        context,
        [query](const Database& database, const LogIndex& index) {
            Found found{findLines(database, index.log(), query), {}};
            found.first =
                ui::readRows(database, std::span(found.lines).first(std::min(kFirstRows, found.lines.size())));
            return found;
        },
        std::move(done));
}

void History::readRows(const QObject* context, std::vector<qint64> lines,
                       std::function<void(const std::vector<HistoryRow>&)> done) {
    ask(
        context,
        [lines = std::move(lines)](const Database& database, const LogIndex&) { return ui::readRows(database, lines); },
        std::move(done));
}

void History::readRecord(const QObject* context, qint64 line, std::function<void(const InteractionRecord&)> done) {
    ask(
        context, [line](const Database&, const LogIndex& index) { return index.record(line); }, std::move(done));
}

// Deleting ------------------------------------------------------------------------------------------------------------

void History::remove(const std::vector<qint64>& lines) {
    finishRemoval();
    m_removed = lines;
    ask(
        this, [lines](const Database&, const LogIndex& index) { index.remove(lines); }, [this] { Q_EMIT changed(); });
}

void History::undoRemoval() {
    ask(
        this, [lines = std::exchange(m_removed, {})](const Database&, const LogIndex& index) { index.restore(lines); },
        [this] { Q_EMIT changed(); });
}

void History::finishRemoval() {
    if (std::exchange(m_removed, {}).empty())
        return;
    ask(
        this, [](const Database&, LogIndex& index) { index.removeDeleted(); }, [] {});
}

// Export --------------------------------------------------------------------------------------------------------------

void History::exportTo(const QString& path, RecordFormat format, std::optional<std::vector<qint64>> lines) {
    ask(
        this,
        [path, format, lines = std::move(lines), unsaved = m_log.unsaved()](const Database&, const LogIndex& index) {
            RecordExport file(path.toStdString(), format);
            const int count = lines ? exportLines(index, *lines, file) : exportAll(index, unsaved, file);
            file.finish();
            return count;
        },
        [this, path](int count) { Q_EMIT exported(path, count); });
}

} // namespace prunescope::ui
