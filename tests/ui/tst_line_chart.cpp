#include "core/base/error.h"
#include "ui/style/theme.h"
#include "ui/widgets/line_chart.h"

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <QtTest>
#include <cmath>

using namespace prunescope;
using namespace prunescope::ui;

namespace {

ChartLine line(const QString& title, std::vector<double> x, std::vector<double> y) {
    return {title, QColor("#ff00ff"), Qt::SolidLine, std::move(x), std::move(y)};
}

QImage drawn(LineChart& chart) {
    return chart.grab().toImage().convertToFormat(QImage::Format_RGB32);
}

bool isCurve(QRgb pixel) {
    return qRed(pixel) > 180 && qBlue(pixel) > 180 && qGreen(pixel) < 90;
}

/// Does the curve pass within two pixels of the place?
bool passes(const QImage& image, QPointF place) {
    for (int dy = -2; dy <= 2; ++dy)
        for (int dx = -2; dx <= 2; ++dx)
            if (const QPoint at = place.toPoint() + QPoint(dx, dy);
                image.rect().contains(at) && isCurve(image.pixel(at)))
                return true;
    return false;
}

} // namespace

class TestLineChart : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pointsHaveMarksAndSpeakForThemselves() {
        LineChart chart("Time", "question");
        chart.resize(400, 240);
        ChartLine full = line("full", {1, 3}, {40, 42}), pruned = line("pruned", {2, 4, 5}, {10, 11, 12});
        full.mark = ChartMark::Square;
        pruned.mark = ChartMark::Circle;
        chart.setLines({full, pruned});
        const QImage image = drawn(chart);
        for (const ChartLine& shown : {full, pruned})
            for (std::size_t i = 0; i < shown.x.size(); ++i)
                QVERIFY(passes(image, chart.pointAt(shown.x[i], shown.y[i])));
        QVERIFY(!passes(image, (chart.pointAt(1, 40) + chart.pointAt(3, 42)) / 2)); // no curve
        chart.setCursorAt(1);
        QCOMPARE(chart.cursorText(), "question 1\nfull 40");
        for (const char* expected : {"question 2\npruned 10", "question 3\nfull 42", "question 4\npruned 11"}) {
            QTest::keyClick(&chart, Qt::Key_Right);
            QCOMPARE(chart.cursorText(), expected);
        }
    }

    void everyMarkLooksDifferent() {
        QList<QImage> shapes;
        for (std::size_t i = 0; i < 6; ++i) {
            QImage image(20, 20, QImage::Format_RGB32);
            image.fill(Qt::white);
            QPainter painter(&image);
            paintMark(painter, chartMark(i), {10, 10}, Qt::black);
            painter.end();
            QVERIFY(!shapes.contains(image));
            shapes << image;
        }
        QVERIFY(chartMark(0) != chartMark(kSeriesColours)); // the colour comes again, the mark does not
    }

    void axesHoldTheirValues_data() {
        QTest::addColumn<QList<double>>("values");
        QTest::addColumn<bool>("logarithmic");
        QTest::newRow("some") << QList<double>{0.3, 7.1, 2} << false;
        QTest::newRow("negative") << QList<double>{-3, 5} << false;
        QTest::newRow("one") << QList<double>{4.2} << false;
        QTest::newRow("zero") << QList<double>{0} << false;
        QTest::newRow("large and close") << QList<double>{1e9, 1e9 + 1} << false;
        QTest::newRow("small") << QList<double>{1e-9, 3e-9} << false;
        QTest::newRow("log") << QList<double>{0.001, 50} << true;
        QTest::newRow("log, one") << QList<double>{3} << true;
        QTest::newRow("none") << QList<double>{} << false;
        QTest::newRow("log, none above zero") << QList<double>{-1, 0} << true;
    }
    void axesHoldTheirValues() {
        QFETCH(QList<double>, values);
        QFETCH(bool, logarithmic);
        const ChartAxis axis = ChartAxis::around({values.begin(), values.end()}, logarithmic);
        QVERIFY(axis.low() < axis.high());
        for (const double value : values)
            if (axis.holds(value)) {
                QVERIFY(axis.share(value) >= -1e-9 && axis.share(value) <= 1 + 1e-9);
                QVERIFY(std::abs(axis.valueAt(axis.share(value)) - value) <= 1e-9 * std::abs(value) + 1e-12);
            }
        const std::vector<double> ticks = axis.ticks(5);
        QVERIFY(!ticks.empty() && ticks.size() <= 12);
        for (std::size_t i = 0; i < ticks.size(); ++i) {
            QVERIFY(axis.share(ticks[i]) >= -1e-6 && axis.share(ticks[i]) <= 1 + 1e-6);
            QVERIFY(i == 0 || ticks[i] > ticks[i - 1]);
        }
    }

    void whatIsNoRangeIsRefused() {
        QVERIFY_EXCEPTION_THROWN(ChartAxis(1, 1, false), Error);
        QVERIFY_EXCEPTION_THROWN(ChartAxis(0, 1, true), Error);
        QVERIFY_EXCEPTION_THROWN(ChartAxis(0, HUGE_VAL, false), Error);
    }

    void curvesGoThroughTheirPoints_data() {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("logarithmic");
        for (const QSize size : {QSize(150, 90), QSize(360, 200), QSize(1400, 700)})
            for (const bool logarithmic : {false, true})
                QTest::addRow("%dx%d %s", size.width(), size.height(), logarithmic ? "log" : "linear")
                    << size << logarithmic;
    }
    void curvesGoThroughTheirPoints() {
        QFETCH(QSize, size);
        QFETCH(bool, logarithmic);
        for (const ThemeMode mode : {ThemeMode::Light, ThemeMode::Dark}) {
            applyTheme(*qApp, mode);
            LineChart chart("Loss", "step");
            chart.resize(size);
            chart.setLogarithmic(logarithmic);
            chart.setLines({line("loss", {10, 20, 30, 40}, {8, 3, 4, 0.5})});
            const QImage image = drawn(chart);
            QCOMPARE(image.size(), size);
            for (const auto& [x, y] : {std::pair(20.0, 3.0), std::pair(30.0, 4.0), std::pair(40.0, 0.5)}) {
                QVERIFY(chart.plot().adjusted(-1, -1, 1, 1).contains(chart.pointAt(x, y)));
                QVERIFY2(passes(image, chart.pointAt(x, y)), qPrintable(QString("%1 %2").arg(x).arg(y)));
            }
        }
    }

    // A spike of one value among many must not get lost between two pixels.
    void manyPointsKeepTheirExtremes() {
        LineChart chart("Loss", "step");
        chart.resize(400, 300);
        std::vector<double> x, y;
        for (int i = 0; i < 100000; ++i) {
            x.push_back(i);
            y.push_back(i == 50000 ? 9 : 1);
        }
        chart.setLines({line("loss", x, y)});
        QElapsedTimer timer;
        timer.start();
        const QImage image = drawn(chart);
        QVERIFY2(timer.elapsed() < 500, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(passes(image, chart.pointAt(50000, 9)) && passes(image, chart.pointAt(20000, 1)));
    }

    void holesAreLeftOut() {
        LineChart chart("Loss", "step");
        chart.resize(400, 300);
        chart.setLogarithmic(true);
        chart.setLines({line("loss", {1, 2, 3, 4}, {1, 0, std::nan(""), 10})}); // two cannot be drawn
        QVERIFY(passes(drawn(chart), chart.pointAt(4, 10)));
    }

    void nothingToDrawIsSaid() {
        LineChart chart("Loss", "step");
        chart.resize(400, 300);
        const QImage without = drawn(chart);
        chart.setEmptyText("Nothing yet");
        QVERIFY(drawn(chart) != without);
        chart.setLines({line("loss", {}, {})});
        chart.setCursorAt(3);
        QVERIFY(!chart.cursor());
        QTest::keyClick(&chart, Qt::Key_Left);
        drawn(chart);
    }

    void aSinglePointIsDrawn() {
        LineChart chart("Loss", "step");
        chart.resize(400, 300);
        chart.setLines({line("loss", {5}, {2})});
        QVERIFY(passes(drawn(chart), chart.pointAt(5, 2)));
    }

    void theKeyboardMovesTheCursor() {
        LineChart chart("Loss", "step");
        chart.resize(400, 300);
        chart.setLines({line("loss", {10, 20, 30}, {3, 2, 1}), line("box", {10, 30}, {0.5, 0.25})});
        QCOMPARE(chart.focusPolicy(), Qt::StrongFocus);
        QTest::keyClick(&chart, Qt::Key_Left);
        QCOMPARE(chart.cursor(), std::optional(20.0));
        QTest::keyClick(&chart, Qt::Key_Home);
        QCOMPARE(chart.cursor(), std::optional(10.0));
        QCOMPARE(chart.cursorText(), QString("step 10\nloss 3\nbox 0.5"));
        QCOMPARE(chart.accessibleDescription(), chart.cursorText());
        QTest::keyClick(&chart, Qt::Key_End);
        QTest::keyClick(&chart, Qt::Key_Right); // no further
        QCOMPARE(chart.cursor(), std::optional(30.0));
    }

    void theMouseShowsTheNearestStep() {
        LineChart chart("Loss", "step");
        chart.resize(400, 300);
        chart.setLines({line("loss", {10, 20, 30}, {3, 2, 1})});
        QTest::mouseMove(&chart, (chart.pointAt(21, 1)).toPoint());
        QMouseEvent move(QEvent::MouseMove, chart.pointAt(21, 1), chart.mapToGlobal(chart.pointAt(21, 1)), Qt::NoButton,
                         Qt::NoButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&chart, &move);
        QCOMPARE(chart.cursor(), std::optional(20.0));
        QVERIFY(drawn(chart).size() == chart.size());
    }

    void dotsAreNotJoined() {
        LineChart chart("Loss", "step");
        chart.resize(400, 300);
        ChartLine dots = line("measured", {10, 30}, {1, 3});
        dots.mark = ChartMark::Circle;
        chart.setLines({{"expected", Qt::green, Qt::SolidLine, {10, 20, 30}, {1, 1, 1}}, dots});
        const QImage image = drawn(chart);
        QVERIFY(passes(image, chart.pointAt(10, 1)) && passes(image, chart.pointAt(30, 3)));
        QVERIFY(!passes(image, chart.pointAt(20, 2)));
        chart.setCursorAt(20);
        QCOMPARE(chart.cursorText(), QString("step 20\nexpected 1")); // no dot is there
        chart.setCursorAt(30);
        QCOMPARE(chart.cursorText(), QString("step 30\nexpected 1\nmeasured 3"));
    }

    void placesHaveNamesOfTheirOwn() {
        LineChart chart("Loss", "tau");
        chart.resize(400, 300);
        chart.setLines({line("loss", {0, 0.5, 1}, {3, 2, 1})});
        const QImage before = drawn(chart);
        chart.setXNames({{0, "low"}, {1, "high"}}, [](double x) { return QString("at %1").arg(x); });
        QVERIFY(drawn(chart) != before);
        chart.setCursorAt(0.5);
        QCOMPARE(chart.cursorText(), QString("at 0.5\nloss 2"));
    }

    void theUserMovesTheCursorAndChooses() {
        LineChart chart("Loss", "step");
        chart.resize(400, 300);
        chart.setLines({line("loss", {10, 20, 30}, {3, 2, 1})});
        chart.setCurrent(20);
        QList<std::optional<double>> moved;
        QList<double> chosen;
        connect(&chart, &LineChart::cursorMoved, &chart, [&](std::optional<double> x) { moved << x; });
        connect(&chart, &LineChart::placeChosen, &chart, [&](double x) { chosen << x; });
        QTest::keyClick(&chart, Qt::Key_Right); // from where it is now
        QTest::keyClick(&chart, Qt::Key_Return);
        QCOMPARE(moved, QList<std::optional<double>>{30.0});
        QCOMPARE(chosen, QList<double>{30.0});
        QTest::mouseClick(&chart, Qt::LeftButton, {}, chart.pointAt(10, 2).toPoint());
        QCOMPARE(chosen, (QList<double>{30.0, 10.0}));
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(&chart, &leave);
        QCOMPARE(moved, (QList<std::optional<double>>{30.0, 10.0, std::nullopt}));
    }

    void smoothingSmoothsWhatTheCursorSays() {
        LineChart chart("Loss", "step");
        chart.resize(400, 300);
        chart.setLines({line("loss", {1, 2}, {0, 1})});
        chart.setSmoothing(0.5);
        chart.setCursorAt(2);
        QCOMPARE(chart.cursorText(), QString("step 2\nloss 0.6667"));
    }

    void theLegendLeavesRoomForTheCurves() {
        LineChart chart("Share right", "step");
        std::vector<ChartLine> legend;
        for (int i = 0; i < 8; ++i)
            legend.push_back({QString("a task with a name %1").arg(i), Qt::red, Qt::SolidLine, {}, {}});
        chart.setLines({line("a", {1, 2}, {0, 1})});
        for (const QSize size : {QSize(180, 96), QSize(300, 160), QSize(900, 300)}) {
            chart.resize(size);
            chart.setLegend({});
            const QRectF without = chart.plot();
            chart.setLegend(legend);
            QVERIFY(chart.plot().height() > 0.4 * without.height());
            QVERIFY(passes(drawn(chart), chart.pointAt(2, 1)));
        }
    }

    void seriesColoursHaveContrast() {
        for (const ThemeMode mode : {ThemeMode::Light, ThemeMode::Dark}) {
            applyTheme(*qApp, mode);
            const QPalette palette = QApplication::palette();
            const auto luminance = [](QColor c) {
                const auto linear = [](double v) {
                    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
                };
                return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
            };
            for (std::size_t i = 0; i < kSeriesColours; ++i) {
                const double a = luminance(seriesColour(palette, i)), b = luminance(coloursOf(palette).field);
                QVERIFY((std::max(a, b) + 0.05) / (std::min(a, b) + 0.05) >= 3);
            }
            QCOMPARE(seriesColour(palette, kSeriesColours), seriesColour(palette, 0));
        }
    }
};

QTEST_MAIN(TestLineChart)
#include "tst_line_chart.moc"
