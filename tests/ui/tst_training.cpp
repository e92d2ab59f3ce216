#include "tests/ui/fake_engine.h"
#include "ui/style/theme.h"
#include "ui/training/training_charts.h"
#include "ui/training/training_facts.h"
#include "ui/training/training_window.h"
#include "ui/widgets/line_chart.h"
#include "ui/window/main_window.h"
#include "ui/window/message_bar.h"
#include "ui/window/model_menu.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCheckBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;

namespace {

constexpr int kPatienceMs = 30000; ///< on a machine that is busy with other things

QByteArray stepLine(int step, double loss) {
    return QStringLiteral(R"({"step":%1,"of":4000,"images":%2,"seconds":%1,"images_per_s":61,"eta_s":4080,"lr":0.0012,)"
                          R"("loss":%3,"losses":{"box":2.2,"text":1.9},"plan":"input:pred_2d","kept_share":0.43})")
               .arg(step)
               .arg(step * 64)
               .arg(loss)
               .toUtf8() +
           '\n';
}

TrainingProgress progressOf(const QByteArray& lines) {
    TrainingProgress progress;
    for (const QByteArray& line : lines.split('\n'))
        progress.addLine(line.toStdString());
    return progress;
}

} // namespace

/// A window over a run folder that the test writes as a trainer would.
class TestTraining : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    QString path(const QString& name) const { return m_folder->filePath(name); }
    void append(const QByteArray& text, const QString& name = "progress.jsonl") const {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::Append));
        file.write(text);
    }
    /// A program that stands in for ours: `script` is its shell text; "$1 $2" are "train CONFIG".
    QString program(const QByteArray& script) const {
        append("#!/bin/sh\n" + script, "program");
        QFile::setPermissions(path("program"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path("program");
    }
    QString config(const QByteArray& json) const {
        append(json, "config.json");
        return path("config.json");
    }
    static QString jobText(const TrainingWindow& window) {
        return window.findChild<QToolButton*>("stopTraining")->parentWidget()->findChild<QLabel*>()->text();
    }

private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, ThemeMode::Dark); }
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void everyStateIsNamed_data() {
        QTest::addColumn<QByteArray>("lines");
        QTest::addColumn<int>("silenceS");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("words");
        using Kind = TrainingState::Kind;
        const auto row = [](const char* name, const QByteArray& lines, int silence, Kind kind, const char* words) {
            QTest::newRow(name) << lines << silence << static_cast<int>(kind) << QString::fromUtf8(words);
        };
        row("no file", "", -1, Kind::Waiting, "not there yet");
        row("no step", R"({"start": {}, "time": "now"})", 1, Kind::Waiting, "no step");
        row("running", stepLine(120, 2), 3, Kind::Running, "step 120 of 4 000 (3 %) · 1 h 8 min left");
        row("killed", stepLine(10, 2) + stepLine(120, 2), 3700, Kind::Silent, "nothing was written for 1 h 1 min");
        row("a slow run", stepLine(1200, 2), 3700, Kind::Running, "step 1 200");
        row("finished", stepLine(4000, 2) + R"({"end": "finished"})", 9999, Kind::Finished, "step 4 000 of 4 000");
        row("stopped", stepLine(9, 2) + R"({"end": "stopped", "message": "by the user"})", 1, Kind::Stopped,
            "by the user");
        row("failed", stepLine(9, 2) + R"({"end": "error", "message": "loss is nan"})", 1, Kind::Failed, "loss is nan");
    }
    void everyStateIsNamed() {
        QFETCH(QByteArray, lines);
        QFETCH(int, silenceS);
        QFETCH(int, kind);
        QFETCH(QString, words);
        const QDateTime now = QDateTime::currentDateTime();
        const QDateTime writtenAt = silenceS < 0 ? QDateTime() : now.addSecs(-silenceS);
        const TrainingState state = trainingState(progressOf(lines), writtenAt, now);
        QCOMPARE(static_cast<int>(state.kind), kind);
        QVERIFY(!state.title.isEmpty());
        QString plain = state.text;
        plain.replace(QChar(0x202f), QLatin1Char(' '));
        QVERIFY2(plain.contains(words), qPrintable(plain));
    }

    void aRunIsFollowedWhileItGrows() {
        TrainingWindow window("unused");
        window.show();
        QCOMPARE(window.state().kind, TrainingState::Kind::None);
        window.follow(m_folder->path());
        QCOMPARE(window.state().kind, TrainingState::Kind::Waiting); // no file yet
        append(R"({"start": {}, "time": "now"})"
               "\n" +
               stepLine(10, 4));
        QTRY_COMPARE_WITH_TIMEOUT(window.state().kind, TrainingState::Kind::Running, kPatienceMs);
        auto* chart = window.findChild<LineChart*>("lossChart");
        QCOMPARE(chart->lines().size(), std::size_t{2});
        const QByteArray next = stepLine(20, 3);
        append(next.left(30)); // half a line is none
        QTest::qWait(1200);
        QCOMPARE(chart->lines().front().x.size(), std::size_t{1});
        append(next.mid(30));
        QTRY_COMPARE_WITH_TIMEOUT(chart->lines().front().x.size(), std::size_t{2}, kPatienceMs);
        QCOMPARE(chart->lines().front().y.back(), 3.0);
        QVERIFY(QFile::rename(path("progress.jsonl"), path("progress.1.jsonl"))); // rotated
        append(stepLine(30, 2));
        QTRY_COMPARE_WITH_TIMEOUT(chart->lines().front().x.size(), std::size_t{3}, kPatienceMs);
        append("no line of ours\n" + stepLine(40, 1) +
               R"({"end": "finished"})"
               "\n");
        QTRY_COMPARE_WITH_TIMEOUT(window.state().kind, TrainingState::Kind::Finished, kPatienceMs);
        QVERIFY(
            window.findChild<TrainingFacts*>()->text("Lines that can't be read").contains("line 2: not valid JSON"));
    }

    void theFileItselfCanBeFollowed() {
        append(stepLine(10, 4), "another.jsonl");
        TrainingWindow window("unused");
        window.follow(path("another.jsonl"));
        QTRY_COMPARE_WITH_TIMEOUT(window.state().kind, TrainingState::Kind::Running, kPatienceMs);
        window.follow(path("nowhere")); // what was there is forgotten
        QCOMPARE(window.state().kind, TrainingState::Kind::Waiting);
        QVERIFY(window.findChild<LineChart*>("lossChart")->lines().empty());
    }

    void whatCannotBeReadIsSaid() {
        QVERIFY(QDir(m_folder->path()).mkdir("progress.jsonl"));
        TrainingWindow window("unused");
        window.follow(path("progress.jsonl") + "/.."); // its progress.jsonl is a folder
        QTRY_COMPARE_WITH_TIMEOUT(window.state().kind, TrainingState::Kind::Failed, kPatienceMs);
        QVERIFY2(window.state().text.contains("progress.jsonl"), qPrintable(window.state().text));
    }

    void checkBoxesChooseCurves() {
        TrainingCharts charts;
        charts.show(std::make_shared<const TrainingProgress>(progressOf(stepLine(10, 4) + stepLine(20, 3))));
        auto* chart = charts.findChild<LineChart*>("lossChart");
        QCheckBox* box = nullptr;
        for (auto* candidate : charts.findChildren<QCheckBox*>())
            if (candidate->text() == "box")
                box = candidate;
        QVERIFY(box && box->isChecked() && !box->icon().isNull());
        QCOMPARE(chart->lines().size(), std::size_t{2}); // of the parts the box alone
        box->click();
        QCOMPARE(chart->lines().size(), std::size_t{1});
        charts.show(std::make_shared<const TrainingProgress>(progressOf(stepLine(10, 4))));
        QCOMPARE(chart->lines().size(), std::size_t{1}); // stays as chosen
        box->click();
        QCOMPARE(chart->lines().size(), std::size_t{2});
        charts.findChild<QCheckBox*>("logScale")->click();
        QVERIFY(chart->isLogarithmic());
        chart->setCursorAt(10);
        charts.findChild<QSlider*>("smoothing")->setValue(0);
        QVERIFY(chart->cursorText().contains("loss 4"));
    }

    void partsWithinPartsAreFolded() {
        TrainingCharts charts;
        charts.show(std::make_shared<const TrainingProgress>(progressOf(stepLine(10, 4) + stepLine(20, 3))));
        const auto boxes = charts.findChildren<QCheckBox*>();
        const auto text =
            std::ranges::find_if(boxes, [](const QCheckBox* candidate) { return candidate->text() == "text"; });
        QVERIFY(text != boxes.end() && (*text)->isHidden() && !(*text)->isChecked());
        auto* more = charts.findChild<QToolButton*>("slim");
        QCOMPARE(more->text(), "1 part more");
        more->click();
        QVERIFY(!(*text)->isHidden());
        (*text)->click();
        QCOMPARE(charts.findChild<LineChart*>("lossChart")->lines().size(), std::size_t{3});
    }

    void evaluationsHaveACurveForEachTaskAndPlan() {
        TrainingCharts charts;
        charts.show(std::make_shared<const TrainingProgress>(
            progressOf(R"({"step": 5, "eval": {"locate": 0.4, "read": 0.1}, "plan": "full"})"
                       "\n"
                       R"({"step": 5, "eval": {"locate": 0.3, "read": 0.1}, "plan": "pruned"})")));
        const auto& lines = charts.findChild<LineChart*>("accuracyChart")->lines();
        QCOMPARE(lines.size(), std::size_t{4});
        QCOMPARE(lines[2].title, "locate · pruned");
        QCOMPARE(lines[0].colour, lines[2].colour);
        QVERIFY(lines[0].dash != lines[2].dash && lines[0].colour != lines[1].colour);
    }

    void figuresAreShown() {
        TrainingFacts facts;
        facts.show(progressOf(stepLine(120, 2.31) + R"({"checkpoint": "runs/a/step-100", "step": 100})"
                                                    "\n"
                                                    R"({"ratio": {"step_time": 1.8, "memory": 0.66}})"));
        QCOMPARE(facts.text("Pictures a second"), "61.0");
        QCOMPARE(facts.text("Learning rate"), "0.0012");
        QCOMPARE(facts.text("This batch"), "input:pred_2d, kept 43 %");
        QCOMPARE(facts.text("Pruned against full"), "1.80 × as fast, 34 % less memory");
        QCOMPARE(facts.text("Last checkpoint"), "step 100: step-100");
        QVERIFY(facts.text("Lines that can't be read").isEmpty());
        facts.show(progressOf("{\"step\": 1, \"loss\": 2, \"plan\": \"input:pred_2d,tau=0.1,seed=42\"}"));
        QCOMPARE(facts.text("This batch"), "input:pred_2d, tau=0.1, kept 100 %");
    }

    void aTrainingIsStartedFollowedAndStopped() {
        TrainingWindow window(program(R"(echo "$1 $2" > "$(dirname "$0")/called"
pwd > "$(dirname "$0")/where"
trap 'echo "saved step-20" >&2; exit 130' TERM
echo "reading pictures" >&2
while :; do sleep 0.05; done
)"));
        window.show();
        QVERIFY(!window.isTraining() && !window.findChild<QToolButton*>("stopTraining")->isVisible());
        window.start(config(R"({"output": "run", "steps": 5})"));
        QTRY_COMPARE_WITH_TIMEOUT(jobText(window), "reading pictures", kPatienceMs);
        QVERIFY(window.isTraining() && !window.findChild<QToolButton*>("startTraining")->isEnabled());
        QCOMPARE(window.follower().path(), path("run/progress.jsonl"));
        QFile called(path("called")), where(path("where"));
        QVERIFY(called.open(QIODevice::ReadOnly) && where.open(QIODevice::ReadOnly));
        QCOMPARE(called.readAll().trimmed(), "train " + path("config.json").toUtf8());
        QCOMPARE(QDir(where.readAll().trimmed()).canonicalPath(), QDir(m_folder->path()).canonicalPath());
        window.findChild<QToolButton*>("stopTraining")->click();
        QVERIFY(jobText(window).contains("checkpoint"));
        QTRY_VERIFY_WITH_TIMEOUT(!window.isTraining(), kPatienceMs);
        QCOMPARE(jobText(window), "saved step-20"); // 130 is no failure
        QVERIFY(window.findChild<QToolButton*>("startTraining")->isEnabled());
    }

    void whyATrainingFailedIsSaid() {
        TrainingWindow window(program("echo 'step 1' >&2\necho 'prunescope: config.json: lr is -1' >&2\nexit 3\n"));
        window.start(config(R"({"lr": -1, "output": "run"})"));
        QTRY_VERIFY_WITH_TIMEOUT(!window.isTraining(), kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(jobText(window), "prunescope: config.json: lr is -1", kPatienceMs);
    }

    void aConfigWithoutAFolderRunsUnfollowed() {
        TrainingWindow window(program("sleep 0.2\n"));
        window.start(config(R"({"lr": 1})"));
        QVERIFY(window.isTraining());
        QVERIFY2(jobText(window).contains("output"), qPrintable(jobText(window)));
        QTRY_VERIFY_WITH_TIMEOUT(!window.isTraining(), kPatienceMs);
    }

    void aKilledTrainingIsToldFromAFinishedOne() {
        TrainingWindow window(program("kill -9 $$\n"));
        window.start(config("{}"));
        QTRY_VERIFY_WITH_TIMEOUT(!window.isTraining(), kPatienceMs);
        QVERIFY2(jobText(window).contains("killed"), qPrintable(jobText(window)));
    }

    void aProgramThatIsNotThere() {
        TrainingWindow window(path("missing"));
        window.start(config("{}"));
        QTRY_VERIFY2_WITH_TIMEOUT(jobText(window).contains("cannot be started"), qPrintable(jobText(window)),
                                  kPatienceMs);
        QVERIFY(jobText(window).contains(path("missing")));
        QVERIFY(!window.isTraining());
    }

    void closingTheProgramLetsATrainingSave() {
        {
            TrainingWindow window(program("trap 'echo saved > \"$(dirname \"$0\")/saved\"; exit 130' TERM\n"
                                          "echo on >&2\nwhile :; do sleep 0.05; done\n"));
            window.start(config("{}"));
            QTRY_VERIFY_WITH_TIMEOUT(jobText(window).startsWith("on\n"), kPatienceMs);
        }
        QVERIFY(QFile::exists(path("saved")));
    }

    void theMenuOpensTheChart() {
        MainWindow::Options options;
        options.logPath = path("log.jsonl");
        options.settingsPath = path("settings.ini");
        options.trainingRun = m_folder->path();
        MainWindow window(test::fakeLoader(std::make_shared<test::FakeScript>()), options);
        window.show();
        auto* training = window.findChild<TrainingWindow*>();
        QVERIFY(training && training->isVisible()); // as the command line asked
        QCOMPARE(training->follower().path(), path("progress.jsonl"));
        training->close();
        Q_EMIT window.findChild<ModelMenu*>()->followChosen();
        QVERIFY(training->isVisible());
        QCOMPARE(window.findChildren<TrainingWindow*>().size(), 1);
    }

    void theModelOfAFinishedRunCanBeLoaded() {
        TrainingWindow window("unused");
        window.show();
        auto* load = window.findChild<QToolButton*>("primary");
        QSignalSpy chosen(&window, &TrainingWindow::modelChosen);
        append(stepLine(10, 4) + "{\"end\": \"finished\", \"model\": \"" + path("model").toUtf8() + "\"}\n");
        window.follow(m_folder->path());
        QTRY_COMPARE_WITH_TIMEOUT(window.state().kind, TrainingState::Kind::Finished, kPatienceMs);
        QVERIFY(!load->isVisible()); // there is no such folder
        QVERIFY(QDir(m_folder->path()).mkdir("model"));
        window.follow(m_folder->path());
        QTRY_VERIFY_WITH_TIMEOUT(load->isVisible(), kPatienceMs);
        load->click();
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].toString(), path("model"));
        append("{\"end\": \"finished\", \"model\": \"elsewhere/model\"}\n"); // as seen from where it was started
        window.follow(m_folder->path());
        QTRY_VERIFY_WITH_TIMEOUT(load->isVisible(), kPatienceMs);
        load->click();
        QCOMPARE(chosen[1][0].toString(), path("model"));
    }

    void closingTheWindowAsksOnceWhileATrainingRuns() {
        MainWindow::Options options;
        options.logPath = path("log.jsonl");
        options.settingsPath = path("settings.ini");
        options.program = program("exec sleep 60\n");
        MainWindow window(test::fakeLoader(std::make_shared<test::FakeScript>()), options);
        window.show();
        window.showTraining().start(config("{}"));
        QVERIFY(window.showTraining().isTraining());
        QVERIFY(!window.close());
        QVERIFY2(window.messages().text().contains("training run"), qPrintable(window.messages().text()));
        QVERIFY(window.close());
    }

    void everythingFitsAndIsReachable_data() {
        QTest::addColumn<QSize>("size");
        QTest::newRow("small") << QSize(760, 520);
        QTest::newRow("usual") << QSize(1040, 700);
        QTest::newRow("large") << QSize(1440, 900);
    }
    void everythingFitsAndIsReachable() {
        QFETCH(QSize, size);
        append(stepLine(10, 4) + stepLine(20, 3));
        TrainingWindow window("unused");
        window.resize(size);
        window.follow(m_folder->path());
        window.show();
        QTRY_COMPARE_WITH_TIMEOUT(window.state().kind, TrainingState::Kind::Running, kPatienceMs);
        QTest::qWait(50);
        QCOMPARE(window.size(), size); // nothing asks for more
        for (const auto* chart : window.findChildren<LineChart*>()) {
            const QRect placed(chart->mapTo(&window, QPoint()), chart->size());
            QVERIFY(window.rect().contains(placed));
            QVERIFY(chart->plot().height() > 20 && chart->plot().width() > 60);
        }
        for (const auto* button : window.findChildren<QAbstractButton*>())
            if (button->isVisible()) {
                QVERIFY2(!button->text().isEmpty() || !button->accessibleName().isEmpty(),
                         qPrintable(button->objectName()));
                QVERIFY(button->focusPolicy() & Qt::TabFocus);
                QVERIFY(window.rect().contains(QRect(button->mapTo(&window, QPoint()), button->size())));
            }
    }
};

QTEST_MAIN(TestTraining)
#include "tst_training.moc"
