#include "core/report/mask_painter.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/canvas/canvas_chips.h"
#include "ui/canvas/layer_bar.h"
#include "ui/canvas/screen_canvas.h"
#include "ui/panels/panel.h"
#include "ui/session/shown_fates.h"
#include "ui/style/format.h"
#include "ui/style/step_look.h"
#include "ui/style/theme.h"
#include "ui/widgets/budget_gauge.h"
#include "ui/widgets/layer_slider.h"
#include "ui/widgets/stage_bars.h"

#include <QLabel>
#include <QtTest>
#include <set>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

constexpr int kSide = 12; ///< blocks
const char kTwoStages[] = "input:pred_2d,keep=1/2; post:divprune,keep=1/2; llm@2:fastv,keep=1/3";

/// A window with an answer under a plan.
class AnsweredWindow : public TestWindow {
public:
    explicit AnsweredWindow(const char* plan) {
        open(test::randomScreen(kSide, kSide, 3));
        maskView().setPlan(parsePlan(plan));
        load();
        ask("What is this?");
    }

    const ShownFates& fates() { return *scene().now().fates; }
    const model::PruneOutcome& outcome() { return conversation().turns().back().answer.pruning; }
    const model::BlockFate& fate(int block) { return outcome().blocks.front()[static_cast<std::size_t>(block)]; }
    /// The first block of which `holds`; -1 for none.
    template <typename Holds>
    int find(Holds holds) {
        for (int block = 0; block < fates().blocks(); ++block)
            if (holds(fate(block)))
                return block;
        return -1;
    }
    int droppedBy(int step) {
        return find([step](const model::BlockFate& fate) { return fate.droppedBy == step; });
    }
    QPointF placeOf(int block) {
        const Size size = scene().now().size();
        return {(block % kSide + 0.5) * size.width / kSide, (block / kSide + 0.5) * size.height / kSide};
    }
    QPointF onCanvas(int block) { return window().canvas().transform().toView(placeOf(block)); }
};

/// The square of a block on the canvas, inside its edges.
QImage seen(AnsweredWindow& test, int block) {
    const QPoint centre = test.onCanvas(block).toPoint();
    const int half = static_cast<int>(test.window().canvas().transform().zoom * 8);
    return test.window().canvas().grab(QRect(centre - QPoint(half, half), QSize(2 * half, 2 * half))).toImage();
}

QColor meanOf(const QImage& image) {
    qint64 red = 0, green = 0, blue = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QColor colour = image.pixelColor(x, y);
            red += colour.red();
            green += colour.green();
            blue += colour.blue();
        }
    const qint64 count = std::max<qint64>(1, qint64{image.width()} * image.height());
    return QColor(static_cast<int>(red / count), static_cast<int>(green / count), static_cast<int>(blue / count));
}

int distance(const QColor& a, const QColor& b) {
    return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue());
}

QString plain(QString text) {
    return text.replace(QChar(0x202f), QLatin1Char(' '));
}

QStringList legend(TestWindow& test) {
    QStringList texts;
    for (auto* item : test.child<LayerBar>()->findChildren<QWidget*>("legend"))
        for (auto* label : item->findChildren<QLabel*>())
            if (!label->text().isEmpty())
                texts << plain(label->text());
    return texts;
}

/// Contrast of two colours as WCAG defines it.
double contrast(QColor a, QColor b) {
    const auto luminance = [](QColor c) {
        const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
        return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
    };
    const double high = std::max(luminance(a), luminance(b)), low = std::min(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

} // namespace

/// What the stages of a plan did, on the picture, in the bar under it and in the time.
class TestStageView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, ThemeMode::Dark); }

    void fatesHoldForThePlanThatWasAnswered() {
        AnsweredWindow test(kTwoStages);
        QVERIFY(test.scene().now().fates);
        const auto before = test.scene().now().fates;
        test.ask("And now?"); // another answer under the same plan
        QVERIFY(test.scene().now().fates && test.scene().now().fates != before);
        PrunePlan other = test.maskView().plan();
        other.stages.pop_back();
        test.maskView().setPlan(other);
        QVERIFY(!test.scene().now().fates);
        test.maskView().setPlan(parsePlan(kTwoStages));
        QVERIFY(test.settle());
        QVERIFY(test.scene().now().fates);
        test.maskView().setRegion({0, 0, 128, 128});
        QVERIFY(!test.scene().now().fates);
        test.open(test::randomScreen(kSide, kSide, 4));
        QVERIFY(!test.scene().now().fates);
    }

    void blocksLookLikeTheStepThatDroppedThem() {
        AnsweredWindow test(kTwoStages);
        QCOMPARE(test.fates().steps().size(), std::size_t{3});
        test.scene().setMode(MaskMode::Off);
        std::vector<QColor> plains;
        for (int step = 0; step < 3; ++step)
            plains.push_back(meanOf(seen(test, test.droppedBy(step))));
        test.scene().setMode(MaskMode::Mask);
        for (int step = 0; step < 3; ++step) {
            const QColor original = plains[static_cast<std::size_t>(step)];
            const std::uint8_t in[]{static_cast<std::uint8_t>(original.red()),
                                    static_cast<std::uint8_t>(original.green()),
                                    static_cast<std::uint8_t>(original.blue())};
            std::uint8_t dim[3];
            Dimmer().pixel(in, dim);
            const QColor receded(dim[0], dim[1], dim[2]), now = meanOf(seen(test, test.droppedBy(step)));
            const PruneStep& shown = test.fates().steps()[static_cast<std::size_t>(step)];
            const StepLook look = StepLook::of(partOf(shown.place, shown.layer), shown.ordinal);
            if (step == 0) { // what never reached the encoder only recedes
                QVERIFY(distance(now, receded) < 20);
                continue;
            }
            QVERIFY(distance(now, receded) > 60);
            QVERIFY2(distance(now, look.colour) < distance(receded, look.colour), qPrintable(now.name()));
        }
        const int kept = test.droppedBy(model::BlockFate::kNone);
        const QColor now = meanOf(seen(test, kept));
        test.scene().setMode(MaskMode::Off);
        QVERIFY(distance(now, meanOf(seen(test, kept))) < 3);
    }

    void everyStepHasALookOfItsOwn() {
        std::set<QRgb> colours;
        std::set<int> lines;
        const std::pair<Place, int> parts[]{{Place::Input, 1}, {Place::AfterEncoder, 1}, {Place::LanguageLayer, 4}};
        for (const auto& [part, steps] : parts)
            for (int step = 0; step < steps; ++step) {
                const StepLook look = StepLook::of(part, step);
                QVERIFY(colours.insert(look.colour.rgb()).second);
                QVERIFY(lines.insert(look.lines).second);                 // the colour is never the only sign
                QVERIFY(contrast(look.colour, QColor("#0e1318")) >= 4.5); // lines in a swatch
            }
    }

    void theSliderShowsWhatEachLayerStillSees() {
        AnsweredWindow test(kTwoStages);
        auto* slider = test.child<LayerSlider>();
        QVERIFY(slider->isVisible() && slider->isEnabled());
        QCOMPARE(slider->maximum(), depths::count(28) - 1);
        QCOMPARE(slider->value(), slider->maximum()); // all that happened
        const int all = kSide * kSide;
        const std::pair<int, int> expected[]{{depths::kInput, all / 2},      {depths::kEncoded, all / 4},
                                             {depths::ofLayer(0), all / 4},  {depths::ofLayer(1), all / 4},
                                             {depths::ofLayer(2), all / 12}, {depths::ofLayer(27), all / 12}};
        for (const auto& [depth, tokens] : expected) {
            slider->setValue(depth);
            QCOMPARE(test.scene().now().depth, depth);
            int alive = 0;
            for (int block = 0; block < all; ++block)
                alive += test.scene().now().isAlive(block);
            QCOMPARE(alive, tokens);
            QVERIFY(plain(test.window().canvas().keptChip().text()).contains(QString("%1 kept of 144").arg(tokens)));
        }
    }

    void theKeyboardMovesThroughTheLayers() {
        AnsweredWindow test(kTwoStages);
        auto* slider = test.child<LayerSlider>();
        QTest::keyClick(slider, Qt::Key_Home);
        QCOMPARE(test.scene().now().depth, depths::kInput);
        QCOMPARE(slider->accessibleDescription(), "Input: 72 of 144");
        QTest::keyClick(slider, Qt::Key_Right);
        QCOMPARE(slider->accessibleDescription(), "After the encoder: 36 of 144");
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(slider, Qt::Key_Right);
        QCOMPARE(slider->accessibleDescription(), "Layer 2 of 28: 12 of 144");
        QTest::mouseClick(slider, Qt::LeftButton, {}, slider->columnRect(1).center().toPoint());
        QCOMPARE(test.scene().now().depth, depths::kEncoded);
    }

    void blocksThatAreStillThereLookSo() {
        AnsweredWindow test(kTwoStages);
        const int late = test.droppedBy(2);
        const QColor gone = meanOf(seen(test, late));
        test.scene().setDepth(depths::ofLayer(1));
        const QColor there = meanOf(seen(test, late));
        QVERIFY(distance(gone, there) > 30);
        test.scene().setMode(MaskMode::Off);
        QVERIFY(distance(meanOf(seen(test, late)), there) < 3);
    }

    void theLegendNamesEveryStep() {
        AnsweredWindow test(kTwoStages);
        const QStringList expected{"Pred-2D before the encoder −72", "DivPrune after the encoder −36",
                                   "FastV before layer 2 −24"};
        QCOMPARE(legend(test), expected);
    }

    void beforeAnAnswerTheBarShowsThePlan() {
        TestWindow test;
        test.open(test::randomScreen(kSide, kSide, 3));
        auto* bar = test.child<LayerBar>();
        QVERIFY(!bar->isVisible()); // a plan that looks at pixels alone
        test.maskView().setPlan(parsePlan(kTwoStages));
        QVERIFY(test.settle());
        QVERIFY(bar->isVisible());
        QVERIFY(!test.child<LayerSlider>()->isEnabled());
        QCOMPARE(legend(test).back(), "FastV before layer 2 −24");
        const auto says = [&](const QString& words) {
            const auto labels = bar->findChildren<QLabel*>();
            return std::ranges::any_of(labels, [&](const QLabel* label) {
                return label->isVisible() && plain(label->text()).contains(words);
            });
        };
        QVERIFY(says("after an answer") && says("Planned") && says("12 of 144"));
        test.load();
        test.ask("What is this?");
        QVERIFY(!says("after an answer") && !says("Planned"));
        QVERIFY(test.child<LayerSlider>()->isEnabled());
        test.maskView().setPlan(PrunePlan());
        QVERIFY(!bar->isVisible());
    }

    void theBarFitsTheSmallestWindow() {
        AnsweredWindow test(kTwoStages);
        test.window().resize(1024, 700);
        QTest::qWait(50);
        auto* bar = test.child<LayerBar>();
        for (auto* child : bar->findChildren<QWidget*>())
            if (child->isVisible())
                QVERIFY(bar->rect().contains(QRect(child->mapTo(bar, QPoint()), child->size())));
        for (auto* label : bar->findChildren<QLabel*>())
            QVERIFY(!label->isVisible() || label->wordWrap() || label->width() >= label->sizeHint().width());
    }

    void hoveringSaysWhyABlockIsGone() {
        AnsweredWindow test(kTwoStages);
        const auto why = [&](int block) { return plain(test.window().canvas().whyAt(test.onCanvas(block))); };
        const auto left = test.find([](const model::BlockFate& fate) { return fate.predictedBy >= 0; });
        const QString pixels = why(left);
        QVERIFY2(pixels.startsWith(QString("Block %1 · row %2, column %3\nDropped by Pred-2D before the encoder: "
                                           "predicted by its ")
                                       .arg(left)
                                       .arg(left / kSide)
                                       .arg(left % kSide)),
                 qPrintable(pixels));
        const int merged = test.find([](const model::BlockFate& fate) { return fate.mergedInto >= 0; });
        QVERIFY(why(merged).endsWith(
            QString("merged into block %1 (DivPrune after the encoder)").arg(test.fate(merged).mergedInto)));
        const int scored = test.droppedBy(2);
        QVERIFY2(why(scored).endsWith(QString("dropped: score %1, rank %2 of 36 (FastV before layer 2)")
                                          .arg(static_cast<double>(test.fate(scored).score), 0, 'g', 3)
                                          .arg(test.fate(scored).rank)),
                 qPrintable(why(scored)));
        QVERIFY(why(test.droppedBy(model::BlockFate::kNone)).contains("kept: score"));
        test.scene().setDepth(depths::ofLayer(1));
        QVERIFY(why(scored).contains("here still; later dropped: score"));
        test.scene().setMode(MaskMode::Off);
        QCOMPARE(why(scored), QString());
        test.scene().setMode(MaskMode::Mask);
        test.maskView().setPlan(PrunePlan::none()); // the answer says nothing of that
        QVERIFY(test.settle());
        QVERIFY(why(scored).endsWith("Kept: nothing is dropped"));
    }

    void theOtherBlockLightsUp() {
        AnsweredWindow test(kTwoStages);
        const int merged = test.find([](const model::BlockFate& fate) { return fate.mergedInto >= 0; });
        const int into = test.fate(merged).mergedInto;
        QCOMPARE(test.fates().relatedTo(merged), std::optional(into));
        const QImage before = test.window().canvas().grab().toImage();
        QTest::mouseMove(&test.window().canvas(), test.onCanvas(merged).toPoint());
        const QImage after = test.window().canvas().grab().toImage();
        QVERIFY(before != after);
        const QPoint corner = test.window().canvas().transform().toView(test.placeOf(into) - QPointF(16, 0)).toPoint();
        QVERIFY(before.pixelColor(corner) != after.pixelColor(corner));
    }

    void methodsOfSeveralStepsHaveOneLookEach() {
        AnsweredWindow test("input:keep_all; llm:pyramid_drop,keep=1/9");
        const auto& steps = test.fates().steps();
        QVERIFY(steps.size() > 1);
        for (std::size_t i = 1; i < steps.size(); ++i) {
            QVERIFY(steps[i].depth() > steps[i - 1].depth());
            QCOMPARE(steps[i].reached, steps[i - 1].left);
            QCOMPARE(steps[i].ordinal, steps[i - 1].ordinal + 1);
        }
        QCOMPARE(test.fates().tokensAt(test.fates().lastDepth()), kSide * kSide / 9);
    }

    void methodTimeIsPartOfPrefill() {
        AnsweredWindow test(kTwoStages);
        const auto* bars = test.child<StageBars>();
        const QRectF method = bars->segment(0, stage::kMethod), prefill = bars->segment(0, stage::kPrefill);
        QVERIFY(method.width() > 0);
        QCOMPARE(method.right(), prefill.left());
        QCOMPARE(bars->bars()[0].totalMs(), test.conversation().turns().back().answer.times.ms(stage::kTtft));
        const QString tip = bars->tipAt({bars->segment(0, stage::kSample).right() + 20, method.center().y()});
        QVERIFY2(tip.contains("Total ") && tip.contains("Prefill ") && tip.contains("Method " + msText(0.8)),
                 qPrintable(tip));
        QVERIFY(bars->tipAt(method.center()).startsWith("method: " + msText(0.8)));
        auto* panel = test.child<Panel>("latency");
        QVERIFY(std::ranges::any_of(panel->findChildren<QLabel*>(),
                                    [](const QLabel* label) { return label->text().contains("method&nbsp;0.8"); }));
        QCOMPARE(bars->bars()[0].title, "Pred-2D + DivPrune + FastV");
        QCOMPARE(bars->bars()[1].times.ms(stage::kMethod), 0.0); // the whole prompt has none
        test.maskView().setPlan(PrunePlan());
        test.ask("And pixels alone?");
        QVERIFY(bars->segment(0, stage::kMethod).isEmpty());
    }

    void textsHaveContrast_data() {
        QTest::addColumn<int>("mode");
        QTest::newRow("dark") << static_cast<int>(ThemeMode::Dark);
        QTest::newRow("light") << static_cast<int>(ThemeMode::Light);
    }
    void textsHaveContrast() {
        QFETCH(int, mode);
        applyTheme(*qApp, static_cast<ThemeMode>(mode));
        AnsweredWindow test(kTwoStages);
        const Colours& colours = coloursOf(QApplication::palette());
        for (auto* label : test.child<LayerBar>()->findChildren<QLabel*>())
            QVERIFY(contrast(label->palette().color(QPalette::WindowText), colours.panel) >= 4.5);
        applyTheme(*qApp, ThemeMode::Dark);
    }
};

QTEST_MAIN(TestStageView)
#include "tst_stage_view.moc"
