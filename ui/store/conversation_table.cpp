#include "ui/store/conversation_table.h"

#include "ui/store/database.h"
#include "ui/store/picture_encoder.h"

#include <array>

namespace prunescope::ui {

namespace {

constexpr int kMostTurns = 2000; // of a branch that are read: more than any window shows and any model sees
constexpr qsizetype kLongestTitle = 200;
constexpr std::array kStates{"running", "done", "failed", "stopped"}; // StoredTurn::State

// A null text would be NULL.
QString text(const QString& value) {
    return value.isNull() ? QStringLiteral("") : value;
}

QVariant numberOrNull(qint64 id) {
    return id == 0 ? QVariant(QMetaType::fromType<qlonglong>()) : QVariant(id);
}

QString stateText(StoredTurn::State state) {
    return QString::fromLatin1(kStates[static_cast<std::size_t>(state)]);
}

StoredTurn::State stateOf(const QString& text) {
    for (std::size_t i = 0; i < kStates.size(); ++i)
        if (text == QLatin1String(kStates[i]))
            return static_cast<StoredTurn::State>(i);
    return StoredTurn::State::Failed;
}

bool isThere(const Database& database, qint64 conversation) {
    return conversation != 0 &&
           database.value(QStringLiteral("SELECT 1 FROM conversations WHERE id = ? AND deleted_ms = 0"), {conversation})
               .isValid();
}

bool isTurnOf(const Database& database, qint64 conversation, qint64 turn) {
    return database.value(QStringLiteral("SELECT conversation FROM turns WHERE id = ?"), {turn}).toLongLong() ==
           conversation;
}

qint64 begin(const Database& database, const QString& question, qint64 nowMs) {
    return database
        .run(QStringLiteral("INSERT INTO conversations(title, created_ms, changed_ms) VALUES (?, ?, ?)"),
             {text(question.simplified().left(kLongestTitle)), nowMs, nowMs})
        .lastInsertId()
        .toLongLong();
}

qint64 insert(const Database& database, qint64 conversation, qint64 parent, qint64 picture, const StoredTurn& turn) {
    return database
        .run(QStringLiteral("INSERT INTO turns(conversation, parent, picture, picture_name, asked_ms, state, question,"
                            " answer, plan, error, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
             {conversation, numberOrNull(parent), picture, text(turn.pictureName), turn.askedMs, stateText(turn.state),
              text(turn.question), text(turn.answer), text(turn.plan), text(turn.error),
              QString::fromStdString(turn.content)})
        .lastInsertId()
        .toLongLong();
}

void update(const Database& database, const StoredTurn& turn) {
    database.run(
        QStringLiteral("UPDATE turns SET state = ?, answer = ?, error = ?, content = ? WHERE id = ?"),
        {stateText(turn.state), text(turn.answer), text(turn.error), QString::fromStdString(turn.content), turn.id});
}

/// Place of a turn among those with the same parent.
void addBranches(const Database& database, qint64 turn, int& branch, int& branches) {
    QSqlQuery row = database.run(
        QStringLiteral(
            "SELECT count(*), sum(beside.id < turn.id) FROM turns AS turn JOIN turns AS beside"
            " ON beside.conversation = turn.conversation AND beside.parent IS turn.parent WHERE turn.id = ?"),
        {turn});
    if (!row.next() || row.value(0).toInt() == 0)
        return;
    branches = row.value(0).toInt();
    branch = row.value(1).toInt();
}

void setLeaf(const Database& database, qint64 conversation, qint64 leaf, qint64 changedMs) {
    database.run(QStringLiteral("UPDATE conversations SET leaf = ?, changed_ms = max(changed_ms, ?) WHERE id = ?"),
                 {leaf, changedMs, conversation});
}

StoredTurn turnIn(const QSqlQuery& row) {
    StoredTurn turn;
    turn.id = row.value(0).toLongLong();
    turn.picture = row.value(1).toLongLong();
    turn.pictureName = row.value(2).toString();
    turn.askedMs = row.value(3).toLongLong();
    turn.state = stateOf(row.value(4).toString());
    turn.question = row.value(5).toString();
    turn.answer = row.value(6).toString();
    turn.plan = row.value(7).toString();
    turn.error = row.value(8).toString();
    turn.content = row.value(9).toString().toStdString();
    return turn;
}

std::vector<StoredTurn> branchTo(const Database& database, qint64 leaf) {
    std::vector<StoredTurn> turns;
    for (QSqlQuery row = database.run(
             QStringLiteral("WITH RECURSIVE branch(id, parent, depth) AS (SELECT id, parent, 0 FROM turns WHERE id = ?"
                            " UNION ALL SELECT turns.id, turns.parent, depth + 1 FROM branch"
                            " JOIN turns ON turns.id = branch.parent WHERE depth + 1 < ?)"
                            " SELECT turns.id, picture, picture_name, asked_ms, state, question, answer, plan, error,"
                            " content FROM branch JOIN turns ON turns.id = branch.id ORDER BY depth DESC"),
             {leaf, kMostTurns});
         row.next();)
        turns.push_back(turnIn(row));
    for (StoredTurn& turn : turns)
        addBranches(database, turn.id, turn.branch, turn.branches);
    return turns;
}

/// The end of the branch that was written last below a turn.
qint64 newestEnd(const Database& database, qint64 turn) {
    for (QVariant next = turn; !next.isNull();
         next = database.value(QStringLiteral("SELECT max(id) FROM turns WHERE parent = ?"), {turn}))
        turn = next.toLongLong();
    return turn;
}

} // namespace

// Writing -------------------------------------------------------------------------------------------------------------

KeptTurns keepTurns(const Database& database, PictureEncoder& encoder, const TurnsToKeep& wanted, qint64 nowMs) {
    for (const auto& [turn, picture] : wanted.turns)
        if (turn.id == 0)
            encoder.prepare(database, picture); // before anybody has to wait for the lock
    Transaction transaction(database);
    KeptTurns kept{isThere(database, wanted.conversation) ? wanted.conversation : 0, {}};
    const bool isGone = kept.conversation != wanted.conversation;
    qint64 parent = isGone || !isTurnOf(database, kept.conversation, wanted.parent) ? 0 : wanted.parent;
    for (const auto& [turn, picture] : wanted.turns) {
        KeptTurns::One place{isGone ? 0 : turn.id, turn.picture};
        if (turn.id == 0) {
            if (kept.conversation == 0)
                kept.conversation = begin(database, turn.question, nowMs);
            place.picture = encoder.keep(database, picture);
            parent = place.id = insert(database, kept.conversation, parent, place.picture, turn);
            setLeaf(database, kept.conversation, place.id, nowMs);
        } else if (!isGone) {
            update(database, turn);
        }
        addBranches(database, place.id, place.branch, place.branches);
        kept.turns.push_back(place);
    }
    transaction.commit();
    return kept;
}

void renameConversation(const Database& database, qint64 conversation, const QString& title) {
    database.run(QStringLiteral("UPDATE conversations SET title = ? WHERE id = ?"),
                 {text(title.simplified().left(kLongestTitle)), conversation});
}

// Reading -------------------------------------------------------------------------------------------------------------

StoredConversation readConversation(const Database& database, qint64 conversation) {
    QSqlQuery row = database.run(
        QStringLiteral("SELECT title, leaf, turns.picture, png FROM conversations AS c JOIN turns ON turns.id = c.leaf"
                       " JOIN pictures ON pictures.id = turns.picture WHERE c.id = ? AND deleted_ms = 0"),
        {conversation});
    if (!row.next())
        return {};
    return {conversation,
            row.value(0).toString(),
            branchTo(database, row.value(1).toLongLong()),
            {row.value(2).toLongLong(), row.value(3).toByteArray()}};
}

StoredConversation turnToBranch(const Database& database, qint64 conversation, qint64 turn, int by) {
    Transaction transaction(database);
    const QVariant beside =
        database.value(by > 0 ? QStringLiteral("SELECT min(id) FROM turns WHERE conversation = ? AND parent IS"
                                               " (SELECT parent FROM turns WHERE id = ?) AND id > ?")
                              : QStringLiteral("SELECT max(id) FROM turns WHERE conversation = ? AND parent IS"
                                               " (SELECT parent FROM turns WHERE id = ?) AND id < ?"),
                       {conversation, turn, turn});
    if (!beside.isNull())
        setLeaf(database, conversation, newestEnd(database, beside.toLongLong()), 0);
    transaction.commit();
    return readConversation(database, conversation);
}

} // namespace prunescope::ui
