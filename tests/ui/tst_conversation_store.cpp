#include "core/base/error.h"
#include "core/image/image_file.h"
#include "core/image/redaction.h"
#include "tests/support/pictures.h"
#include "ui/store/conversation_table.h"
#include "ui/store/database.h"
#include "ui/store/picture_encoder.h"

#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>

using namespace prunescope;
using namespace prunescope::ui;

namespace {

/// A database of its own, and what a window writes into it.
class Kept {
public:
    TurnsToKeep::One turn(const QString& question, const Picture& picture = test::blocksFromText("01/23")) {
        StoredTurn turn;
        turn.question = question;
        turn.askedMs = ++m_clock;
        turn.pictureName = "/home/me/word.png";
        turn.content = "{}";
        return {turn, picture};
    }
    KeptTurns keep(const TurnsToKeep& turns) { return keepTurns(database, m_encoder, turns, ++m_clock); }
    /// A conversation of these questions.
    KeptTurns ask(const QStringList& questions, const Picture& picture = test::blocksFromText("01/23")) {
        TurnsToKeep turns;
        for (const QString& question : questions)
            turns.turns.push_back(this->turn(question, picture));
        return keep(turns);
    }
    /// One more turn behind `parent`; 0: beside the first.
    KeptTurns follow(qint64 conversation, qint64 parent, const QString& question) {
        return keep({conversation, parent, {turn(question)}});
    }
    void answer(qint64 conversation, qint64 turn, const QString& text) {
        StoredTurn done;
        done.id = turn;
        done.state = StoredTurn::State::Done;
        done.answer = text;
        done.content = "{\"a\": 1}";
        keep({conversation, 0, {{done, {}}}});
    }
    void redact(qint64 conversation, const std::vector<PixelRect>& parts) {
        redactPictures(database, m_encoder, conversation, parts);
    }
    QString questions(qint64 conversation) const { return questionsOf(readConversation(database, conversation)); }
    static QString questionsOf(const StoredConversation& conversation) {
        QStringList all;
        for (const StoredTurn& turn : conversation.turns)
            all << turn.question;
        return all.join(' ');
    }
    QString found(const ConversationQuery& query = {}) const {
        QStringList titles;
        for (const qint64 id : findConversations(database, query))
            titles << readConversationRows(database, std::array{id}).front().title;
        return titles.join(' ');
    }
    int count(const QString& table) const { return database.value("SELECT count(*) FROM " + table).toInt(); }
    Picture pictureOf(qint64 conversation) const {
        const QByteArray png = readConversation(database, conversation).picture.png;
        return decodeImage({reinterpret_cast<const std::uint8_t*>(png.data()), static_cast<std::size_t>(png.size())},
                           "stored");
    }
    QByteArray bytesOnDisk() const {
        QByteArray all;
        for (const QString& name : QDir(m_folder.path()).entryList(QDir::Files)) {
            QFile file(m_folder.filePath(name));
            (void)file.open(QIODevice::ReadOnly);
            all += file.readAll();
        }
        return all;
    }

private:
    QTemporaryDir m_folder;
    PictureEncoder m_encoder;
    qint64 m_clock = 1'000;

public:
    const Database database{m_folder.filePath("a.db")};
};

bool samePixels(const Picture& a, const Picture& b) {
    return a.size() == b.size() && std::equal(a.data(), a.data() + a.sizeBytes(), b.data());
}

} // namespace

class TestConversationStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsKeptIsReadInItsOrder() {
        Kept kept;
        const KeptTurns first = kept.ask({"One?"});
        QCOMPARE(first.turns.size(), 1U);
        const KeptTurns second = kept.follow(first.conversation, first.turns[0].id, "Two?");
        QCOMPARE(second.conversation, first.conversation);
        kept.answer(first.conversation, second.turns[0].id, "It is two.");
        const StoredConversation read = readConversation(kept.database, first.conversation);
        QCOMPARE(Kept::questionsOf(read), "One? Two?");
        QCOMPARE(read.title, "One?");
        QCOMPARE(read.turns[0].state, StoredTurn::State::Running);
        QCOMPARE(read.turns[1].state, StoredTurn::State::Done);
        QCOMPARE(read.turns[1].answer, "It is two.");
        QCOMPARE(read.turns[1].content, std::string("{\"a\": 1}"));
        QVERIFY(samePixels(kept.pictureOf(first.conversation), test::blocksFromText("01/23")));
    }

    void whatIsGoneIsNothing() {
        Kept kept;
        QCOMPARE(readConversation(kept.database, 7).id, 0);
        const KeptTurns first = kept.ask({"One?"});
        hideConversations(kept.database, {first.conversation}, 5);
        QCOMPARE(readConversation(kept.database, first.conversation).id, 0);
        const KeptTurns anew = kept.follow(first.conversation, first.turns[0].id, "Two?");
        QVERIFY(anew.conversation != first.conversation);
        QCOMPARE(kept.questions(anew.conversation), "Two?");
        kept.answer(first.conversation, first.turns[0].id, "late"); // nothing is said
    }

    void turnsInOnePlaceAreBranches() {
        Kept kept;
        const KeptTurns first = kept.ask({"One?", "Two?", "Three?"});
        const qint64 id = first.conversation, one = first.turns[0].id;
        const KeptTurns other = kept.follow(id, one, "Two b?");
        QCOMPARE(other.turns[0].branch, 1);
        QCOMPARE(other.turns[0].branches, 2);
        QCOMPARE(kept.questions(id), "One? Two b?");
        QCOMPARE(Kept::questionsOf(turnToBranch(kept.database, id, other.turns[0].id, -1)), "One? Two? Three?");
        QCOMPARE(kept.questions(id), "One? Two? Three?"); // also the next time
        const StoredConversation read = readConversation(kept.database, id);
        QCOMPARE(read.turns[1].branch, 0);
        QCOMPARE(read.turns[1].branches, 2);
        QCOMPARE(read.turns[2].branches, 1);
        QCOMPARE(Kept::questionsOf(turnToBranch(kept.database, id, first.turns[1].id, -1)), "One? Two? Three?");
        const KeptTurns another = kept.follow(id, 0, "One b?");
        QCOMPARE(another.turns[0].branches, 2);
        QCOMPARE(kept.questions(id), "One b?");
    }

    void aPictureIsThereOnceAndGoesWithTheLastOfItsTurns() {
        Kept kept;
        const KeptTurns a = kept.ask({"One?", "Two?"}), b = kept.ask({"Three?"});
        kept.ask({"Four?"}, test::blocksFromText("43/21"));
        QCOMPARE(kept.count("pictures"), 2);
        QCOMPARE(a.turns[0].picture, b.turns[0].picture);
        hideConversations(kept.database, {a.conversation}, 5);
        deleteHidden(kept.database, {a.conversation});
        QCOMPARE(kept.count("pictures"), 2);
        hideConversations(kept.database, {b.conversation}, 5);
        deleteHidden(kept.database, {b.conversation});
        QCOMPARE(kept.count("pictures"), 1);
        QCOMPARE(kept.count("turns"), 1);
    }

    void aLongConversationIsDeletedWhole() {
        Kept kept;
        QStringList questions;
        for (int i = 0; i < 2500; ++i)
            questions << QString::number(i);
        const qint64 id = kept.ask(questions).conversation;
        QCOMPARE(readConversation(kept.database, id).turns.size(), 2000U); // its end
        QCOMPARE(readConversation(kept.database, id).turns.back().question, "2499");
        hideConversations(kept.database, {id}, 5);
        deleteHidden(kept.database, {id});
        QCOMPARE(kept.count("turns"), 0);
    }

    void whatIsDeletedCanBePutBackAndIsThenGone() {
        Kept kept;
        const KeptTurns secret = kept.ask({"Hippopotamus?"});
        kept.answer(secret.conversation, secret.turns[0].id, "Rhinoceros.");
        kept.ask({"Other?"});
        hideConversations(kept.database, {secret.conversation}, 5);
        QCOMPARE(kept.found(), "Other?");
        showConversations(kept.database, {secret.conversation});
        QCOMPARE(kept.found(), "Other? Hippopotamus?");
        deleteHidden(kept.database, {secret.conversation}); // it is not hidden any more
        QCOMPARE(kept.count("conversations"), 2);
        hideConversations(kept.database, {secret.conversation}, 5);
        QCOMPARE(hiddenBefore(kept.database, 4).size(), 0U);
        QCOMPARE(hiddenBefore(kept.database, 5).size(), 1U);
        deleteHidden(kept.database, {secret.conversation});
        const QByteArray disk = kept.bytesOnDisk().toLower();
        QVERIFY(!disk.contains("hippopotamus") && !disk.contains("rhinoceros"));
        QVERIFY(disk.contains("other?"));
    }

    void wordsAreFoundInAllTurns() {
        Kept kept;
        const KeptTurns a = kept.ask({"Where is Save?", "And then?"});
        kept.answer(a.conversation, a.turns[1].id, "Blümchen, or so");
        kept.ask({"What?"});
        QCOMPARE(kept.found(), "What? Where is Save?");
        QCOMPARE(kept.found({"blum"}), "Where is Save?");
        QCOMPARE(kept.found({"sav wher"}), "Where is Save?");
        QCOMPARE(kept.found({"word.png"}), "What? Where is Save?");
        QCOMPARE(kept.found({"nowhere"}), "");
        renameConversation(kept.database, a.conversation, " Toolbar\nof Word ");
        QCOMPARE(kept.found({"tool"}), "Toolbar of Word");
        renameConversation(kept.database, a.conversation, "Else");
        QCOMPARE(kept.found({"tool"}), "");
    }

    void listsAreSorted() {
        Kept kept;
        kept.ask({"b"});
        kept.ask({"C", "d"});
        const KeptTurns a = kept.ask({"a"});
        kept.follow(a.conversation, a.turns[0].id, "b");
        kept.follow(a.conversation, a.turns[0].id, "c");
        QCOMPARE(kept.found(), "a C b");
        QCOMPARE(kept.found({{}, ConversationColumn::Title, Qt::AscendingOrder}), "a b C");
        QCOMPARE(kept.found({{}, ConversationColumn::Questions, Qt::AscendingOrder}), "b C a");
        const auto rows = readConversationRows(kept.database, std::array{a.conversation, qint64{99}});
        QCOMPARE(rows.size(), 1U);
        QCOMPARE(rows[0].questions, 3);
        QVERIFY(!QImage::fromData(rows[0].thumbnail, "PNG").isNull());
    }

    void whatIsRedactedLaterIsBlackInAllPictures() {
        Kept kept;
        const Picture whole = test::blocksFromText("01/23");
        const KeptTurns a = kept.ask({"One?", "Two?"}, whole), other = kept.ask({"Mine?"}, whole);
        const PixelRect part{32, 0, 32, 32};
        kept.redact(a.conversation, {part});
        QVERIFY(samePixels(kept.pictureOf(a.conversation), redacted(whole, std::array{part})));
        QVERIFY(samePixels(kept.pictureOf(other.conversation), whole)); // it was asked about as it is
        QCOMPARE(kept.count("pictures"), 2);
        kept.redact(other.conversation, {part});
        QCOMPARE(kept.count("pictures"), 1);
    }

    void thumbnailsAreSmall() {
        const auto sizeOf = [](Size size) {
            const Picture picture(size, std::vector<std::uint8_t>(static_cast<std::size_t>(size.area()) * 3, 90));
            return QImage::fromData(thumbnailOf(picture), "PNG").size();
        };
        QCOMPARE(sizeOf({1920, 1080}), QSize(128, 72));
        QCOMPARE(sizeOf({10, 4000}), QSize(1, 80));
        QCOMPARE(sizeOf({20, 30}), QSize(20, 30));
    }

    void tornReferencesAreRefused() {
        Kept kept;
        const KeptTurns a = kept.ask({"One?"});
        for (const char* statement :
             {"UPDATE turns SET conversation = 99", "UPDATE turns SET parent = 99", "DELETE FROM pictures",
              "UPDATE turns SET state = 'wonderful'", "UPDATE conversations SET leaf = 99"})
            QVERIFY_EXCEPTION_THROWN(kept.database.run(statement), Error);
        kept.database.run("DELETE FROM conversations WHERE id = ?", {a.conversation});
        QCOMPARE(kept.count("turns"), 0);
        QCOMPARE(kept.count("turn_text WHERE turn_text MATCH 'one'"), 0);
    }
};

QTEST_GUILESS_MAIN(TestConversationStore)
#include "tst_conversation_store.moc"
