#include "core/metrics/metric.h"
#include "ui/widgets/tau_scale.h"
#include "ui/widgets/tau_slider.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;

class TestTauScale : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyLevelHasATauThatMeansIt() {
        for (int level = 0; level <= 255; ++level)
            QCOMPARE(findMetric("max").bound(tauOfLevel(level), 1), static_cast<std::uint32_t>(level));
    }

    void labelledMarksAreStops() {
        const std::vector<double> stops = tauStops("max");
        for (const double mark : kTauMarks)
            QVERIFY2(std::ranges::any_of(stops, [&](double s) { return std::abs(s - mark) < 1e-9; }),
                     qPrintable(QString::number(mark)));
    }

    void stopsAscend_data() {
        QTest::addColumn<QString>("metric");
        for (const MetricEntry& metric : metrics())
            QTest::newRow(std::string(metric.name).c_str()) << QString::fromLatin1(metric.name.data());
    }
    void stopsAscend() {
        QFETCH(QString, metric);
        const std::vector<double> stops = tauStops(metric.toStdString());
        QCOMPARE(stops.front(), 0.0);
        QVERIFY(std::abs(stops.back() - kLargestTauOnSlider) < 1e-9);
        for (std::size_t i = 1; i < stops.size(); ++i)
            QVERIFY(stops[i] > stops[i - 1] && positionOfTau(stops[i]) > positionOfTau(stops[i - 1]));
    }

    void marksAreEquallyFarApart() {
        const int last = static_cast<int>(std::size(kTauMarks)) - 1;
        for (int i = 0; i <= last; ++i)
            QVERIFY(std::abs(positionOfTau(kTauMarks[i]) - static_cast<double>(i) / last) < 1e-12);
        QCOMPARE(positionOfTau(0.7), 1.0);
    }

    void levelsAreWordsOfTheMetric() {
        QCOMPARE(levelsText(0.02, "max"), "5 levels");
        QCOMPARE(levelsText(0.004, "max"), "1 level");
        QCOMPARE(levelsText(0.02, "mae"), "5.1 levels");
    }

    void arrowKeysMoveOneLevel() {
        TauSlider slider;
        slider.setStops(tauStops("max"));
        slider.setTau(0.02);
        QSignalSpy moved(&slider, &TauSlider::tauMoved);
        QTest::keyClick(&slider, Qt::Key_Right);
        QCOMPARE(moved.size(), 1);
        QCOMPARE(slider.tau(), tauOfLevel(6));
        QTest::keyClick(&slider, Qt::Key_Home);
        QCOMPARE(slider.tau(), 0.0);
    }

    void clicksSnapToAStop() {
        TauSlider slider;
        slider.resize(300, 44);
        slider.setStops(tauStops("max"));
        QTest::mouseClick(&slider, Qt::LeftButton, {}, QPoint(151, 12));
        QVERIFY(std::ranges::any_of(tauStops("max"), [&](double stop) { return stop == slider.tau(); }));
        QVERIFY(slider.tau() > 0.02 && slider.tau() < 0.05);
    }

    void aTauBetweenStopsStays() {
        TauSlider slider;
        slider.setStops(tauStops("max"));
        QSignalSpy moved(&slider, &TauSlider::tauMoved);
        slider.setTau(0.0213);
        QCOMPARE(slider.tau(), 0.0213);
        QCOMPARE(moved.size(), 0);
    }
};

QTEST_MAIN(TestTauScale)
#include "tst_tau_scale.moc"
