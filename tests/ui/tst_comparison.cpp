#include "core/pruning/pixel_options.h"
#include "core/records/log_reader.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/widgets/question_edit.h"

#include <QFile>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

PrunePlan plan(const char* text) {
    return parsePlan(text);
}

/// Compares these plans on a picture, the first of them as A.
void compare(TestWindow& test, const std::vector<PrunePlan>& plans) {
    test.open(test::randomScreen(8, 8, 3));
    test.load();
    Comparison& comparison = test.session().comparison();
    for (std::size_t i = 1; i < plans.size(); ++i) {
        test.maskView().setPlan(plans[i]);
        QVERIFY(comparison.keep());
    }
    test.maskView().setPlan(plans.front());
    comparison.setOn(true);
    QVERIFY(test.settle());
    QCOMPARE(comparison.count(), static_cast<int>(plans.size()));
}

const PrunePlan kSharp = plan("input:pred_2d,tau=0.02"), kFull = plan("input:keep_all"),
                kRows = plan("input:raster,tau=0.02");

} // namespace

class TestComparison : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void thereIsSomethingToCompareWithAtOnce() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        Comparison& comparison = test.session().comparison();
        comparison.setOn(true);
        QCOMPARE(comparison.count(), 2);
        QVERIFY(!comparison.plan(1).prunes());
        comparison.setOn(false);
        TestWindow other;
        other.maskView().setPlan(kFull);
        other.session().comparison().setOn(true);
        QVERIFY(other.session().comparison().plan(1).prunes());
    }

    void eachPlanIsAskedInTurn() {
        TestWindow test;
        compare(test, {kSharp, kFull, kRows});
        test.ask("Where?");
        const auto requests = test.script().requests();
        QCOMPARE(requests.size(), 3U);
        const std::vector plans{kSharp, kFull, kRows};
        for (std::size_t i = 0; i < 3; ++i) {
            QVERIFY(requests[i].plan == plans[i]);
            QCOMPARE(requests[i].messages.size(), 1U); // the answer before it is none of its business
            QVERIFY(!requests[i].reuse && !requests[i].decoding.sample);
            QCOMPARE(requests[i].messages[0].parts.back().text, requests[0].messages[0].parts.back().text);
        }
        Comparison& comparison = test.session().comparison();
        QVERIFY(!comparison.isRunning());
        for (int i = 0; i < 3; ++i) {
            QVERIFY(comparison.turn(i) && comparison.turn(i)->isDone());
            QVERIFY(comparison.turn(i)->answer.images[0].mask == comparison.mask(i).mask().mask);
        }
        QCOMPARE(comparison.turn(1)->letter, "B");
        QCOMPARE(readRecords(test.path("log.jsonl").toStdString()).size(), 3U);
    }

    void theSamePlanIsNotAskedTwice() {
        TestWindow test;
        compare(test, {kSharp, kFull, kRows});
        test.maskView().setPlan(kRows);
        test.ask("Where?");
        QCOMPARE(test.script().requests().size(), 2U);
        QCOMPARE(test.session().comparison().turn(0), test.session().comparison().turn(2));
    }

    void stoppingLeavesTheOthersUnasked() {
        TestWindow test;
        compare(test, {kSharp, kFull, kRows});
        test.script().holdFrom(2);
        Comparison& comparison = test.session().comparison();
        QVERIFY(test.conversation().ask("Where?"));
        QTRY_COMPARE(comparison.asked(), 2);
        QVERIFY(comparison.isWaiting(2) && !comparison.isWaiting(1));
        QVERIFY(!test.conversation().ask("Another one?"));
        QTRY_VERIFY(!comparison.turn(1)->text.isEmpty());
        comparison.stop();
        QVERIFY(test.settle());
        QCOMPARE(test.script().requests().size(), 2U);
        QVERIFY(comparison.turn(0)->isDone() && comparison.turn(1)->wasStopped() && !comparison.turn(2));
        QVERIFY(!comparison.isWaiting(2));
        test.script().release();
        test.ask("Again?");
        QVERIFY(comparison.turn(2)->isDone());
    }

    void theStopOfTheQuestionBoxStopsAllOfThem() {
        TestWindow test;
        compare(test, {kSharp, kFull, kRows});
        test.script().hold();
        QVERIFY(test.conversation().ask("Where?"));
        QTRY_VERIFY(!test.session().comparison().turn(0)->text.isEmpty());
        test.conversation().stopAnswer();
        QVERIFY(test.settle());
        QCOMPARE(test.script().requests().size(), 1U);
    }

    void anotherPictureDropsTheRun() {
        TestWindow test;
        compare(test, {kSharp, kFull});
        test.script().holdFrom(2);
        Comparison& comparison = test.session().comparison();
        QVERIFY(test.conversation().ask("Where?"));
        QTRY_COMPARE(comparison.asked(), 2);
        QVERIFY(comparison.turn(0)->isDone());
        test.image().openPixels(QImage(64, 64, QImage::Format_RGB32), "another");
        QVERIFY(test.settle());
        QVERIFY(!comparison.isRunning() && comparison.question().isEmpty());
        QVERIFY(!comparison.turn(0) && !comparison.turn(1));
        QCOMPARE(readRecords(test.path("log.jsonl").toStdString()).size(), 1U); // that of the first plan
        QVERIFY(comparison.mask(1).mask().full == test.maskView().mask().full);
    }

    void aRefusedPlanHasItsLineAndTheOthersRun() {
        TestWindow test;
        compare(test, {kSharp, kRows, kFull});
        test.script().refuse("raster", "raster: this model can't");
        test.ask("Where?");
        Comparison& comparison = test.session().comparison();
        QVERIFY(comparison.turn(0)->isDone() && comparison.turn(2)->isDone());
        QCOMPARE(comparison.turn(1)->state, Turn::State::Failed);
        QCOMPARE(comparison.turn(1)->error, "raster: this model can't");
    }

    // What is shown beside a plan is what was run under it.
    void anAnswerBelongsToThePlanAsItWas() {
        TestWindow test;
        compare(test, {kSharp, kFull});
        test.ask("Where?");
        Comparison& comparison = test.session().comparison();
        test.maskView().setPlan(kRows);
        QVERIFY(test.settle());
        QVERIFY(!comparison.turn(0) && comparison.turn(1));
        test.maskView().setPlan(kSharp);
        QVERIFY(test.settle());
        QVERIFY(comparison.turn(0));
        test.maskView().setRegion({0, 0, 96, 96});
        QVERIFY(test.settle());
        QVERIFY(!comparison.turn(0) && !comparison.turn(1));
        QVERIFY(comparison.mask(1).mask().area == (PixelRect{0, 0, 96, 96}));
    }

    void theChatGoesOnWithoutIt() {
        TestWindow test;
        compare(test, {kSharp, kFull});
        Comparison& comparison = test.session().comparison();
        comparison.setOn(false);
        test.ask("One?");
        comparison.setOn(true);
        test.ask("Side by side?");
        comparison.setOn(false);
        test.ask("Two?");
        const auto requests = test.script().requests();
        QCOMPARE(requests.size(), 4U);
        QCOMPARE(requests[1].messages.size(), 1U);
        QCOMPARE(requests[3].messages.size(), 3U);
        QCOMPARE(requests[3].messages[0].parts.back().text, std::string("One?"));
    }

    void theQuestionBoxAsksEach() {
        TestWindow test;
        compare(test, {kSharp, kFull});
        auto* edit = test.child<QuestionEdit>();
        edit->setPlainText("Where?");
        QTest::keyClick(edit, Qt::Key_Return);
        QVERIFY(test.settle());
        QCOMPARE(test.script().requests().size(), 2U);
        QVERIFY(edit->toPlainText().isEmpty());
    }

    void plansAreKeptExchangedAndRemoved() {
        TestWindow test;
        compare(test, {kSharp, kFull});
        Comparison& comparison = test.session().comparison();
        QVERIFY(comparison.keep()); // A itself is not kept yet
        QVERIFY(!comparison.keep() && comparison.whyNotKeep().contains("Plan C"));
        comparison.exchange(1);
        QVERIFY(comparison.plan(0) == kFull && comparison.plan(1) == kSharp && test.maskView().plan() == kFull);
        comparison.remove(1);
        QVERIFY(comparison.count() == 2 && comparison.plan(1) == kSharp); // what was C
        comparison.remove(1);
        QCOMPARE(comparison.count(), 2); // something to compare with
        for (const double tau : {0.1, 0.2, 0.3}) {
            MethodSettings settings = kSharp.pixelStage().settings;
            test.maskView().setSettings(settings.set(kTau, tau));
            comparison.keep();
        }
        QCOMPARE(comparison.count(), Comparison::kMostPlans);
        QVERIFY(comparison.whyNotKeep().contains("4 plans"));
    }

    // Stages inside the model leave fewer blocks than the mask.
    void blocksThatStagesDropCount() {
        TestWindow test;
        compare(test, {kSharp, plan("input:pred_2d,tau=0.02; llm@2:fastv,keep=1/2")});
        Comparison& comparison = test.session().comparison();
        QCOMPARE(comparison.masks(1)->share(), 1.0);
        test.ask("Where?");
        QVERIFY(comparison.fates(1));
        const auto masks = comparison.masks(1);
        QVERIFY(masks->onlyFirst > 0 && masks->onlySecond == 0);
        QCOMPARE(masks->both + masks->onlyFirst, comparison.mask(0).mask().mask.keptCount());
    }
};

QTEST_MAIN(TestComparison)
#include "tst_comparison.moc"
