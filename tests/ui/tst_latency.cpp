#include "core/base/picture_stages.h"
#include "core/records/record_columns.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/panels/latency_export.h"
#include "ui/panels/latency_panel.h"
#include "ui/panels/session_chart.h"
#include "ui/panels/waterfall_view.h"
#include "ui/session/pixels.h"
#include "ui/style/format.h"
#include "ui/style/theme.h"
#include "ui/widgets/segmented.h"

#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QMenu>
#include <QSpinBox>
#include <QToolButton>
#include <QtTest>
#include <set>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

const char* const kPlans[]{"input:keep_all", "input:pred_2d,tau=0.02", "input:raster"};

/// A window in which questions were asked: one with each of `kPlans` about a captured picture, one more about another.
class AskedWindow : public TestWindow {
public:
    AskedWindow() {
        window().resize(1200, 800);
        window().show();
        load();
        Capture capture{sharedImage(test::randomScreen(12, 12, 3)).convertToFormat(QImage::Format_RGB32), "Screen", {}};
        capture.captureMs = 12.5;
        image().openCapture(capture);
        settle();
        for (const char* plan : kPlans)
            askWith(plan);
        open(test::randomScreen(10, 12, 4));
        askWith(kPlans[1]);
    }

    void askWith(const char* plan) {
        maskView().setPlan(parsePlan(plan));
        settle();
        ask(QStringLiteral("What is this?"));
    }
    const std::vector<InteractionRecord>& records() { return session().times().records(); }
    LatencyPanel* panel() { return child<LatencyPanel>(); }
    Segmented* views() { return child<Segmented>("latencyViews"); }
    Waterfall* waterfall() { return child<Waterfall>(); }
    LineChart* chart() { return child<LineChart>("sessionChart"); }
    QToolButton* exportButton() {
        for (auto* button : panel()->findChildren<QToolButton*>("slim"))
            if (button->menu())
                return button;
        return nullptr;
    }
    /// Chooses an action of the export menu, and `path` in the dialog that opens.
    bool exportTo(int action, const QString& path) {
        exportButton()->menu()->actions().at(action)->trigger();
        auto* dialog = window().findChild<QFileDialog*>();
        if (!dialog)
            return false;
        dialog->selectFile(path);
        QMetaObject::invokeMethod(dialog, "accept");
        return QTest::qWaitFor([&] { return QFile::exists(path); }) &&
               QTest::qWaitFor([&] { return !window().findChild<QFileDialog*>(); });
    }
};

int indexOf(const std::vector<WaterfallStep>& steps, std::string_view stage) {
    const auto found = std::ranges::find(steps, stageTitle(stage), &WaterfallStep::title);
    return found == steps.end() ? -1 : static_cast<int>(found - steps.begin());
}

/// Whether any pixel has that colour.
bool shows(const QImage& image, const QColor& colour) {
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (image.pixel(x, y) == colour.rgb())
                return true;
    return false;
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestLatency : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, ThemeMode::Light); }

    void gettingThePictureIsPartOfTheRecord() {
        AskedWindow test;
        QCOMPARE(test.records().size(), std::size_t{4});
        for (std::size_t i = 0; i < 4; ++i) {
            const auto captureMs = recordFigure(test.records()[i], "capture_ms");
            QVERIFY(i < 3 ? captureMs == 12.5 : !captureMs); // the last one was opened
            QVERIFY(recordFigure(test.records()[i], "read_image_ms").value_or(-1) >= 0);
        }
    }

    void theWaterfallHasEveryStageToScale() {
        AskedWindow test;
        test.child<QSpinBox>("waterfallQuestion")->setValue(1);
        const std::vector<WaterfallStep> steps = test.waterfall()->steps();
        const std::string_view order[]{stage::kCapture, stage::kReadImage, stage::kPreprocess,
                                       stage::kSelect,  stage::kVit,       stage::kMethod,
                                       stage::kPrefill, stage::kSample,    stage::kDecodePerToken};
        QCOMPARE(steps.size(), std::size(order));
        for (std::size_t i = 0; i < steps.size(); ++i) {
            QCOMPARE(indexOf(steps, order[i]), static_cast<int>(i));
            QCOMPARE(steps[i].colour, stageColour(order[i]));
            QVERIFY(!steps[i].help.isEmpty() && test.waterfall()->accessibleDescription().contains(steps[i].title));
            if (i > 0)
                QVERIFY(std::abs(test.waterfall()->bar(static_cast<int>(i)).left() -
                                 test.waterfall()->bar(static_cast<int>(i) - 1).right()) < 1e-6);
        }
        QCOMPARE(steps[0].ms, 12.5);
        const int vit = indexOf(steps, stage::kVit);
        const double ratio = test.waterfall()->bar(vit).width() / test.waterfall()->bar(0).width();
        QVERIFY(std::abs(ratio - steps[static_cast<std::size_t>(vit)].ms / 12.5) < 1e-6);
        double ttft = 0;
        for (int i = 2; i < 8; ++i)
            ttft += steps[static_cast<std::size_t>(i)].ms;
        QVERIFY(std::abs(ttft - recordFigure(test.records()[0], "ttft_ms").value()) < 1e-6);
        QVERIFY(std::abs(ttft + steps[8].ms - recordFigure(test.records()[0], "total_ms").value()) < 1e-6);
        const QString figures = waterfallFigures(test.records()[0]);
        for (const char* words : {"to first token", "in all", "667 tokens/s", "tokens · KV ", "memory 1.25 GB"})
            QVERIFY2(figures.contains(words), qPrintable(figures));
    }

    void theNewestQuestionIsFollowedUnlessAnotherIsLookedAt() {
        AskedWindow test;
        auto* question = test.child<QSpinBox>("waterfallQuestion");
        QCOMPARE(question->value(), 4);
        QCOMPARE(test.waterfall()->steps()[0].ms, 0.0);
        test.views()->setFocus();
        QTest::keyClick(test.views(), Qt::Key_Right);
        QVERIFY(question->isVisible());
        QTest::keyClick(question, Qt::Key_Down);
        QCOMPARE(test.waterfall()->steps()[0].ms, 12.5);
        test.askWith(kPlans[0]);
        QCOMPARE(question->value(), 3);
        QCOMPARE(question->maximum(), 5);
        question->setValue(5);
        test.askWith(kPlans[0]);
        QCOMPARE(question->value(), 6);
    }

    void nothingIsCutOffInASmallWindow() {
        AskedWindow test;
        test.window().resize(1024, 700);
        test.maskView().setPlan(parsePlan(kPlans[0]));
        test.ask(QStringLiteral("Where is it, and what stands beside it on the right side? ").repeated(3));
        QTest::keyClick(test.views(), Qt::Key_Right);
        QTest::qWait(50);
        for (const auto* label : test.child<WaterfallView>()->findChildren<QLabel*>()) {
            QVERIFY(label->isVisible() && label->height() >= label->sizeHint().height());
            QVERIFY2(label->fontMetrics().horizontalAdvance(label->text()) <= label->width(),
                     qPrintable(label->text()));
            QVERIFY2(!label->text().isEmpty() && (label->text() == label->toolTip() || label->text().endsWith("…")),
                     qPrintable(label->text()));
        }
        const Waterfall* steps = test.waterfall();
        QVERIFY2(steps->height() >= steps->minimumSizeHint().height(), qPrintable(QString::number(steps->height())));
    }

    void theChartHasAPointAQuestionAndALookForEachPlan() {
        AskedWindow test;
        const std::vector<ChartLine>& lines = test.chart()->lines();
        QCOMPARE(lines.size(), std::size(kPlans));
        QVERIFY(lines[0].x == std::vector<double>{1});
        QVERIFY((lines[1].x == std::vector<double>{2, 4}));
        QVERIFY(lines[2].x == std::vector<double>{3});
        QCOMPARE(lines[1].title, QStringLiteral("Pred-2D, τ 0.020"));
        std::set<ChartMark> marks;
        std::set<QString> colours;
        for (const ChartLine& line : lines) {
            marks.insert(line.mark);
            colours.insert(line.colour.name());
        }
        QVERIFY(marks.size() == lines.size() && colours.size() == lines.size() && !marks.contains(ChartMark::None));
        QCOMPARE(lines[1].y[1], recordFigure(test.records()[3], "ttft_ms").value());
        auto* figure = test.child<QComboBox>("sessionFigure");
        for (int i = 1; i < figure->count(); ++i) {
            const double before = test.chart()->lines()[1].y[0];
            figure->setCurrentIndex(i);
            QVERIFY(test.chart()->lines()[1].y[0] != before);
            QCOMPARE(test.chart()->accessibleName(), figure->itemText(i));
        }
        QCOMPARE(test.chart()->lines()[1].y[0], 1.25); // GB
    }

    void plansOfOneTitleAreToldApart() {
        AskedWindow test;
        test.askWith("input:pred_2d,tau=0.02,sliding");
        std::set<QString> titles;
        for (const ChartLine& line : test.chart()->lines())
            titles.insert(line.title);
        QCOMPARE(titles.size(), std::size_t{4});
    }

    void viewsAndExportAreThereWithTheFirstAnswerAndByKeyboard() {
        TestWindow before;
        before.window().show();
        QVERIFY(!before.child<Segmented>("latencyViews")->isVisible());
        AskedWindow test;
        QVERIFY(test.views()->isVisible() && test.exportButton()->isVisible());
        QVERIFY(test.exportButton()->focusPolicy() & Qt::TabFocus);
        QVERIFY(!test.waterfall()->isVisible() && !test.chart()->isVisible());
        QTest::keyClick(test.views(), Qt::Key_Right);
        QVERIFY(test.waterfall()->isVisible() && !test.chart()->isVisible());
        QTest::keyClick(test.views(), Qt::Key_Right);
        QVERIFY(!test.waterfall()->isVisible() && test.chart()->isVisible());
        bool opened = false;
        QTimer::singleShot(50, this, [&] {
            opened = test.exportButton()->menu()->isVisible();
            test.exportButton()->menu()->close();
        });
        QTest::keyClick(test.exportButton(), Qt::Key_Space);
        QTest::qWait(100);
        QVERIFY(opened);
    }

    void chartsAreWrittenAsPng() {
        AskedWindow test;
        test.child<QSpinBox>("waterfallQuestion")->setValue(1);
        const QString waterfall = test.path("waterfall.png"), session = test.path("session.png");
        QVERIFY(test.exportTo(0, waterfall));
        QVERIFY(test.exportTo(1, session));
        const QImage steps(waterfall), points(session);
        QVERIFY(steps.width() >= 1600 && points.width() >= 1600); // two pixels for one
        for (const std::string_view stage : {stage::kCapture, stage::kVit, stage::kPrefill, stage::kDecodePerToken})
            QVERIFY2(shows(steps, stageColour(stage)), stage.data());
        for (const ChartLine& line : test.chart()->lines())
            QVERIFY2(shows(points, line.colour), qPrintable(line.title));
        QCOMPARE(QFile::permissions(session) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void timesAreWrittenAsCsv() {
        AskedWindow test;
        const QString path = test.path("times.csv");
        QVERIFY(test.exportTo(2, path));
        const QList<QByteArray> rows = contents(path).split('\n');
        QCOMPARE(rows.size(), 6); // the heading, four questions, nothing
        const QList<QByteArray> titles = rows[0].trimmed().split(',');
        QCOMPARE(titles.size(), static_cast<qsizetype>(timesColumns().size()));
        QVERIFY(rows[1].contains("12.5") && !rows[4].contains(",12.5,"));
        QVERIFY(rows[1].contains("input:keep_all"));
        QVERIFY(!contents(path).contains("What is this?"));
    }

    void whatCannotBeWrittenIsSaid() {
        AskedWindow test;
        QSignalSpy posted(&test.session().notices(), &Notices::posted);
        LatencyExport writer(test.session().notices());
        writer.saveTimes(test.records(), test.path("missing/times.csv"));
        QTRY_COMPARE(posted.size(), 1);
        QVERIFY(!QFile::exists(test.path("missing/times.csv")));
        QVERIFY(posted[0][0].value<Notice>().text.contains("times.csv"));
    }
};

QTEST_MAIN(TestLatency)
#include "tst_latency.moc"
