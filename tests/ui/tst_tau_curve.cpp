#include "core/pruning/make_mask.h"
#include "core/pruning/pixel_options.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/panels/tau_charts.h"
#include "ui/widgets/line_chart.h"
#include "ui/widgets/segmented.h"
#include "ui/widgets/tau_scale.h"

#include <QToolButton>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

struct Watched : TestWindow {
    explicit Watched(bool withModel = true) {
        open(test::randomScreen(12, 16, 5));
        if (withModel)
            load();
        maskView().setPlan(parsePlan("input:pred_2d,tau=0.02"));
        settle();
    }
    TauCurve& curve() { return session().tauCurve(); }
    double tau() { return maskView().settings().value(kTau); }
    void setTau(double tau) {
        MethodSettings settings = maskView().settings();
        maskView().setSettings(settings.set(kTau, tau));
        settle();
    }
};

void moveMouse(LineChart& chart, QPointF place) {
    QMouseEvent move(QEvent::MouseMove, place, chart.mapToGlobal(place), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&chart, &move);
}

} // namespace

class TestTauCurve : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingIsComputedForNobody() {
        Watched test;
        QVERIFY(test.curve().points().empty());
        test.curve().setWatched(true);
        QVERIFY(!test.curve().isIdle()); // not in this thread
        QVERIFY(test.settle());
        QVERIFY(!test.curve().points().empty());
    }

    void everyPointIsWhatItsTauKeeps() {
        Watched test;
        test.curve().setWatched(true);
        QVERIFY(test.settle());
        const std::vector<double> stops = tauStops(test.maskView().settings().value(kMetric));
        const auto& points = test.curve().points();
        QCOMPARE(points.size(), stops.size());
        QVERIFY(points.front().kept > points.back().kept);
        for (std::size_t i = 0; i < points.size(); i += 7) {
            QCOMPARE(points[i].tau, stops[i]);
            MethodSettings settings = test.maskView().settings();
            QCOMPARE(points[i].kept, makeMask(*test.maskView().blocks(), settings.set(kTau, stops[i])).keptCount());
            QVERIFY(!points[i].firstTokenMs); // no answer has told how quick the model is
        }
    }

    void theCurveAndTheGaugesSayTheSame() {
        Watched test;
        test.curve().setWatched(true);
        test.ask("What?");
        for (const TauPoint& point : {test.curve().points().front(), test.curve().points().back()}) {
            test.setTau(point.tau);
            const auto figures = test.session().expectedCost().figures();
            QCOMPARE(point.promptTokens, figures->promptTokens);
            QVERIFY(point.firstTokenMs && std::abs(*point.firstTokenMs - *figures->firstTokenMs) < 1e-6);
        }
    }

    void anotherMethodHasAnotherCurve() {
        Watched test;
        test.curve().setWatched(true);
        QVERIFY(test.settle());
        const int before = test.curve().points().back().kept;
        test.maskView().setPlan(parsePlan("input:raster,tau=0.02"));
        QVERIFY(test.settle());
        QVERIFY(test.curve().points().back().kept != before);
        test.maskView().setPlan(PrunePlan::none());
        QVERIFY(test.settle());
        QVERIFY(test.curve().points().empty());
        QVERIFY(test.curve().whyNone().contains("no threshold"));
    }

    void whatWasAskedIsMeasured() {
        Watched test;
        test.curve().setWatched(true);
        test.ask("What?");
        test.setTau(0.1);
        test.ask("What?");
        test.maskView().setPlan(parsePlan("input:raster,tau=0.05"));
        QVERIFY(test.settle());
        test.ask("What?");
        QCOMPARE(test.curve().measured().size(), 1U); // that method alone
        test.maskView().setPlan(parsePlan("input:pred_2d"));
        QVERIFY(test.settle());
        const auto measured = test.curve().measured();
        QCOMPARE(measured.size(), 2U);
        QCOMPARE(measured[0].tau, 0.02);
        QCOMPARE(measured[1].tau, 0.1);
        QCOMPARE(*measured[1].firstTokenMs, test.conversation().turns()[1].answer.times.ms(stage::kTtft));
        QCOMPARE(measured[1].promptTokens, test.conversation().turns()[1].answer.promptTokens);
        test.open(test::randomScreen(12, 16, 6));
        QVERIFY(test.curve().measured().empty());
    }

    void thePictureFollowsTheCursor() {
        Watched test;
        test.session().comparison().setOn(true);
        auto* charts = test.child<TauCharts>();
        for (auto* button : test.window().findChildren<QToolButton*>())
            if (button->text() == "Over τ")
                button->click();
        QVERIFY(charts->isVisible());
        QVERIFY(test.settle());
        LineChart& chart = charts->tokens();
        QCOMPARE(chart.lines().front().x.size(), test.curve().points().size());
        moveMouse(chart, chart.pointAt(positionOfTau(0.1), 100));
        QVERIFY(std::abs(test.tau() - 0.1) < 0.01);
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(&chart, &leave);
        QCOMPARE(test.tau(), 0.02); // a look
        QTest::mouseClick(&chart, Qt::LeftButton, {}, chart.pointAt(positionOfTau(0.1), 100).toPoint());
        const double chosen = test.tau();
        QVERIFY(std::abs(chosen - 0.1) < 0.01);
        QCoreApplication::sendEvent(&chart, &leave);
        QCOMPARE(test.tau(), chosen);                         // kept
        QTest::keyClick(&charts->firstToken(), Qt::Key_Home); // has no curve yet
        QCOMPARE(test.tau(), chosen);
        QTest::keyClick(&chart, Qt::Key_Home);
        QCOMPARE(test.tau(), 0.0);
        QTest::keyClick(&chart, Qt::Key_Return);
        test.session().comparison().setOn(false);
        QCOMPARE(test.tau(), 0.0);
    }
};

QTEST_MAIN(TestTauCurve)
#include "tst_tau_curve.moc"
