// Logs questions, looks for them in the history and deletes some, until somebody kills it:
// packaging/checks/store-kills. Says on standard output what it is about to do and what it has done, a line each.
// usage: store_victim LOG NAME
#include "core/records/record_writer.h"
#include "ui/store/history.h"
#include "ui/store/store.h"
#include "ui/workers/record_log.h"

#include <QCoreApplication>
#include <cstdio>
#include <random>

using namespace prunescope;
using namespace prunescope::ui;

namespace {

void say(const char* what, const QString& question) {
    std::printf("%s %s\n", what, qPrintable(question));
    std::fflush(stdout);
}

/// Logs one question after the other, and deletes about every third again.
class Victim : public QObject {
public:
    Victim(const QString& log, QString name) : m_name(std::move(name)), m_log(log), m_store(Store::pathBeside(log)) {
        connect(&m_log, &RecordLog::saved, this, [this] {
            say("saved", question());
            QMetaObject::invokeMethod(this, &Victim::next, Qt::QueuedConnection);
        });
        connect(&m_log, &RecordLog::saveFailed, this, [](const QString& why) { say("failed", why); });
        connect(&m_history, &History::updated, this, [] { say("updated", {}); });
        connect(&m_history, &History::failed, this, [](const QString& why) { say("failed", why); });
        connect(&m_history, &History::unread, this, [this] { say("failed", m_history.whyUnread()); });
        connect(&m_store, &Store::unavailable, this, [](const QString& why) { say("failed", why); });
        next();
    }

private:
    QString question() const { return QStringLiteral("%1-%2").arg(m_name).arg(m_count); }

    void next() {
        if (m_count > 0 && m_random() % 3 == 0)
            removeLast();
        ++m_count;
        say("asked", question());
        const std::string answer(m_random() % 20'000, 'x');
        m_log.append(makeRecord("session", question().toStdString(), {{"answer", answer}}));
    }

    void removeLast() {
        const auto removeIt = [this, wanted = question()](const History::Found& found) {
            if (found.first.empty() || QString::fromStdString(found.first.front().shown.question) != wanted)
                return; // the index has not come that far
            say("removing", wanted);
            m_history.remove({found.lines.front()});
            m_history.finishRemoval();
            // Whatever is found afterwards is found after the removal.
            m_history.find(this, {}, [wanted](const History::Found&) { say("removed", wanted); });
        };
        m_history.find(this,
                       {QLatin1Char('"') + question() + QLatin1Char('"'), HistoryColumn::Time, Qt::DescendingOrder},
                       removeIt);
    }

    QString m_name;
    RecordLog m_log;
    Store m_store;
    History m_history{m_store, m_log};
    int m_count = 0;
    std::minstd_rand m_random{std::random_device{}()};
};

} // namespace

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    if (argc != 3)
        return 2;
    const Victim victim(QString::fromLocal8Bit(argv[1]), QString::fromLocal8Bit(argv[2]));
    return QCoreApplication::exec();
}
