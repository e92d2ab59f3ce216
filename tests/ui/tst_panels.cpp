#include "core/metrics/metric.h"
#include "core/pruning/method.h"
#include "core/pruning/pixel_options.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/canvas/canvas_chips.h"
#include "ui/canvas/screen_canvas.h"
#include "ui/panels/panel.h"
#include "ui/panels/turn_view.h"
#include "ui/panels/window_actions.h"
#include "ui/style/format.h"
#include "ui/widgets/bubble.h"
#include "ui/widgets/gauge.h"
#include "ui/widgets/question_edit.h"
#include "ui/widgets/segmented.h"
#include "ui/widgets/stage_bars.h"
#include "ui/widgets/tau_scale.h"
#include "ui/widgets/tau_slider.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTextDocument>
#include <QTimer>
#include <QToolButton>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

QAbstractButton* buttonNamed(QWidget& parent, const QString& text) {
    for (auto* button : parent.findChildren<QAbstractButton*>())
        if (button->text() == text)
            return button;
    return nullptr;
}

// As a user does: with its button, or in the menu at the end of the row.
bool choose(TestWindow& test, const MethodEntry& entry) {
    auto* segmented = test.child<Segmented>();
    const QString title = fromUtf8(entry.title);
    if (!entry.isBaseline) {
        QAbstractButton* button = buttonNamed(*segmented, title);
        if (button)
            button->click();
        return button;
    }
    for (QAction* action : segmented->findChild<QMenu*>()->actions())
        if (action->text() == title) {
            action->trigger();
            return true;
        }
    return false;
}

Gauge* gauge(TestWindow& test, int index) {
    return test.window().findChildren<Gauge*>().value(index);
}

TurnView* lastTurn(TestWindow& test) {
    const auto views = test.window().findChildren<TurnView*>();
    return views.isEmpty() ? nullptr : views.back();
}

void type(TestWindow& test, const QString& question) {
    auto* edit = test.child<QuestionEdit>();
    edit->setPlainText(question);
    QTest::keyClick(edit, Qt::Key_Return);
}

/// A window that only remembers what it was asked for.
class Wishes final : public WindowActions {
public:
    void chooseModelFolder() override { asked << "folder"; }
    void chooseDownload() override { asked << "download"; }
    void loadModel(const QString& folder) override { asked << folder; }
    void takePicture(const QMimeData& pasted) override { asked << (pasted.hasImage() ? "picture" : "nothing"); }

    QStringList asked;
};

} // namespace

class TestPanels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyPanelIsInTheWindow() {
        TestWindow test;
        for (const PanelEntry& entry : panels()) {
            auto* panel = test.child<Panel>(QString::fromLatin1(entry.name));
            QVERIFY2(panel, entry.name);
            QVERIFY(!panel->windowTitle().isEmpty() && panel->widget());
            QCOMPARE(panel->isVisible(), entry.open);
        }
    }

    void wishesGoToTheWindow() {
        const QTemporaryDir folder;
        Session session(test::fakeLoader(std::make_shared<test::FakeScript>()), folder.filePath("log.jsonl"));
        session.modelSlot().setBundledFolder("/models/bundled");
        session.modelSlot().setFolder("/models/last");
        Wishes wishes;
        for (const PanelEntry& entry : panels()) {
            const std::unique_ptr<Panel> panel(entry.make(session, wishes, nullptr));
            for (const char* text : {"Download a model…", "Load model folder…", "Load bundled", "Load last"})
                if (QAbstractButton* button = buttonNamed(*panel, text))
                    button->click();
            if (auto* edit = panel->findChild<QuestionEdit*>()) {
                QMimeData pasted;
                pasted.setImageData(QImage(8, 8, QImage::Format_RGB32));
                Q_EMIT edit->picturePasted(&pasted);
            }
        }
        const QStringList expected{"download", "folder", "/models/bundled", "/models/last", "picture"};
        QCOMPARE(wishes.asked, expected);
    }

    void movingTauChangesMaskChipAndGauges() {
        TestWindow test;
        test.open(test::blocksFromText("0123/4567/8901/2345"));
        const int kept = test.maskView().mask().mask.keptCount();
        QCOMPARE(gauge(test, 0)->value(), QStringLiteral("≈ ") + countText(kept + TextCount::kGuess));
        auto* slider = test.child<TauSlider>();
        for (int i = 0; i < 25; ++i)
            QTest::keyClick(slider, Qt::Key_Right);
        QCOMPARE(slider->tau(), tauOfLevel(25));
        QCOMPARE(test.maskView().settings().value(kTau), tauOfLevel(25));
        QCOMPARE(test.child<QDoubleSpinBox>("tauEdit")->value(), 0.1);
        QVERIFY(test.settle());
        const int fewer = test.maskView().mask().mask.keptCount();
        QVERIFY(fewer < kept);
        QCOMPARE(gauge(test, 0)->value(), QStringLiteral("≈ ") + countText(fewer + TextCount::kGuess));
        QCOMPARE(gauge(test, 0)->before(),
                 QStringLiteral("≈ ") + countText(test.maskView().mask().mask.count() + TextCount::kGuess));
        QVERIFY(gauge(test, 1)->value() != gauge(test, 1)->before());
        QCOMPARE(gauge(test, 2)->value(), "—"); // nothing measured yet
    }

    void tauCanBeTyped() {
        TestWindow test;
        auto* edit = test.child<QDoubleSpinBox>("tauEdit");
        edit->setValue(0.35); // beyond the slider
        QCOMPARE(test.maskView().settings().value(kTau), 0.35);
        QCOMPARE(test.child<TauSlider>()->tau(), 0.35);
    }

    void everyMethodCanBeChosen() {
        TestWindow test;
        test.open(test::blocksFromText("0011/0123"));
        for (const MethodEntry& entry : pixelMethods()) {
            QVERIFY2(choose(test, entry), entry.title.data());
            QCOMPARE(test.child<Segmented>()->current(), fromUtf8(entry.name));
            QCOMPARE(test.maskView().settings().method(), std::string(entry.name));
            QVERIFY(test.settle());
            QCOMPARE(test.maskView().mask().settings.method(), std::string(entry.name));
            QCOMPARE(test.child<TauSlider>()->isEnabled(), MethodSettings(entry).applies(kTau.name));
        }
        auto* segmented = test.child<Segmented>();
        segmented->setCurrent("keep_all");
        QTest::keyClick(segmented, Qt::Key_Right);
        QCOMPARE(test.maskView().settings().method(), std::string("raster"));
    }

    void latencySaysWhatWasTakenOver() {
        TestWindow test;
        test.open(test::blocksFromText("0123/4567"));
        test.load();
        test.script().setReuse({20, 1});
        test.ask("Where is Save?");
        auto* panel = test.child<Panel>("latency");
        const auto says = [&](const QString& words) {
            for (const auto* label : panel->findChildren<QLabel*>())
                if (label->isVisibleTo(panel) && label->text().contains(words))
                    return true;
            return false;
        };
        QVERIFY(says("picture and 20 of"));
        QCOMPARE(test.child<StageBars>()->bars().size(), std::size_t{1}); // nothing to compare with
        test.child<QCheckBox>("computeAnew")->click();
        test.ask("Where is Save?");
        QVERIFY(test.script().requests().front().reuse && !test.script().requests().back().reuse);
        QVERIFY(!says("taken over"));
    }

    void baselinesAreInTheMenuAtTheEnd() {
        TestWindow test;
        auto* segmented = test.child<Segmented>();
        QAbstractButton* more = buttonNamed(*segmented, "More");
        QVERIFY(more && !more->isChecked());
        const int width = more->width();
        for (const MethodEntry& entry : pixelMethods()) {
            QCOMPARE(buttonNamed(*segmented, fromUtf8(entry.title)) == nullptr, entry.isBaseline);
            QVERIFY(choose(test, entry));
            QCOMPARE(more->isChecked(), entry.isBaseline);
            QCOMPARE(more->text(), entry.isBaseline ? fromUtf8(entry.title) : "More");
            QCoreApplication::processEvents();
            QCOMPARE(more->width(), width); // nothing moves
            segmented->setCurrent("full");  // unknown
            QCOMPARE(segmented->current(), fromUtf8(entry.name));
            choose(test, findMethod("pred_2d"));
        }
        QTest::keyClick(segmented, Qt::Key_Right); // on into the menu
        QCOMPARE(test.maskView().settings().method(), std::string("random"));
    }

    void openingTheMenuChoosesNothing() {
        TestWindow test;
        QSignalSpy noticed(&test.session().notices(), &Notices::posted);
        auto* segmented = test.child<Segmented>();
        auto* more = buttonNamed(*segmented, "More");
        const auto open = [&](const auto& press) {
            bool opened = false;
            QTimer::singleShot(50, segmented, [&] {
                opened = segmented->findChild<QMenu*>()->isVisible();
                segmented->findChild<QMenu*>()->close();
            });
            press();
            QTest::qWait(100);
            return opened;
        };
        QVERIFY(open([&] { QTest::keyClick(more, Qt::Key_Space); }));
        QVERIFY(open([&] { QTest::mouseClick(more, Qt::LeftButton); }));
        QVERIFY(open([&] { more->click(); })); // as a screen reader does
        QVERIFY(!more->isChecked());
        QVERIFY(buttonNamed(*segmented, "Pred-2D")->isChecked());
        QCOMPARE(test.maskView().settings().method(), std::string("pred_2d"));
        QVERIFY(noticed.isEmpty());
    }

    void optionsAreShownWhereTheyAreUsed() {
        TestWindow test;
        test.window().show();
        for (const MethodEntry& entry : pixelMethods()) {
            QVERIFY(choose(test, entry));
            QCOMPARE(test.child<QSpinBox>("seed")->isVisible(), MethodSettings(entry).applies(kSeed.name));
            QCOMPARE(test.child<QComboBox>("skipRatioMode")->isVisible(), entry.option("skip-ratio") != nullptr);
            QCOMPARE(test.child<QCheckBox>("even")->isVisible(), entry.option("even") != nullptr);
            QCOMPARE(test.child<QLineEdit>("keep")->isVisible(), entry.option("keep") != nullptr);
            QVERIFY(!test.child<QComboBox>("rule")->isVisible());           // without a budget
            QVERIFY(!test.child<QDoubleSpinBox>("skipRatio")->isVisible()); // aligned
            const QString bound = test.child<QCheckBox>("anchored")->text();
            QCOMPARE(bound, entry.isBaseline ? "Bounded Pred-2D" : "Bounded error"); // no promise
        }
    }

    void optionsChangeTheSettingsAndTheMask() {
        TestWindow test;
        test.open(test::randomScreen(12, 12, 3));
        choose(test, findMethod("conncomp"));
        QCOMPARE(test.child<QSpinBox>("seed")->value(), 42);
        QVERIFY(!test.maskView().settings().isSet("skip-ratio"));
        auto* skip = test.child<QComboBox>("skipRatioMode");
        skip->setCurrentIndex(1);
        Q_EMIT skip->activated(1);
        QVERIFY(test.child<QDoubleSpinBox>("skipRatio")->isVisible());
        QCOMPARE(std::get<double>(test.maskView().settings().find("skip-ratio").value_or(OptionValue(-1.0))), 0.5);
        test.child<QDoubleSpinBox>("skipRatio")->setValue(1);
        test.child<QCheckBox>("even")->click();
        test.child<QSpinBox>("seed")->setValue(7);
        MethodSettings expected = test.maskView().settings();
        QCOMPARE(std::get<double>(expected.find("skip-ratio").value_or(OptionValue(-1.0))), 1.0);
        QVERIFY(expected.isSet("even") && expected.value(kSeed) == 7);
        QVERIFY(test.settle());
        QVERIFY(test.maskView().mask().settings == expected);
        Q_EMIT skip->activated(0);
        QVERIFY(!test.maskView().settings().isSet("skip-ratio"));
        QVERIFY(!test.child<QDoubleSpinBox>("skipRatio")->isVisible());
    }

    void aBudgetIsTypedAndMet() {
        TestWindow test;
        test.window().show();
        test.open(test::randomScreen(12, 12, 3));
        auto* keep = test.child<QLineEdit>("keep");
        QTest::keyClicks(keep, "1/3");
        QTest::keyClick(keep, Qt::Key_Return);
        QVERIFY(test.settle());
        QCOMPARE(toText(test.maskView().plan()), std::string("input:pred_2d,keep=1/3"));
        QCOMPARE(test.maskView().mask().mask.keptCount(), 48);
        QVERIFY(test.child<QComboBox>("rule")->isVisible());
        QVERIFY(!test.child<QCheckBox>("anchored")->isEnabled()); // a budget says itself what it bounds
        QVERIFY(test.window().canvas().keptChip().toolTip().contains("no block is further off than"));
        keep->clear();
        QTest::keyClicks(keep, "5/3");
        QTest::keyClick(keep, Qt::Key_Return);
        QCOMPARE(keep->text(), "1/3"); // no budget at all
        keep->clear();
        QTest::keyClick(keep, Qt::Key_Backspace);
        QTest::keyClick(keep, Qt::Key_Return);
        QVERIFY(test.maskView().plan() == PrunePlan());
    }

    void thePlaceIsPartOfThePlan() {
        TestWindow test;
        test.window().show();
        auto* place = test.child<QComboBox>("place");
        QVERIFY(!test.child<QSpinBox>("placeLayer")->isVisible());
        place->setCurrentIndex(1);
        Q_EMIT place->activated(1);
        QVERIFY(test.child<QSpinBox>("placeLayer")->isVisible());
        test.child<QSpinBox>("placeLayer")->setValue(8);
        QCOMPARE(toText(test.maskView().plan()), std::string("vit@8:pred_2d"));
        place->setCurrentIndex(2);
        Q_EMIT place->activated(2);
        QCOMPARE(toText(test.maskView().plan()), std::string("post:pred_2d"));
        choose(test, findMethod("resize")); // which stands at the input alone
        QCOMPARE(toText(test.maskView().plan()), std::string("input:resize"));
        QVERIFY(!place->isEnabled());
    }

    void gaugesOfASmallerPictureCompareWithTheWholeOne() {
        TestWindow test;
        test.open(test::randomScreen(20, 30, 1));
        choose(test, findMethod("resize"));
        QVERIFY(test.settle());
        const ShownMask& shown = test.maskView().mask();
        QVERIFY(shown.isSmaller());
        QCOMPARE(gauge(test, 0)->value(), QStringLiteral("≈ ") + countText(shown.mask.count() + TextCount::kGuess));
        QCOMPARE(gauge(test, 0)->before(), QStringLiteral("≈ ") + countText(600 + TextCount::kGuess));
        test.load();
        test.ask("What?");
        const auto* bars = test.child<StageBars>();
        QCOMPARE(bars->bars().size(), 2U); // as long as all 600 blocks would have taken
        QVERIFY(bars->bars()[1].times.ms(stage::kVit) > 1.5 * bars->bars()[0].times.ms(stage::kVit));
    }

    void everyMetricCanBeChosen() {
        TestWindow test;
        auto* combo = test.child<QComboBox>("metric");
        QCOMPARE(combo->count(), static_cast<int>(metrics().size()));
        for (int i = 0; i < combo->count(); ++i) {
            combo->setCurrentIndex(i);
            Q_EMIT combo->textActivated(combo->itemText(i));
            QCOMPARE(fromUtf8(test.maskView().settings().value(kMetric)), combo->itemText(i));
        }
        combo->setCurrentText("exact");
        Q_EMIT combo->textActivated("exact");
        QVERIFY(!test.child<TauSlider>()->isEnabled()); // tau is ignored
    }

    void textStreamsIntoTheConversation() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.script().hold();
        type(test, "What is this?");
        QVERIFY(test.conversation().isAsking());
        QVERIFY(test.child<QuestionEdit>()->toPlainText().isEmpty());
        QTRY_VERIFY(lastTurn(test)->answerText().startsWith("A "));
        test.script().release();
        QVERIFY(test.settle());
        QVERIFY(lastTurn(test)->answerText().contains("A short answer."));
        const QString figures = lastTurn(test)->figures();
        QVERIFY2(figures.contains("to first token · 3 tokens · ") && figures.contains("on "), qPrintable(figures));
        QVERIFY(gauge(test, 2)->value().startsWith("≈ "));
    }

    void theStopButtonStops() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.script().hold();
        type(test, "What is this?");
        QTRY_VERIFY(lastTurn(test)->answerText().startsWith("A "));
        auto* button = test.child<QToolButton>("send");
        QCOMPARE(button->accessibleName(), "Stop the answer (Esc)");
        button->click();
        QVERIFY(test.settle());
        QVERIFY(lastTurn(test)->figures().startsWith("stopped"));
        QCOMPARE(button->accessibleName(), "Ask (Enter)");
    }

    void shiftEnterStartsALine() {
        TestWindow test;
        auto* edit = test.child<QuestionEdit>();
        edit->setPlainText("one");
        edit->moveCursor(QTextCursor::End);
        QTest::keyClick(edit, Qt::Key_Return, Qt::ShiftModifier);
        QTest::keyClicks(edit, "two");
        QVERIFY(test.conversation().turns().empty());
        QCOMPARE(edit->document()->toPlainText().count("two"), 1);
    }

    void askingWithoutAModelSaysWhatToDo() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        type(test, "What is this?");
        auto* problem = test.child<QLabel>("problem");
        QVERIFY(problem->isVisible());
        QVERIFY(problem->text().contains("No model"));
        QCOMPARE(test.child<QuestionEdit>()->toPlainText(), "What is this?"); // nothing lost
        auto* card = test.child<QFrame>("card");
        QVERIFY(card->isVisible());
        test.load();
        QVERIFY(!card->isVisible() && !problem->isVisible());
    }

    void askingWhileAModelLoadsKeepsTheQuestion() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.script().holdLoad();
        test.window().loadModel("/models/other");
        type(test, "What is this?");
        auto* problem = test.child<QLabel>("problem");
        QVERIFY(problem->isVisible());
        QVERIFY(problem->text().contains("loading"));
        QCOMPARE(test.child<QuestionEdit>()->toPlainText(), "What is this?");
        test.script().release();
        QVERIFY(test.settle());
        QVERIFY(!problem->isVisible());
        QTest::keyClick(test.child<QuestionEdit>(), Qt::Key_Return);
        QVERIFY(test.settle());
        QCOMPARE(test.conversation().turns().size(), 1U);
    }

    void quickPromptsAskOrPrepare() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        buttonNamed(test.window(), "Read")->click();
        QVERIFY(test.settle());
        QCOMPARE(test.conversation().turns().size(), 1U);
        buttonNamed(test.window(), "Locate…")->click();
        QCOMPARE(test.conversation().turns().size(), 1U);
        QTest::keyClicks(test.child<QuestionEdit>(), "the button");
        QVERIFY(test.child<QuestionEdit>()->toPlainText().startsWith("Locate the button in the picture"));
    }

    void linksAndBoxesAreOneThing() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        model::Region region;
        region.label = "Save";
        region.px = {0, 0, 32, 32};
        region.textEnd = 2;
        test.script().setPieces({"{}"});
        test.script().setRegions({region});
        test.ask("Where?");
        QVERIFY(lastTurn(test)->answerText().contains("region:0"));
        QVERIFY(!lastTurn(test)->answerText().contains("background-color"));
        test.conversation().setHovered({test.conversation().turns().back().id, 0}); // as the canvas does
        QVERIFY(lastTurn(test)->answerText().contains("background-color"));
        Q_EMIT lastTurn(test)->regionHovered(-1);
        QVERIFY(test.conversation().hovered() == RegionRef{});
        Q_EMIT lastTurn(test)->regionHovered(0);
        QCOMPARE(test.conversation().hovered().index, 0);
    }

    void timeIsDrawnToScaleWithItsBaseline() {
        TestWindow test;
        test.open(test::blocksFromText("0000/0000"));
        test.load();
        auto* bars = test.child<StageBars>();
        QVERIFY(bars->bars().empty());
        buttonNamed(test.window(), "Full")->click();
        test.ask("Full?");
        QCOMPARE(bars->bars().size(), 1U);
        buttonNamed(test.window(), "Pred-2D")->click();
        test.ask("Pruned?");
        QCOMPARE(bars->bars().size(), 2U);
        const double ratio = bars->segment(0, stage::kVit).width() / bars->segment(1, stage::kVit).width();
        const double expected = bars->bars()[0].times.ms(stage::kVit) / bars->bars()[1].times.ms(stage::kVit);
        QVERIFY(std::abs(ratio - expected) < 1e-6);
        QVERIFY(!bars->bars()[1].expected);
        QVERIFY(test.child<QLabel>("good")->text().contains("sooner than full"));
    }

    void theBaselineIsExpectedUntilItIsMeasured() {
        TestWindow test;
        test.open(test::blocksFromText("0000/0000"));
        test.load();
        buttonNamed(test.window(), "Pred-2D")->click();
        test.ask("Pruned?");
        auto* bars = test.child<StageBars>();
        QCOMPARE(bars->bars().size(), 2U);
        QVERIFY(bars->bars()[1].expected);
        QVERIFY(bars->bars()[1].times.ms(stage::kVit) > bars->bars()[0].times.ms(stage::kVit));
        QVERIFY(!test.child<QLabel>("good")); // nothing is praised that nobody measured
        const auto labels = test.window().findChildren<QLabel*>("muted");
        QVERIFY(
            std::ranges::any_of(labels, [](const QLabel* label) { return label->text().startsWith("expected: "); }));
    }

    void bubblesBreakLongRuns() {
        constexpr int kWidthPx = 200;
        for (const bool markup : {false, true}) {
            Bubble bubble(Bubble::Kind::Answer);
            bubble.setMaxTextWidth(kWidthPx);
            const QString text = markup ? QStringLiteral("<b>a&amp;b</b>") + QString(300, 'x') : QString(300, 'x');
            markup ? bubble.setHtml(text) : bubble.setPlain(text);
            QCOMPARE(bubble.text(), text);
            const auto* label = bubble.findChild<QLabel*>();
            QTextDocument document;
            document.setDefaultFont(label->font());
            markup ? document.setHtml(label->text()) : document.setPlainText(label->text());
            document.setTextWidth(kWidthPx);
            QVERIFY(document.idealWidth() <= kWidthPx);
            QVERIFY(!markup || document.toPlainText().startsWith("a&b"));
        }
    }
};

QTEST_MAIN(TestPanels)
#include "tst_panels.moc"
