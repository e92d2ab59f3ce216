// Logs questions, looks for them in the history and deletes some, or does the same with conversations, until somebody
// kills it: packaging/checks/store-kills. Says on standard output what it is about to do and what it has done, a line
// each. usage: store_victim LOG NAME
#include "core/records/record_writer.h"
#include "ui/store/conversations.h"
#include "ui/store/history.h"
#include "ui/store/store.h"
#include "ui/workers/record_log.h"

#include <QCoreApplication>
#include <cstdio>
#include <optional>
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
    Victim(Store& store, const QString& log, QString name) : m_name(std::move(name)), m_log(log), m_store(store) {
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
    Store& m_store;
    History m_history{m_store, m_log};
    int m_count = 0;
    std::minstd_rand m_random{std::random_device{}()};
};

/// Keeps turns about some pictures, their answers after them, in conversations of a few, and deletes some of those.
class Talker : public QObject {
public:
    Talker(Store& store, QString name) : m_name(std::move(name)), m_store(store) {
        connect(&m_store, &Conversations::failed, this, [](const QString& why) { say("failed", why); });
        ask();
    }

private:
    void ask() {
        if (!m_asked.isEmpty() && m_random() % 4 == 0)
            return leave();
        StoredTurn turn;
        turn.question = QStringLiteral("%1-c%2").arg(m_name).arg(++m_count);
        turn.content = "{}";
        m_asked << turn.question;
        const std::vector<std::uint8_t> pixels(64 * 48 * 3, static_cast<std::uint8_t>(m_random() % 5));
        m_store.keep(
            this, {m_conversation, m_parent, {{turn, Picture({64, 48}, pixels)}}},
            [this, turn](const KeptTurns& kept) {
                say("kept", turn.question);
                m_conversation = kept.conversation;
                m_parent = kept.turns.front().id;
                answer(turn);
            },
            [](const QString& why) { say("failed", why); });
    }
    void answer(StoredTurn turn) {
        turn.id = m_parent;
        turn.state = StoredTurn::State::Done;
        turn.answer = QString(m_random() % 2'000, QLatin1Char('y'));
        m_store.keep(
            this, {m_conversation, 0, {{turn, {}}}},
            [this, turn](const KeptTurns&) {
                say("ended", turn.question);
                ask();
            },
            [](const QString& why) { say("failed", why); });
    }
    /// Goes on in another conversation; every other one is deleted.
    void leave() {
        const QStringList asked = std::exchange(m_asked, {});
        const qint64 left = std::exchange(m_conversation, 0);
        m_parent = 0;
        if (m_random() % 2 == 0)
            return ask();
        for (const QString& question : asked)
            say("forgetting", question);
        m_store.remove({left});
        m_store.finishRemoval();
        m_store.readRows(this, {}, [this, asked](const std::vector<ConversationRow>&) { // after the removal
            for (const QString& question : asked)
                say("forgotten", question);
            ask();
        });
    }

    QString m_name;
    Conversations m_store;
    QStringList m_asked;
    qint64 m_conversation = 0;
    qint64 m_parent = 0;
    int m_count = 0;
    std::minstd_rand m_random{std::random_device{}()};
};

} // namespace

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    if (argc != 4)
        return 2;
    const QString log = QString::fromLocal8Bit(argv[1]), name = QString::fromLocal8Bit(argv[2]);
    Store store(Store::pathBeside(log));
    std::optional<Talker> talker;
    std::optional<Victim> victim;
    if (QByteArray(argv[3]) == "log")
        victim.emplace(store, log, name);
    else
        talker.emplace(store, name);
    return QCoreApplication::exec();
}
