#include "ui/store/conversations.h"

#include "ui/store/conversation_table.h"
#include "ui/store/picture_encoder.h"
#include "ui/store/store.h"

#include <QDateTime>
#include <QPointer>
#include <algorithm>
#include <span>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr std::size_t kFirstRows = 64;   // about what a view shows
constexpr qint64 kLeftBehindMs = 60'000; // what another window has removed is its to put back for a while

qint64 nowMs() {
    return QDateTime::currentMSecsSinceEpoch();
}

} // namespace

Conversations::Conversations(Store& store, QObject* parent)
    : QObject(parent), m_store(store), m_encoder(std::make_shared<PictureEncoder>()) {
    finishLeftBehind();
}

Conversations::~Conversations() {
    finishRemoval();
}

template <typename Work, typename Done>
void Conversations::ask(const QObject* context, Work work, Done done, std::function<void(const QString&)> failed) {
    ++m_tasks;
    m_store.start(
        this, std::move(work),
        [this, context = QPointer(context), done = std::move(done)](auto&&... result) {
            if (context)
                done(std::forward<decltype(result)>(result)...);
            endTask();
        },
        [this, context = QPointer(context), failed = std::move(failed)](const QString& why) {
            if (!failed)
                Q_EMIT this->failed(why);
            else if (context)
                failed(why);
            endTask();
        });
}

void Conversations::endTask() {
    --m_tasks;
    if (isIdle())
        Q_EMIT becameIdle();
}

// Reading -------------------------------------------------------------------------------------------------------------

void Conversations::find(const QObject* context, const ConversationQuery& query,
                         std::function<void(const Found&)> done) {
    ask(
        context,
        [query](const Database& database) {
            Found found{findConversations(database, query), {}};
            const std::size_t first = std::min(kFirstRows, found.conversations.size());
            found.first = readConversationRows(database, std::span(found.conversations).first(first));
            return found;
        },
        std::move(done));
}

void Conversations::readRows(const QObject* context, std::vector<qint64> conversations,
                             std::function<void(const std::vector<ConversationRow>&)> done) {
    ask(
        context,
        [conversations = std::move(conversations)](const Database& database) {
            return readConversationRows(database, conversations);
        },
        std::move(done));
}

void Conversations::read(const QObject* context, qint64 conversation,
                         std::function<void(const StoredConversation&)> done) {
    ask(
        context, [conversation](const Database& database) { return readConversation(database, conversation); },
        std::move(done));
}

void Conversations::turnToBranch(const QObject* context, qint64 conversation, qint64 turn, int by,
                                 std::function<void(const StoredConversation&)> done) {
    ask(
        context,
        [conversation, turn, by](const Database& database) {
            return ui::turnToBranch(database, conversation, turn, by);
        },
        std::move(done));
}

// Writing -------------------------------------------------------------------------------------------------------------

void Conversations::prepare(const Picture& picture) {
    ask(
        this, [picture, encoder = m_encoder](const Database& database) { encoder->prepare(database, picture); }, [] {},
        [](const QString&) {}); // it is said where the picture is wanted
}

void Conversations::keep(const QObject* context, TurnsToKeep turns, std::function<void(const KeptTurns&)> done,
                         std::function<void(const QString&)> failed) {
    ask(
        context,
        [turns = std::move(turns), encoder = m_encoder](const Database& database) {
            return keepTurns(database, *encoder, turns, nowMs());
        },
        [this, done = std::move(done)](const KeptTurns& kept) {
            done(kept);
            Q_EMIT changed();
        },
        std::move(failed));
}

void Conversations::redact(qint64 conversation, const std::vector<PixelRect>& parts) {
    ask(
        this,
        [conversation, parts, encoder = m_encoder](const Database& database) {
            redactPictures(database, *encoder, conversation, parts);
        },
        [this] { Q_EMIT changed(); });
}

void Conversations::rename(qint64 conversation, const QString& title) {
    ask(
        this, [conversation, title](const Database& database) { renameConversation(database, conversation, title); },
        [this] { Q_EMIT changed(); });
}

// Deleting ------------------------------------------------------------------------------------------------------------

void Conversations::remove(const std::vector<qint64>& conversations) {
    finishRemoval();
    m_removed = conversations;
    ask(
        this, [conversations](const Database& database) { hideConversations(database, conversations, nowMs()); },
        [this] { Q_EMIT changed(); });
    Q_EMIT removed(conversations);
}

void Conversations::undoRemoval() {
    ask(
        this,
        [conversations = std::exchange(m_removed, {})](const Database& database) {
            showConversations(database, conversations);
        },
        [this] { Q_EMIT changed(); });
}

void Conversations::finishRemoval() {
    if (m_removed.empty())
        return;
    ask(
        this,
        [conversations = std::exchange(m_removed, {})](const Database& database) {
            deleteHidden(database, conversations);
        },
        [] {});
}

void Conversations::finishLeftBehind() {
    ask(
        this,
        [](const Database& database) {
            if (const auto left = hiddenBefore(database, nowMs() - kLeftBehindMs); !left.empty())
                deleteHidden(database, left);
        },
        [] {});
}

} // namespace prunescope::ui
