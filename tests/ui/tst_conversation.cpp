#include "core/records/log_reader.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"

#include <QFile>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

// Grey, but for some blocks.
Picture greyBut(int rows, int cols, const std::vector<std::size_t>& others) {
    std::vector<int> levels(static_cast<std::size_t>(rows * cols), 100);
    for (const std::size_t other : others)
        levels[other] = 140;
    return test::flatBlocks(rows, cols, levels);
}

void choose(TestWindow& test, const char* method) {
    MethodSettings settings = test.maskView().settings();
    settings = settings.withMethod(method);
    test.maskView().setSettings(settings);
}

} // namespace

class TestConversation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsMissingIsSaid() {
        TestWindow test;
        QVERIFY(test.conversation().whyNotAsk().contains("picture"));
        test.open(test::blocksFromText("01/23"));
        QVERIFY(test.conversation().whyNotAsk().contains("model"));
        QVERIFY(!test.conversation().ask("What?"));
        QVERIFY(test.conversation().turns().empty());
        test.load();
        QVERIFY(test.conversation().whyNotAsk().isEmpty());
        QVERIFY(!test.conversation().ask("  "));
    }

    void anAnswerStreamsAndIsLogged() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.script().hold();
        QVERIFY(test.conversation().ask(" What is this? "));
        QVERIFY(test.conversation().isAsking());
        QTRY_COMPARE(test.conversation().turns().back().text, "A ");
        QCOMPARE(test.conversation().turns().back().stage, "prefill");
        test.script().release();
        QVERIFY(test.settle());
        const Turn& turn = test.conversation().turns().back();
        QVERIFY(turn.isDone());
        QCOMPARE(turn.text, "A short answer.");
        QVERIFY(turn.answer.images[0].mask == test.maskView().mask().mask);
        const auto records = readRecords(test.path("log.jsonl").toStdString());
        QCOMPARE(records.size(), 1U);
        QCOMPARE(records[0].question, std::string("What is this?"));
        QCOMPARE(records[0].answer["answer"].get<std::string>(), std::string("A short answer."));
    }

    void earlierTurnsAreInTheRequest() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.ask("One?");
        test.ask("Two?");
        QCOMPARE(test.script().requests().back().messages.size(), 3U);
    }

    void stoppingKeepsWhatThereIs() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.script().hold();
        QVERIFY(test.conversation().ask("What?"));
        QTRY_COMPARE(test.conversation().turns().back().text, "A ");
        test.conversation().stopAnswer();
        QVERIFY(test.settle());
        QVERIFY(test.conversation().turns().back().wasStopped());
        QCOMPARE(test.conversation().turns().back().text, "A ");
        test.script().release();
        test.ask("Again?"); // the engine is still usable
        QCOMPARE(test.conversation().turns().back().text, "A short answer.");
    }

    void anAnswerAboutAPictureThatIsGoneIsDropped() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.script().hold();
        QVERIFY(test.conversation().ask("What?"));
        QTRY_COMPARE(test.conversation().turns().back().text, "A ");
        QSignalSpy changed(&test.conversation(), &Conversation::turnChanged);
        test.open(test::blocksFromText("43/21"));
        test.script().release();
        QVERIFY(test.settle());
        QVERIFY(test.conversation().turns().empty());
        QVERIFY(!test.conversation().shownTurn());
        QCOMPARE(changed.size(), 0);
        QVERIFY(!QFile::exists(test.path("log.jsonl")));
    }

    void aFailureIsInTheTurn() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.script().failWith("cuda:0: 3 GB are free, 4 GB are needed");
        test.ask("What?");
        QCOMPARE(test.conversation().turns().back().state, Turn::State::Failed);
        QCOMPARE(test.conversation().turns().back().error, "cuda:0: 3 GB are free, 4 GB are needed");
        QVERIFY(!test.conversation().isAsking());
        test.script().failWith("");
        test.ask("Again?");
        QVERIFY(test.conversation().turns().back().isDone());
    }

    void aQuestionAboutARegionCarriesIt() {
        TestWindow test;
        test.open(test::blocksFromText("0123/4567/8901"));
        test.load();
        const PixelRect region{32, 32, 64, 64};
        test.maskView().setRegion(region);
        QVERIFY(test.settle());
        QVERIFY(test.maskView().mask().area == region);
        test.ask("What is here?");
        QVERIFY(test.script().requests().back().images[0].region == region);
        QVERIFY(test.conversation().turns().back().region == region);
        QVERIFY(test.conversation().turns().back().answer.images[0].mask == test.maskView().mask().mask);
    }

    void changesAreInTheRecord() {
        TestWindow test;
        test.open(greyBut(8, 8, {}));
        test.load();
        test.ask("Before?");
        test.open(greyBut(8, 8, {62, 63}));
        test.ask("After?");
        const auto records = readRecords(test.path("log.jsonl").toStdString());
        QCOMPARE(records.size(), 2U);
        QVERIFY(!records[0].answer.contains("changes"));
        QCOMPARE(records[1].answer["changes"]["blocks"].get<int>(), 2);
        const std::vector<std::vector<int>> areas{{192, 224, 64, 32}};
        const auto logged = records[1].answer["changes"]["areas_px"].get<std::vector<std::vector<int>>>();
        QVERIFY(logged == areas);
    }

    void nothingIsAskedWhileAModelLoads() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.script().holdLoad();
        test.window().loadModel("/models/other");
        QVERIFY(test.modelSlot().model()); // the first one
        QVERIFY(test.conversation().whyNotAsk().contains("loading"));
        QVERIFY(!test.conversation().ask("What?"));
        test.script().release();
        QVERIFY(test.settle());
        QVERIFY(test.script().requests().empty());
        test.ask("What?");
        QVERIFY(test.conversation().turns().back().isDone());
    }

    void theUnprunedAnswerIsTheBaseline() {
        TestWindow test;
        test.open(test::blocksFromText("0000/0000"));
        test.load();
        choose(test, "keep_all");
        test.ask("Full?");
        choose(test, "pred_2d");
        test.ask("Pruned?");
        const Turn& last = test.conversation().turns().back();
        QVERIFY(test.conversation().baselineOf(last));
        QCOMPARE(test.conversation().baselineOf(last)->question, "Full?");
    }

    void answersThatTookOverMostAreNoBaseline() {
        TestWindow test;
        test.open(test::blocksFromText("0000/0000"));
        test.load();
        choose(test, "keep_all");
        const auto guess = test.session().expectedCost().figures()->firstTokenMs;
        test.script().setReuse({0, 1});
        test.ask("Full?");
        QVERIFY(test.conversation().turns().back().wasShortened());
        QVERIFY(test.session().expectedCost().figures()->firstTokenMs == guess);
        choose(test, "pred_2d");
        test.ask("Pruned?");
        QVERIFY(!test.conversation().baselineOf(test.conversation().turns().back()));
    }
};

QTEST_MAIN(TestConversation)
#include "tst_conversation.moc"
