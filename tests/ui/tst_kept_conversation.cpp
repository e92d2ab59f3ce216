// Conversations over the end of a window: what is on the disk when, and what comes back.
#include "core/image/image_file.h"
#include "core/records/log_reader.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/store/conversation_table.h"
#include "ui/store/database.h"
#include "ui/style/format.h"

#include <QtTest>
#include <array>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

/// The database of a window, as another program sees it.
class OnDisk {
public:
    explicit OnDisk(const TestWindow& test) : database(test.path("prunescope.db")) {}
    QString value(const QString& query) const { return database.value(query).toString(); }
    /// "question state, ...", in the order in which they were asked.
    QString turns() const {
        QStringList all;
        for (QSqlQuery row = database.run("SELECT question, state FROM turns ORDER BY id"); row.next();)
            all << row.value(0).toString() + " " + row.value(1).toString();
        return all.join(", ");
    }
    qint64 newest() const { return findConversations(database, {}).front(); }

    const Database database;
};

QString questions(TestWindow& test) {
    QStringList all;
    for (const Turn& turn : test.conversation().turns())
        all << turn.question;
    return all.join(' ');
}

/// Texts of a request, from the first message to the last.
QString textsOf(const model::Request& request) {
    QStringList all;
    for (const model::Message& message : request.messages)
        for (const model::Part& part : message.parts)
            if (part.kind == model::Part::Kind::Text)
                all << fromUtf8(part.text);
    return all.join('|');
}

void openNewest(TestWindow& test) {
    const qint64 newest = OnDisk(test).newest();
    test.session().conversationOpener().open(newest);
    QVERIFY(test.settle());
    QCOMPARE(test.conversation().storedId(), newest);
}

void start(TestWindow& test, const Picture& picture = test::blocksFromText("0123/4567/8901")) {
    test.open(picture);
    test.load();
}

bool samePixels(const Picture& a, const Picture& b) {
    return a.size() == b.size() && std::equal(a.data(), a.data() + a.sizeBytes(), b.data());
}

} // namespace

class TestKeptConversation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aQuestionIsOnTheDiskBeforeTheModelIsAsked() {
        TestWindow test;
        start(test);
        test.script().hold();
        const OnDisk disk(test);
        disk.database.run("BEGIN IMMEDIATE"); // nobody can write now
        QVERIFY(test.conversation().ask("What?"));
        QVERIFY(test.conversation().turns().back().isRunning()); // it is shown at once
        QTest::qWait(300);
        QVERIFY(test.script().requests().empty());
        disk.database.run("COMMIT");
        QTRY_COMPARE(test.script().requests().size(), 1U);
        QCOMPARE(disk.turns(), "What? running");
        test.script().release();
        QVERIFY(test.settle());
        QCOMPARE(disk.turns(), "What? done");
        QCOMPARE(disk.value("SELECT answer FROM turns"), "A short answer.");
    }

    void aQuestionCanBeStoppedBeforeItIsAsked() {
        TestWindow test;
        start(test);
        const OnDisk disk(test);
        disk.database.run("BEGIN IMMEDIATE");
        QVERIFY(test.conversation().ask("What?"));
        test.conversation().stopAnswer();
        QVERIFY(!test.conversation().isAsking());
        QVERIFY(test.conversation().turns().back().wasStopped());
        disk.database.run("COMMIT");
        QVERIFY(test.settle());
        QVERIFY(test.script().requests().empty());
        QCOMPARE(disk.turns(), "What? stopped");
        test.ask("Again?");
        QCOMPARE(disk.turns(), "What? stopped, Again? done");
    }

    void itGoesOnInAnotherWindow() {
        TestWindow test;
        test.script().setRegions({{model::Region::Kind::Box, "save", {1, 2, 3, 4}, {10, 20, 30, 40}, 2, 7}});
        const Picture picture = test::blocksFromText("0123/4567/8901");
        start(test, picture);
        test.maskView().setSettings(test.maskView().settings().withMethod("raster"));
        test.maskView().setRegion({32, 32, 64, 64});
        QVERIFY(test.settle());
        test.ask("One?");
        test.ask("Two?");
        const Turn before = test.conversation().turns().back();
        test.script().requests();
        test.reopen();
        test.maskView().setSettings(test.maskView().settings().withMethod("pred_2d"));
        QVERIFY(test.conversation().turns().empty());
        openNewest(test);
        QVERIFY(samePixels(test.image().screenshot().picture, picture));
        QCOMPARE(test.image().screenshot().name, std::string("drawn"));
        QVERIFY(test.maskView().region() == (PixelRect{32, 32, 64, 64}));
        QCOMPARE(test.maskView().settings().method(), std::string("raster"));
        QCOMPARE(questions(test), "One? Two?");
        const Turn& again = test.conversation().turns().back();
        QVERIFY(again.isDone() && again.isAboutTheSameAs(test.conversation().turns().front()));
        QCOMPARE(again.text, before.text);
        QCOMPARE(again.answer.regions.front().textEnd, std::size_t{7});
        QVERIFY(again.answer.images.front().mask == before.answer.images.front().mask);
        QVERIFY(test.conversation().shownTurn() == &again);
        QVERIFY(!test.scene().now().boxes.empty());
        QCOMPARE(test.script().requests().size(), 2U); // nothing was asked again
        test.load();
        test.ask("Three?");
        QCOMPARE(textsOf(test.script().requests().back()), "One?|A short answer.|Two?|A short answer.|Three?");
        QCOMPARE(OnDisk(test).value("SELECT count(*) FROM conversations"), "1");
        QCOMPARE(OnDisk(test).value("SELECT count(*) FROM pictures"), "1");
        QCOMPARE(readRecords(test.path("log.jsonl").toStdString()).size(), 3U); // the log has each once
    }

    void whatADeadWindowWasAskedIsThere() {
        TestWindow test;
        start(test);
        test.ask("One?");
        const OnDisk disk(test);
        disk.database.run(
            "UPDATE turns SET state = 'running', answer = '', content = json_remove(content, '$.answer')");
        test.reopen();
        openNewest(test);
        const Turn& turn = test.conversation().turns().back();
        QVERIFY(!turn.isRunning() && turn.wasStopped() && turn.error.contains("interrupted"));
        test.load();
        QVERIFY(test.conversation().askAgain(turn.id));
        QVERIFY(test.settle());
        QCOMPARE(disk.turns(), "One? running, One? done");
        QCOMPARE(test.conversation().turns().back().stored.branches, 2);
    }

    void anotherPictureIsAnotherConversation() {
        TestWindow test;
        start(test);
        test.ask("One?");
        test.script().hold();
        QVERIFY(test.conversation().ask("Two?"));
        QTRY_COMPARE(test.conversation().turns().back().text, "A ");
        test.open(test::blocksFromText("43/21"));
        test.script().release();
        test.ask("Three?");
        const OnDisk disk(test);
        QCOMPARE(disk.turns(), "One? done, Two? stopped, Three? done");
        QCOMPARE(disk.value("SELECT count(*) FROM conversations"), "2");
        QCOMPARE(disk.value("SELECT answer FROM turns WHERE question = 'Two?'"), "A ");
        test.conversation().beginAnew();
        test.ask("Four?");
        QCOMPARE(disk.value("SELECT count(*) FROM conversations"), "3");
        QCOMPARE(disk.value("SELECT count(*) FROM pictures"), "2");
        QCOMPARE(questions(test), "Four?");
    }

    void askingAgainMakesABranch() {
        TestWindow test;
        start(test);
        test.ask("One?");
        test.ask("Two?");
        test.ask("Three?");
        const quint64 two = test.conversation().turns()[1].id;
        test.script().setPieces({"Another."});
        QVERIFY(test.conversation().askAgain(two));
        QVERIFY(test.settle());
        QCOMPARE(questions(test), "One? Two?");
        QCOMPARE(textsOf(test.script().requests().back()), "One?|A short answer.|Two?");
        QCOMPARE(test.conversation().turns()[1].text, "Another.");
        QCOMPARE(test.conversation().turns()[1].stored.branch, 1);
        QCOMPARE(test.conversation().turns()[1].stored.branches, 2);
        test.conversation().turnToBranch(test.conversation().turns()[1].id, -1);
        QVERIFY(test.settle());
        QCOMPARE(questions(test), "One? Two? Three?");
        QCOMPARE(test.conversation().turns()[1].text, "A short answer.");
        QCOMPARE(test.conversation().turns()[1].picture, test.image().id());
        test.ask("Four?");
        QCOMPARE(textsOf(test.script().requests().back()),
                 "One?|A short answer.|Two?|A short answer.|Three?|A short answer.|Four?");
    }

    void anEditedQuestionMakesABranch() {
        TestWindow test;
        start(test);
        test.ask("One?");
        test.ask("Two?");
        const quint64 one = test.conversation().turns()[0].id;
        test.conversation().edit(one);
        QCOMPARE(test.conversation().draft(), "One?");
        QCOMPARE(test.conversation().edited(), one);
        test.ask("One and a half?");
        QCOMPARE(test.conversation().edited(), 0U);
        QCOMPARE(questions(test), "One and a half?");
        QCOMPARE(textsOf(test.script().requests().back()), "One and a half?");
        QCOMPARE(test.conversation().turns()[0].stored.branches, 2);
        test.conversation().edit(test.conversation().turns()[0].id);
        test.conversation().edit(0);
        test.ask("Next?");
        QCOMPARE(questions(test), "One and a half? Next?");
    }

    void redactedPixelsAreNeverStored() {
        TestWindow test;
        const Picture picture = test::blocksFromText("0123/4567/8901");
        const PixelRect secret{32, 0, 32, 32}, later{0, 32, 32, 32};
        start(test, picture);
        test.image().redact(secret);
        QVERIFY(test.settle());
        test.ask("One?");
        const auto stored = [&](int turn) {
            const OnDisk disk(test);
            const QByteArray png =
                disk.database
                    .value(
                        "SELECT png FROM pictures WHERE id = (SELECT picture FROM turns ORDER BY id LIMIT 1 OFFSET ?)",
                        {turn})
                    .toByteArray();
            return decodeImage(
                {reinterpret_cast<const std::uint8_t*>(png.data()), static_cast<std::size_t>(png.size())}, "stored");
        };
        const auto isBlack = [](const Picture& shown, PixelRect part) {
            const Picture cut = shown.cropped(part);
            return std::all_of(cut.data(), cut.data() + cut.sizeBytes(),
                               [](std::uint8_t sample) { return sample == 0; });
        };
        QVERIFY(isBlack(stored(0), secret) && !isBlack(stored(0), later));
        test.image().redact(later); // also in what was asked about before
        QVERIFY(test.settle());
        QVERIFY(isBlack(stored(0), secret) && isBlack(stored(0), later));
        test.ask("Two?");
        QCOMPARE(OnDisk(test).value("SELECT count(*) FROM pictures"), "1");
        test.reopen();
        openNewest(test);
        QCOMPARE(test.image().redactions().size(), 2U);
        QVERIFY(isBlack(test.image().screenshot().picture, secret));
        test.load();
        test.ask("Three?"); // the first was about other pixels
        QCOMPARE(textsOf(test.script().requests().back()), "Two?|A short answer.|Three?");
    }

    void whatIsDeletedIsNotShownAnyMore() {
        TestWindow test;
        start(test);
        test.ask("One?");
        test.session().conversations().remove({test.conversation().storedId()});
        QVERIFY(test.conversation().turns().empty());
        QVERIFY(test.settle());
        QVERIFY(findConversations(OnDisk(test).database, {}).empty());
        test.session().conversations().undoRemoval();
        QVERIFY(test.settle());
        openNewest(test);
        QCOMPARE(questions(test), "One?");
        test.session().conversations().remove({test.conversation().storedId()});
        test.ask("Two?");
        test.session().conversations().finishRemoval();
        QVERIFY(test.settle());
        QCOMPARE(OnDisk(test).turns(), "Two? done");
    }

    void twoWindowsAskInOneConversation() {
        TestWindow test;
        start(test);
        test.ask("One?");
        MainWindow::Options options;
        options.logPath = test.path("log.jsonl");
        options.settingsPath = test.path("other.ini");
        const auto script = std::make_shared<test::FakeScript>();
        MainWindow other(test::fakeLoader(script), options);
        Session& session = other.session();
        const auto settle = [&] { return QTest::qWaitFor([&] { return session.isSettled(); }, 10'000); };
        session.conversationOpener().open(test.conversation().storedId());
        other.loadModel("/models/fake");
        QVERIFY(settle());
        QVERIFY(session.conversation().ask("Two there?"));
        test.ask("Two here?");
        QVERIFY(settle());
        const OnDisk disk(test);
        QCOMPARE(disk.value("SELECT count(*) FROM turns WHERE state = 'done' AND parent = (SELECT min(id) FROM turns)"),
                 "2"); // branches of one conversation
        QCOMPARE(disk.value("SELECT count(*) FROM conversations"), "1");
    }

    void whereNothingCanBeWrittenQuestionsAreAskedAllTheSame() {
        TestWindow test;
        start(test);
        QSignalSpy unsaved(&test.conversation(), &Conversation::unsaved);
        const OnDisk disk(test);
        disk.database.run("CREATE TRIGGER full BEFORE INSERT ON turns BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
        test.ask("One?");
        test.ask("Two?");
        QCOMPARE(unsaved.size(), 1);
        QVERIFY(unsaved.front().front().toString().contains("disk is full"));
        QCOMPARE(test.script().requests().size(), 2U);
        QCOMPARE(disk.turns(), "");
        disk.database.run("DROP TRIGGER full");
        test.ask("Three?"); // and those before it
        QCOMPARE(disk.turns(), "One? done, Two? done, Three? done");
        QCOMPARE(disk.value("SELECT count(*) FROM turns WHERE parent IS NULL"), "1");
    }

    void aNewerDatabaseIsLeftAlone() {
        TestWindow test;
        test.close();
        {
            const Database database(test.path("prunescope.db"));
            database.run("PRAGMA user_version = 99");
        }
        test.reopen();
        start(test);
        test.ask("One?");
        test.ask("Two?");
        QVERIFY(test.conversation().askAgain(test.conversation().turns().back().id)); // in memory
        QVERIFY(test.settle());
        QCOMPARE(test.conversation().turns().back().stored.branches, 2);
        test.close();
        QSqlDatabase any = QSqlDatabase::addDatabase("QSQLITE", "newer");
        any.setDatabaseName(test.path("prunescope.db"));
        QVERIFY(any.open());
        QSqlQuery count("SELECT count(*) FROM turns", any);
        QVERIFY(count.next());
        QCOMPARE(count.value(0).toInt(), 0);
    }
};

QTEST_MAIN(TestKeptConversation)
#include "tst_kept_conversation.moc"
