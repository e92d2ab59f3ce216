#include "core/pruning/pixel_options.h"
#include "core/report/advice.h"
#include "tests/support/canvas.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/panels/advice_line.h"
#include "ui/session/picture_advice.h"
#include "ui/style/format.h"

#include <QLabel>
#include <QToolButton>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

/// Flat areas with one level of noise.
Picture noisyWindow() {
    test::Canvas canvas({640, 416});
    canvas.fill({0, 0, 640, 64}, {223, 227, 232});
    unsigned state = 1;
    canvas.change([&](int, int, double level) {
        state = state * 1664525u + 1013904223u;
        return state >> 16 < 200 ? level - 1 : level;
    });
    return canvas.picture();
}

class AdvisedWindow : public TestWindow {
public:
    AdvisedWindow() { window().show(); }
    AdviceLine* line() { return child<AdviceLine>(); }
    QString text() { return line()->findChild<QLabel*>()->text().replace(QChar::Nbsp, QLatin1Char(' ')); }
    QToolButton* use() { return line()->findChild<QToolButton*>(); }
    void setTau(double tau) {
        MethodSettings settings = maskView().settings();
        maskView().setSettings(settings.set(kTau, tau));
    }
};

} // namespace

class TestAdviceLine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theLineSaysWhatTheCoreDoes() {
        AdvisedWindow test;
        QVERIFY(!test.line()->isVisible());
        test.open(noisyWindow());
        QVERIFY(test.settle());
        const auto advice = adviceOn(*test.maskView().blocks(), test.maskView().settings());
        QVERIFY(advice);
        QVERIFY(test.line()->isVisible());
        QCOMPARE(test.text(), fromUtf8(advice->text));
        QCOMPARE(test.use()->text(), QStringLiteral("Use τ 0.005"));
    }

    void theButtonSetsTheThreshold() {
        AdvisedWindow test;
        test.open(noisyWindow());
        QVERIFY(test.settle());
        const int before = test.maskView().mask().mask.keptCount();
        QVERIFY(test.use()->focusPolicy() & Qt::TabFocus);
        QTest::keyClick(test.use(), Qt::Key_Space);
        QVERIFY(test.settle());
        QCOMPARE(test.maskView().settings().value(kTau), 0.005);
        QVERIFY(test.maskView().mask().mask.keptCount() < before / 2);
        QVERIFY(!test.use()->isEnabled()); // there is nothing left to do
        QVERIFY(test.line()->isVisible());
        test.setTau(0.02);
        QVERIFY(test.use()->isEnabled());
    }

    /// Neither a search nor a change on the screen while the slider moves.
    void tauChangesNothingOfIt() {
        AdvisedWindow test;
        test.open(noisyWindow());
        QVERIFY(test.settle());
        QSignalSpy changed(&test.session().pictureAdvice(), &PictureAdvice::changed);
        const QRect place = test.line()->geometry();
        const QString text = test.text();
        for (const double tau : {0.001, 0.005, 0.02, 0.1}) {
            test.setTau(tau);
            QVERIFY(test.session().pictureAdvice().isIdle());
            QVERIFY(test.settle());
            QCOMPARE(test.text(), text);
            QCOMPARE(test.line()->geometry(), place);
        }
        QVERIFY(changed.isEmpty());
    }

    void itGoesWithThePictureAndTheMethod() {
        AdvisedWindow test;
        test.open(noisyWindow());
        QVERIFY(test.settle() && test.line()->isVisible());
        test.maskView().setPlan(parsePlan("input:keep_all"));
        QVERIFY(test.settle() && !test.line()->isVisible());
        test.maskView().setPlan(parsePlan("input:raster"));
        QVERIFY(test.settle() && test.line()->isVisible());
        test.open(test::flatBlocks(10, 10, std::vector<int>(100, 90)));
        QVERIFY(test.settle() && !test.line()->isVisible());
    }

    void withoutAThresholdThereIsNoButton() {
        AdvisedWindow test;
        test.open(test::noise({640, 416}, 4));
        QVERIFY(test.settle());
        QVERIFY(test.line()->isVisible() && !test.use()->isVisible());
        QVERIFY2(test.text().contains("100.0"), qPrintable(test.text()));
    }
};

QTEST_MAIN(TestAdviceLine)
#include "tst_advice_line.moc"
