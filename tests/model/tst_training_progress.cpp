#include "core/base/error.h"
#include "model/progress/line_tail.h"
#include "model/progress/training_progress.h"

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>

using namespace prunescope;
namespace fs = std::filesystem;

namespace {

std::string stepLine(int step, double loss) {
    return R"({"step": )" + std::to_string(step) + R"(, "of": 100, "images": )" + std::to_string(step * 64) +
           R"(, "seconds": 2.5, "images_per_s": 61.0, "eta_s": 30, "lr": 0.001, "loss": )" + std::to_string(loss) +
           R"(, "losses": {"text": 1.5, "box": 2.0}, "plan": "input:pred_2d", "kept_share": 0.43})";
}

TrainingProgress progressOf(std::initializer_list<std::string> lines) {
    TrainingProgress progress;
    for (const std::string& line : lines)
        progress.addLine(line);
    return progress;
}

using Values = std::vector<double>;

} // namespace

/// A folder with a progress file that a test writes.
class TestTrainingProgress : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string path(const char* name = "progress.jsonl") const { return m_folder.filePath(name).toStdString(); }
    void append(const std::string& text) const { std::ofstream(path(), std::ios::app) << text; }
    void replace(const std::string& text) const {
        std::ofstream(path("new")) << text;
        fs::rename(path("new"), path());
    }

private Q_SLOTS:
    void init() { fs::remove(path()); }

    void aRunIsReadFromStartToEnd() {
        const TrainingProgress run = progressOf(
            {R"({"start": {"device": "cpu", "dtype": "bfloat16", "parameters": 9000, "trained": 8000}})",
             stepLine(10, 3.5), stepLine(20, 3.0),
             R"({"step": 20, "eval": {"locate": 0.41, "read": 0.12}, "plan": "full"})",
             R"({"checkpoint": "run/step-20", "step": 20})", R"({"ratio": {"step_time": 1.8, "memory": 0.66}})",
             R"({"end": "finished", "model": "run/model"})"});
        QCOMPARE(run.badLines(), 0);
        QCOMPARE(run.start()->device, std::string("cpu"));
        QCOMPARE(run.start()->trained, std::int64_t{8000});
        QCOMPARE(run.losses().size(), std::size_t{3});
        QCOMPARE(run.losses()[0].name, std::string("loss"));
        QVERIFY(run.losses()[0].steps == (Values{10, 20}) && run.losses()[0].values == (Values{3.5, 3.0}));
        QCOMPARE(run.losses()[1].name, std::string("box"));
        QVERIFY(run.losses()[2].values == (Values{1.5, 1.5}));
        QVERIFY(run.learningRates().values == (Values{0.001, 0.001}));
        QVERIFY(run.imagesPerSecond().values == (Values{61, 61}));
        QCOMPARE(run.step()->step, std::int64_t{20});
        QCOMPARE(run.step()->of, std::int64_t{100});
        QCOMPARE(run.step()->images, std::int64_t{1280});
        QCOMPARE(run.step()->keptShare, 0.43);
        QCOMPARE(run.accuracies().size(), std::size_t{2});
        QCOMPARE(run.accuracies()[1].name, std::string("read"));
        QCOMPARE(run.accuracies()[1].plan, std::string("full"));
        QVERIFY(run.accuracies()[1].values == (Values{0.12}));
        QCOMPARE(run.checkpoint()->path, std::string("run/step-20"));
        QCOMPARE(run.ratio()->stepTime, 1.8);
        QCOMPARE(run.ratio()->memory, 0.66);
        QVERIFY(run.end()->kind == TrainingEnd::Kind::Finished);
        QCOMPARE(run.end()->modelFolder, std::string("run/model"));
    }

    void everyEndIsToldApart() {
        QVERIFY(!progressOf({stepLine(1, 1)}).end());
        QVERIFY(progressOf({R"({"end": "stopped"})"}).end()->kind == TrainingEnd::Kind::Stopped);
        const TrainingProgress failed = progressOf({R"({"end": "error", "message": "loss is not a number"})"});
        QVERIFY(failed.end()->kind == TrainingEnd::Kind::Failed);
        QCOMPARE(failed.end()->message, std::string("loss is not a number"));
        const TrainingProgress unknown = progressOf({R"({"end": "tired"})"});
        QVERIFY(!unknown.end());
        QCOMPARE(unknown.badLines(), 1);
    }

    void evaluationsOfTwoPlansAreTwoCurves() {
        const TrainingProgress run = progressOf({R"({"step": 5, "eval": {"read": 0.1}, "plan": "full"})",
                                                 R"({"step": 5, "eval": {"read": 0.2}, "plan": "pruned"})",
                                                 R"({"step": 9, "eval": {"read": 0.3}, "plan": "full"})"});
        QCOMPARE(run.accuracies().size(), std::size_t{2});
        QVERIFY(run.accuracies()[0].values == (Values{0.1, 0.3}));
        QVERIFY(run.accuracies()[1].values == (Values{0.2}));
    }

    void aResumedRunReplacesWhatItRepeats() {
        TrainingProgress run = progressOf({stepLine(10, 4), stepLine(20, 3), R"({"step": 20, "eval": {"read": 0.1}})",
                                           stepLine(30, 2), R"({"checkpoint": "a", "step": 20})",
                                           R"({"step": 30, "eval": {"read": 0.9}})", R"({"end": "stopped"})"});
        run.startFile();
        run.addLine(R"({"start": {}, "time": "later"})");
        QVERIFY(!run.end());
        run.addLine(stepLine(25, 2.5));
        QVERIFY(run.losses()[0].steps == (Values{10, 20, 25}) && run.losses()[0].values == (Values{4, 3, 2.5}));
        QVERIFY(run.accuracies()[0].values == (Values{0.1}));
        QVERIFY(run.checkpoint().has_value());
        run.addLine(stepLine(1, 9)); // from the beginning
        QVERIFY(run.losses()[0].values == (Values{9}));
        QVERIFY(run.accuracies()[0].values.empty());
        QVERIFY(!run.checkpoint());
    }

    void badLinesAreCountedAndNamed_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char* name, const char* line, const char* words) {
            QTest::newRow(name) << QByteArray(line).replace('\'', '"') << QByteArray(words);
        };
        row("no JSON", "step 12", "line 2: not valid JSON");
        row("half a line", "{'step': 3, 'lo", "line 2: not valid JSON");
        row("no object", "[1]", "line 2: no JSON object");
        row("no loss", "{'step': 3}", "line 2: loss");
        row("not a number", "{'step': 3, 'loss': null}", "line 2: loss is missing");
        row("text", "{'step': '3', 'loss': 1}", "step is ");
        row("part", "{'step': 3, 'loss': 1, 'losses': {'box': 'x'}}", "box");
        row("share", "{'step': 3, 'eval': {'read': 41}}", "read is 41");
        row("negative", "{'step': -3, 'loss': 1}", "step is -3");
    }
    void badLinesAreCountedAndNamed() {
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, words);
        const TrainingProgress run = progressOf({stepLine(1, 4), line.toStdString(), stepLine(5, 3)});
        QCOMPARE(run.badLines(), 1);
        QVERIFY2(QByteArray::fromStdString(run.lastBadLine()).contains(words), run.lastBadLine().c_str());
        QVERIFY(run.losses()[0].steps == (Values{1, 5})); // nothing of it was kept
        QVERIFY(run.accuracies().empty() || run.accuracies()[0].values.empty());
    }

    void whatIsUnknownIsIgnored() {
        const TrainingProgress run = progressOf({R"({"gradient_norm": 3})", "", "  ",
                                                 R"({"step": 1, "loss": 2, "new": [1, {"a": 2}]})", R"({"note": ""})"});
        QCOMPARE(run.badLines(), 0);
        QVERIFY(run.losses()[0].values == (Values{2}));
        QVERIFY(run.learningRates().values.empty()); // not given is not zero
        QCOMPARE(run.step()->of, std::int64_t{0});
    }

    void smoothingStartsUnbiased() {
        QVERIFY(smoothed({3, 5, 7}, 0) == (Values{3, 5, 7}));
        const Values flat = smoothed(Values(50, 2.0), 0.9);
        QVERIFY(std::ranges::all_of(flat, [](double value) { return std::abs(value - 2) < 1e-12; }));
        const Values two = smoothed({0, 1}, 0.5);
        QCOMPARE(two[0], 0.0);
        QVERIFY(std::abs(two[1] - 0.5 / 0.75) < 1e-12);
        QVERIFY(smoothed({}, 0.5).empty());
        QVERIFY_EXCEPTION_THROWN(smoothed({1}, 1), Error);
    }

    void runFolders() {
        QCOMPARE(progressFileOf(m_folder.path().toStdString()), path());
        QCOMPARE(progressFileOf("some/other.jsonl"), std::string("some/other.jsonl"));
        QCOMPARE(progressFileOf("some/run"), std::string("some/run/progress.jsonl"));
        std::ofstream(path("log")) << "";
        QCOMPARE(progressFileOf(path("log")), path("log"));
        std::ofstream(path("config.json")) << R"({"output": "../runs/a"})";
        QCOMPARE(runFolderOf(path("config.json")),
                 (fs::path(m_folder.path().toStdString()).parent_path() / "runs/a").string());
        std::ofstream(path("config.json")) << R"({"steps": 3})";
        QVERIFY_EXCEPTION_THROWN(runFolderOf(path("config.json")), Error);
        QVERIFY_EXCEPTION_THROWN(runFolderOf(path("nowhere.json")), Error);
    }

    void aLineCountsOnceItIsWhole() {
        LineTail tail(path());
        QVERIFY(tail.read().lines.empty()); // no file yet
        append("one\ntw");
        QVERIFY((tail.read().lines == std::vector<std::string>{"one"}));
        QVERIFY(tail.read().lines.empty());
        append("o\nthree\n");
        const NewLines news = tail.read();
        QVERIFY((news.lines == std::vector<std::string>{"two", "three"}));
        QVERIFY(!news.isNewFile);
    }

    void aReplacedFileIsReadFromItsBeginning() {
        LineTail tail(path());
        append("one\ntwo, not fini");
        QVERIFY(tail.read().isNewFile);
        replace("a longer first line than there was\n");
        NewLines news = tail.read();
        QVERIFY(news.isNewFile);
        QVERIFY((news.lines == std::vector<std::string>{"a longer first line than there was"}));
        fs::remove(path()); // between the two
        QVERIFY(tail.read().lines.empty());
        replace("again\n");
        news = tail.read();
        QVERIFY(news.isNewFile && news.lines.front() == "again");
    }

    void aCutFileIsReadFromItsBeginning() {
        LineTail tail(path());
        append("one\ntwo\n");
        tail.read();
        fs::resize_file(path(), 0);
        append("x\n"); // shorter
        QVERIFY((tail.read().lines == std::vector<std::string>{"x"}));
        fs::resize_file(path(), 0);
        append("longer than before, under the same name and number\n");
        const NewLines news = tail.read();
        QVERIFY(news.isNewFile);
        QCOMPARE(news.lines.size(), std::size_t{1});
    }

    void aLargeFileComesInParts() {
        std::string text;
        for (int i = 0; i < 200000; ++i)
            text += "a line with the number " + std::to_string(i) + "\n";
        append(text);
        LineTail tail(path());
        std::size_t lines = 0;
        int parts = 0;
        for (bool more = true; more; ++parts) {
            const NewLines news = tail.read();
            QCOMPARE(news.isNewFile, parts == 0);
            lines += news.lines.size();
            more = news.hasMore;
        }
        QCOMPARE(lines, std::size_t{200000});
        QVERIFY(parts > 1);
    }

    void aLineWithoutEndDoesNotFillMemory() {
        append(std::string(std::size_t{6} << 20, 'x'));
        LineTail tail(path());
        const NewLines news = tail.read();
        QCOMPARE(news.lines.size(), std::size_t{1});
        QVERIFY(news.lines.front().size() < 1000);
    }

    void whatIsNoFileIsRefused() {
        LineTail tail(m_folder.path().toStdString());
        QVERIFY_EXCEPTION_THROWN(tail.read(), Error);
    }
};

QTEST_GUILESS_MAIN(TestTrainingProgress)
#include "tst_training_progress.moc"
