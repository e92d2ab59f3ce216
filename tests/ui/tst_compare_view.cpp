#include "core/report/mask_painter.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/canvas/canvas_chips.h"
#include "ui/canvas/compare_bar.h"
#include "ui/panels/compare_panel.h"
#include "ui/panels/plan_card.h"
#include "ui/session/samples.h"
#include "ui/style/plan_look.h"
#include "ui/widgets/segmented.h"
#include "ui/widgets/stage_bars.h"
#include "ui/window/picture_input.h"

#include <QComboBox>
#include <QToolButton>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::dimmed;
using prunescope::test::TestWindow;

namespace {

const QColor kGrey(100, 100, 100);
// Blocks of `mostlyGrey` that Pred-2D drops: left and right of the middle, away from line and letters.
const QPointF kLeft(80, 208), kRight(208, 208);
const QPointF kBoth(16, 16); // both plans keep it

// 8 x 8 blocks, all alike but for the first one.
Picture mostlyGrey() {
    std::vector<int> levels(64, 100);
    levels[0] = 0;
    return test::flatBlocks(8, 8, levels);
}

model::Region region(std::vector<double> px, const std::string& label) {
    model::Region made;
    made.px = std::move(px);
    made.label = label;
    return made;
}

/// A window in which Pred-2D is compared with the whole picture.
struct Compared : TestWindow {
    Compared() {
        open(mostlyGrey());
        load();
        maskView().setPlan(parsePlan("input:pred_2d,tau=0.02"));
        comparison().setOn(true);
        settle();
    }
    Comparison& comparison() { return session().comparison(); }
    ScreenCanvas& canvas() { return window().canvas(); }
    QPoint at(QPointF picture) { return canvas().transform().toView(picture).toPoint(); }
    QColor seen(QPointF picture) { return canvas().grab().toImage().pixelColor(at(picture)); }
    ComparePanel& panel() { return *child<ComparePanel>(); }
    QAbstractButton* button(QWidget& parent, const QString& text) {
        for (auto* one : parent.findChildren<QAbstractButton*>())
            if (one->text() == text)
                return one;
        return nullptr;
    }
};

} // namespace

class TestCompareView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theLinePartsBothMasks() {
        Compared test;
        QVERIFY(!test.comparison().mask(0).mask().mask.kept(6 * 8 + 2));
        QCOMPARE(test.seen(kLeft), dimmed(kGrey));
        QCOMPARE(test.seen(kRight), kGrey);
        QTest::mousePress(&test.canvas(), Qt::LeftButton, {}, test.at({128, 64}));
        QTest::mouseMove(&test.canvas(), test.at({100, 64}));
        QTest::mouseMove(&test.canvas(), test.at({32, 64}));
        QTest::mouseRelease(&test.canvas(), Qt::LeftButton, {}, test.at({32, 64}));
        QCOMPARE(test.scene().now().swipe, 32 / 256.0);
        QCOMPARE(test.seen(kLeft), kGrey);
        QTest::mousePress(&test.canvas(), Qt::LeftButton, {}, test.at({200, 64})); // away from the line: it pans
        QTest::mouseMove(&test.canvas(), test.at({210, 80}));
        QTest::mouseRelease(&test.canvas(), Qt::LeftButton, {}, test.at({210, 80}));
        QCOMPARE(test.scene().now().swipe, 32 / 256.0);
    }

    void keysMoveTheLine() {
        Compared test;
        for (int i = 0; i < 60; ++i)
            QTest::keyClick(&test.canvas(), Qt::Key_Period);
        QCOMPARE(test.scene().now().swipe, 1.0);
        QCOMPARE(test.seen(kRight), dimmed(kGrey)); // all of it is A's
        for (int i = 0; i < 60; ++i)
            QTest::keyClick(&test.canvas(), Qt::Key_Comma);
        QCOMPARE(test.scene().now().swipe, 0.0);
        QCOMPARE(test.seen(kLeft), kGrey);
        QTest::keyPress(&test.canvas(), Qt::Key_Space);
        QCOMPARE(test.seen(kRight), kGrey);
        QTest::keyRelease(&test.canvas(), Qt::Key_Space);
    }

    void aKeyFlipsBetweenThem() {
        Compared test;
        QTest::keyClick(&test.canvas(), Qt::Key_B);
        QCOMPARE(test.comparison().front(), 1);
        QCOMPARE(test.seen(kLeft), kGrey);
        QVERIFY(test.canvas().keptChip().text().contains("64 kept"));
        QTest::keyClick(&test.canvas(), Qt::Key_B);
        QCOMPARE(test.seen(kLeft), dimmed(kGrey));
        QCOMPARE(test.seen(kRight), dimmed(kGrey));
        QVERIFY(!test.canvas().keptChip().text().contains("64 kept"));
    }

    void differencesAreMarkedAndCounted() {
        Compared test;
        QTest::keyClick(&test.canvas(), Qt::Key_V);
        QCOMPARE(test.comparison().view(), CompareView::Differences);
        const QColor alone = test.seen(kLeft);
        QVERIFY(alone != kGrey && alone != dimmed(kGrey)); // B alone keeps it
        QCOMPARE(test.seen(kBoth), QColor(0, 0, 0));
        const int kept = test.comparison().mask(0).mask().mask.keptCount();
        const QString legend = test.child<CompareBar>()->legend();
        QVERIFY2(legend.contains(QString("both keep %1\n").arg(kept)), qPrintable(legend));
        QVERIFY2(legend.contains("A alone 0\n") && legend.contains(QString("B alone %1\n").arg(64 - kept)),
                 qPrintable(legend));
        QVERIFY2(legend.endsWith("neither 0"), qPrintable(legend));
        QTest::keyClick(&test.canvas(), Qt::Key_V);
        QCOMPARE(test.comparison().view(), CompareView::Swipe);
    }

    // The looks of plans differ in more than colour.
    void plansHaveTheirOwnDashAndPattern() {
        for (std::size_t i = 0; i < Comparison::kMostPlans; ++i)
            for (std::size_t j = 0; j < i; ++j) {
                QVERIFY(PlanLook::of(i).dash != PlanLook::of(j).dash);
                QVERIFY(PlanLook::of(i).pattern != PlanLook::of(j).pattern);
                QVERIFY(PlanLook::of(i).line != PlanLook::of(j).line);
            }
    }

    void smallerPicturesHaveNoDifferences() {
        Compared test;
        test.maskView().setPlan(parsePlan("input:resize,tau=0.02"));
        QVERIFY(test.settle());
        QVERIFY(test.maskView().mask().isSmaller());
        QVERIFY(test.child<CompareBar>()->legend().contains("different sizes"));
        QTest::keyClick(&test.canvas(), Qt::Key_V);
        test.canvas().grab();
    }

    void placesOfBothAnswersAreOnThePicture() {
        Compared test;
        test.script().setRegionsUnder("pred_2d", {region({10, 10, 50, 50}, "save")});
        test.script().setRegionsUnder("keep_all", {region({12, 10, 52, 50}, "save"), region({90, 90, 120, 120}, "no")});
        test.ask("Where?");
        const auto& boxes = test.canvas().boxes().boxes();
        QCOMPARE(boxes.size(), 3U);
        QCOMPARE(boxes[0].plan, 0);
        QCOMPARE(boxes[2].plan, 1);
        QTest::mouseMove(&test.canvas(), test.at({105, 105}));
        QTRY_COMPARE(test.canvas().boxes().lit(), 2);
        QCOMPARE(test.conversation().hovered(), (RegionRef{test.comparison().turn(1)->id, 1}));
        QTest::keyClick(&test.canvas(), Qt::Key_B);
        QCOMPARE(test.canvas().boxes().boxes().size(), 2U);
        test.comparison().setOn(false);
        QCOMPARE(test.canvas().boxes().boxes().front().plan, -1);
    }

    void answersStandSideBySide() {
        Compared test;
        test.script().setRegionsUnder("pred_2d", {region({0, 0, 40, 40}, "save")});
        test.script().setRegionsUnder("keep_all", {region({0, 0, 40, 20}, "save")});
        QVERIFY(test.panel().isVisible());
        test.ask("Where?");
        const auto& cards = test.panel().cards();
        QCOMPARE(cards.size(), 2U);
        QVERIFY(cards[0]->answer().contains("A short answer."));
        QVERIFY(cards[1]->figures().contains("on 64 blocks"));
        const QString agreement = cards[1]->agreement();
        QVERIFY2(agreement.contains("same answer as A") && agreement.contains("IoU 0.50"), qPrintable(agreement));
        auto* bars = test.panel().findChild<StageBars*>();
        QCOMPARE(bars->bars().size(), 2U);
        QVERIFY(bars->segment(0, stage::kPrefill).width() < bars->segment(1, stage::kPrefill).width());
        test.comparison().setOn(false);
        QVERIFY(!test.panel().isVisible());
        QVERIFY(test.child<CompareBar>()->isHidden());
    }

    void whatGoesOnIsShownAndCanBeStopped() {
        Compared test;
        test.script().hold();
        QVERIFY(test.conversation().ask("Where?"));
        QTRY_VERIFY(test.panel().cards()[0]->answer().contains("A "));
        QVERIFY(test.panel().cards()[1]->answer().contains("Waits"));
        QAbstractButton* stop = test.button(test.panel(), "Stop");
        QVERIFY(stop->isVisible());
        stop->click();
        QVERIFY(test.settle());
        QVERIFY(!stop->isVisible());
        QVERIFY(test.panel().cards()[1]->answer().contains("Not asked"));
    }

    void aRefusedPlanSaysWhy() {
        Compared test;
        test.script().refuse("keep_all", "out of room");
        test.ask("Where?");
        QCOMPARE(test.panel().cards()[1]->answer(), "out of room");
        QVERIFY(test.panel().cards()[0]->figures().contains("first token"));
    }

    void buttonsKeepAndRemovePlans() {
        Compared test;
        test.button(test.panel(), "Keep A as C")->click();
        QCOMPARE(test.panel().cards().size(), 3U);
        QVERIFY(!test.button(test.panel(), "Keep A as D")->isEnabled()); // it is C
        auto* beside = test.child<CompareBar>()->findChild<QComboBox*>();
        QVERIFY(beside->isVisible());
        QCOMPARE(beside->currentText(), "C");
        QTest::keyClick(beside, Qt::Key_Up);
        QCOMPARE(test.comparison().other(), 1);
        QTest::keyClick(beside, Qt::Key_Down);
        test.button(*test.child<CompareBar>(), "C")->click();
        QCOMPARE(test.comparison().front(), 2);
        test.button(*test.panel().cards()[1], "To A")->click();
        QTRY_VERIFY(!test.maskView().plan().prunes());
    }

    // Four plans, and a sample whose questions take two rows.
    void itFitsIntoASmallWindow() {
        Compared test;
        test.window().input().openSample(samples().front());
        for (const char* plan : {"input:raster,tau=0.02", "input:serpentine,tau=0.02"}) {
            test.maskView().setPlan(parsePlan(plan));
            QVERIFY(test.comparison().keep());
        }
        test.maskView().setPlan(parsePlan("input:pred_2d,tau=0.02; llm@2:fastv,keep=1/2"));
        QVERIFY(test.settle());
        QCOMPARE(test.comparison().count(), Comparison::kMostPlans);
        test.ask("Where?");
        for (const char* page : {"Over τ", "Answers"}) {
            test.button(test.panel(), page)->click();
            test.window().resize(1024, 700);
            QTest::qWait(50);
            const QSize size = test.window().size();
            QVERIFY2(size == QSize(1024, 700), qPrintable(QString("%1 x %2").arg(size.width()).arg(size.height())));
            QVERIFY(test.panel().visibleRegion().boundingRect().height() > 60);
        }
    }

    void theKeyboardReachesEverything() {
        Compared test;
        test.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&test.window()));
        QTest::keyClick(&test.window(), Qt::Key_B, Qt::ControlModifier);
        QTRY_VERIFY(!test.comparison().isOn()); // the button is pressed for a moment
        QTest::keyClick(&test.window(), Qt::Key_B, Qt::ControlModifier);
        QTRY_VERIFY(test.comparison().isOn());
        for (QWidget* part : {static_cast<QWidget*>(test.child<CompareBar>()), static_cast<QWidget*>(&test.panel())})
            for (auto* button : part->findChildren<QAbstractButton*>())
                if (button->isVisible()) {
                    const QString name = button->text() + button->accessibleName();
                    QVERIFY2(button->focusPolicy() & Qt::TabFocus, qPrintable(name));
                    QVERIFY(!name.isEmpty());
                }
        auto* views = test.child<CompareBar>()->findChild<Segmented*>();
        QToolButton* first = views->findChildren<QToolButton*>().front();
        first->setFocus(Qt::TabFocusReason);
        QTest::keyClick(first, Qt::Key_Right);
        QTRY_COMPARE(test.comparison().view(), CompareView::Differences);
    }
};

QTEST_MAIN(TestCompareView)
#include "tst_compare_view.moc"
