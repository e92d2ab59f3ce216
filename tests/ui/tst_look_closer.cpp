#include "core/records/log_reader.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/panels/turn_view.h"

#include <QToolButton>
#include <QtTest>
#include <ranges>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::model::Region;
using prunescope::test::TestWindow;

namespace {

Region box(double left, double top, double right, double bottom) {
    return {Region::Kind::Box, "Save", {left, top, right, bottom}, {left, top, right, bottom}, 0, 1};
}

/// A window that has an answer with a box in a picture of 320 x 256 pixels.
struct Asked {
    TestWindow test;

    explicit Asked(std::vector<Region> regions = {box(100, 100, 120, 110)}) {
        std::string rows;
        for (int row = 0; row < 8; ++row)
            rows += std::string(row > 0 ? "/" : "") + "0123456701";
        test.open(test::blocksFromText(rows));
        test.load();
        test.script().setRegions(std::move(regions));
        test.ask("Where is Save?");
    }
    QToolButton& button() { return *test.child<QToolButton>("lookCloser"); }
    const Turn& turn() { return test.conversation().turns().back(); }
    QString figures() { return test.child<TurnView>()->figures(); }
};

} // namespace

/// The second look at a part of the picture, in the window.
class TestLookCloser : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void looksAtThePartAndShowsBoth() {
        Asked asked;
        QVERIFY(asked.button().isVisible() && asked.button().isEnabled());
        QCOMPARE(asked.button().text(), "Look closer");
        asked.test.script().setCloserRegions({box(104, 101, 116, 108)});
        QTest::mouseClick(&asked.button(), Qt::LeftButton);
        QVERIFY(asked.test.settle());
        const auto requests = asked.test.script().requests();
        QCOMPARE(requests.size(), std::size_t{2});
        QCOMPARE(requests[1].images.at(0).region, (PixelRect{30, 41, 160, 128}));
        QCOMPARE(requests[1].messages.back().parts.back().text, requests[0].messages.back().parts.back().text);
        QCOMPARE(requests[1].plan, requests[0].plan);
        QVERIFY(asked.turn().closer.has_value());
        QCOMPARE(asked.turn().shown().regions.front().px.front(), 104.0);
        QCOMPARE(asked.turn().answer.regions.front().px.front(), 100.0); // its figures are those of the first look
        QCOMPARE(asked.test.scene().now().boxes.at(0).rect.left(), 104.0);
        QVERIFY(asked.button().isHidden());
        const auto totals = totalsOf(*asked.turn().closer);
        for (const QString& words : {QString("First look: "), QString("Closer look at 160 × 128: "),
                                     QString("Both: %1 of").arg(totals.promptTokens)})
            QVERIFY2(asked.figures().contains(words), qPrintable(asked.figures()));
        QCOMPARE(totals.promptTokens,
                 asked.turn().closer->looks[0].promptTokens + asked.turn().closer->looks[1].promptTokens);
        const auto record = readRecords(asked.test.path("log.jsonl").toStdString()).back().answer;
        QCOMPARE(record["looks"].size(), std::size_t{2});
        QVERIFY(record["regions"][0]["px"][0] == 104);
    }

    void theFirstAnswerStandsWhereTheSecondNamesNothing() {
        Asked asked;
        asked.test.script().setCloserRegions({});
        QVERIFY(asked.test.conversation().lookCloser(asked.turn().id));
        QVERIFY(asked.test.settle());
        QCOMPARE(asked.turn().shown().regions.front().px.front(), 100.0);
        QVERIFY2(asked.figures().contains("the first answer stands"), qPrintable(asked.figures()));
    }

    void itCanBeStopped() {
        Asked asked;
        asked.test.script().hold();
        QVERIFY(asked.test.conversation().lookCloser(asked.turn().id));
        QVERIFY(asked.test.conversation().isAsking());
        QVERIFY(!asked.button().isEnabled());
        QCOMPARE(asked.button().text(), "Looking closer…");
        QVERIFY(!asked.test.conversation().ask("Meanwhile?"));
        QVERIFY(!asked.test.conversation().lookCloser(asked.turn().id));
        asked.test.conversation().stopAnswer();
        QVERIFY(asked.test.settle());
        asked.test.script().release();
        QVERIFY(!asked.turn().closer && !asked.test.conversation().isAsking());
        QVERIFY(asked.test.child<TurnView>()->unread().endsWith("The closer look was stopped."));
        QVERIFY(asked.button().isVisible() && asked.button().isEnabled());
    }

    void aFailureLeavesTheFirstAnswer() {
        Asked asked;
        asked.test.script().failWith("no memory");
        QVERIFY(asked.test.conversation().lookCloser(asked.turn().id));
        QVERIFY(asked.test.settle());
        QVERIFY(!asked.turn().closer && asked.turn().isDone());
        QVERIFY(asked.test.child<TurnView>()->unread().endsWith("no memory"));
        asked.test.script().failWith("");
        QVERIFY(asked.test.conversation().lookCloser(asked.turn().id));
        QVERIFY(asked.test.settle());
        QVERIFY(asked.turn().closer && !asked.test.child<TurnView>()->unread().contains("no memory"));
    }

    void anotherPictureDropsIt() {
        Asked asked;
        asked.test.script().hold();
        QVERIFY(asked.test.conversation().lookCloser(asked.turn().id));
        asked.test.open(test::blocksFromText("01/23"));
        asked.test.script().release();
        QVERIFY(asked.test.settle());
        QVERIFY(asked.test.conversation().turns().empty() && !asked.test.conversation().isAsking());
    }

    void withoutAPlaceThereIsNoButton() {
        Asked asked(std::vector<Region>{});
        QVERIFY(asked.button().isHidden());
        QVERIFY(!asked.test.conversation().lookCloser(asked.turn().id));
        QCOMPARE(asked.turn().whyNotCloser, "The answer names no place to look closer at.");
    }

    void aPlaceOfTheWholePictureIsRefused() {
        Asked asked({box(0, 0, 300, 250)});
        QVERIFY(!asked.test.conversation().lookCloser(asked.turn().id));
        QVERIFY2(asked.test.child<TurnView>()->unread().contains("would show no more"),
                 qPrintable(asked.test.child<TurnView>()->unread()));
        QCOMPARE(asked.test.script().requests().size(), std::size_t{1});
    }

    void whatCouldNotBeReadIsSaid() {
        Asked asked(std::vector<Region>{});
        QVERIFY(asked.test.child<TurnView>()->unread().isEmpty());
        asked.test.script().setUnread({{"coordinates 1230, 440 lie outside 0..1000", 0, 1}});
        asked.test.ask("Where?");
        const auto views = asked.test.window().findChildren<TurnView*>();
        QVERIFY(std::ranges::any_of(views, [](const TurnView* view) {
            return view->unread() == "Not marked: coordinates 1230, 440 lie outside 0..1000.";
        }));
    }

    /// A model that thinks though nobody knew: what it wrote before the end of the thought is folded away.
    void aThoughtThatWasTakenForAnAnswer() {
        Asked asked;
        asked.test.script().setPieces({"Maybe ", "here?\n", "</think>", "\n\n", "There."});
        asked.test.ask("Where is it?");
        QCOMPARE(asked.turn().thought, "Maybe here?");
        QCOMPARE(asked.turn().text, "There.");
    }
};

QTEST_MAIN(TestLookCloser)
#include "tst_look_closer.moc"
