#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"

#include <QFile>
#include <QtTest>
#include <csignal>
#include <fstream>

using namespace prunescope::test;
using Json = nlohmann::json;

namespace {

/// A run of the tiny model on small drawn screens.
Json smallConfig(const QString& output, int steps) {
    const Json screens{{"sizes", {{160, 160}}}, {"font_px", {16}}, {"words", 20}, {"documents", 0}};
    const Json data{{"screens", screens}, {"questions", 1}, {"text_tokens", 400}};
    const Json stage{
        {"steps", steps}, {"batch", 2}, {"data", Json::array({data})}, {"plans", {{{"plan", "input:pred_2d"}}}}};
    return {{"output", output.toStdString()},
            {"device", "cpu"},
            {"dtype", "float32"},
            {"threads", 1},
            {"model", {{"folder", tinyModel().string()}}},
            {"stages", Json::array({stage})},
            {"log_every", 1},
            {"evaluate", {{"every", 0}}}};
}

} // namespace

/// `train` as people run it.
class TestTrainCommand : public QObject {
    Q_OBJECT

    ProgramRunner m_program;

    QString write(const QString& name, const Json& config) const {
        std::ofstream(m_program.file(name).toStdString()) << config.dump();
        return m_program.file(name);
    }

    int lines(const QString& path) const {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? static_cast<int>(file.readAll().count('\n')) : 0;
    }

private Q_SLOTS:
    void trainsAModelThatAnswers() {
        const QString config = write("config.json", smallConfig("run", 3)); // relative to the config
        const ProgramResult trained = m_program.run({"train", config});
        QVERIFY2(trained.exitCode == 0, trained.err);
        const QString model = m_program.file("run/model");
        QCOMPARE(trained.out, "the model is in " + model.toUtf8() + "\n");
        for (const char* words : {"training ", "step 1 of 3", "step 3 of 3", "pictures/s", "checkpoint at step 3"})
            QVERIFY2(trained.err.contains(words), trained.err);
        const ProgramResult answer = m_program.run({"ask", dataFile("masks/quad_64x64.png"), "What is this?", "--model",
                                                    model, "--device", "cpu", "--max-tokens", "2", "--json"});
        QVERIFY2(answer.exitCode == 0, answer.err);
        QVERIFY(!valueAt(answer.json(), "token_ids").empty());
        const Json again = m_program.run({"train", config, "--json"}).json(); // has nothing left to do
        QCOMPARE(again, (Json{{"steps", 3}, {"finished", true}, {"model", model.toStdString()}}));
    }

    void checksWithoutTraining() {
        const QString config = write("check.json", smallConfig("checked", 3));
        const ProgramResult result = m_program.run({"train", config, "--check"});
        QCOMPARE(result.exitCode, 0);
        QVERIFY2(result.out.contains("3 steps"), result.out);
        QVERIFY(!QFile::exists(m_program.file("checked")));
    }

    void checksTheFamily() {
        Json config = smallConfig("refused", 3);
        const QString folder = dataFile("llava/model");
        config["model"]["folder"] = folder.toStdString();
        const ProgramResult result = m_program.run({"train", write("llava.json", config), "--check"});
        QVERIFY(result.exitCode != 0 && result.out.isEmpty());
        QVERIFY2(result.err.contains(folder.toUtf8() + "/config.json: models of type \"llava\" can't be trained"),
                 result.err);
        config["model"]["folder"] = tinyModel().string();
        config["distill"] = {{"teacher", folder.toStdString()}};
        const ProgramResult teacher = m_program.run({"train", write("teacher.json", config), "--check"});
        QVERIFY2(teacher.exitCode != 0 && teacher.err.contains("can't be trained"), teacher.err);
    }

    void aSignalSavesACheckpoint_data() {
        QTest::addColumn<int>("number");
        QTest::newRow("Ctrl-C") << SIGINT;
        QTest::newRow("SIGTERM") << SIGTERM;
    }
    void aSignalSavesACheckpoint() {
        QFETCH(int, number);
        const QString run = "signal" + QString::number(number), progress = m_program.file(run + "/progress.jsonl");
        const QString config = write(run + ".json", smallConfig(run, 100'000));
        const auto process = m_program.start({"train", config, "--json"});
        QTRY_VERIFY_WITH_TIMEOUT(lines(progress) >= 3, 60'000);
        ::kill(static_cast<pid_t>(process->processId()), number);
        const ProgramResult stopped = ProgramRunner::finish(*process);
        QVERIFY2(stopped.exitCode == 130, stopped.err);
        const int steps = valueAt(stopped.json(), "steps").get<int>();
        QVERIFY(steps >= 2);
        QCOMPARE(valueAt(stopped.json(), "finished"), Json(false));
        QVERIFY2(stopped.err.contains("checkpoint at step"), stopped.err);

        write(run + ".json", smallConfig(run, steps + 2));
        const ProgramResult finished = m_program.run({"train", config, "--json"});
        QVERIFY2(finished.exitCode == 0, finished.err);
        QVERIFY2(finished.err.contains("from step "), finished.err);
        const auto made = [&](int step) {
            const QString line = QString("step %1 of %2  loss").arg(step).arg(steps + 2);
            return finished.err.contains(line.toUtf8());
        };
        QVERIFY(!made(steps) && made(steps + 1) && made(steps + 2));
        QCOMPARE(valueAt(finished.json(), "steps"), Json(steps + 2));
    }

    void refusals() {
        Json unknown = smallConfig("refused", 3);
        unknown["learning_rate"] = 1;
        const QByteArray field = m_program.run({"train", write("unknown.json", unknown)})
                                     .problemAsRefusal(3, {"unknown.json", "learning_rate", "optimizer"});
        QVERIFY2(field.isEmpty(), field);
        const QByteArray lost =
            m_program.run({"train", "lost.json"}).problemAsRefusal(3, {"lost.json", "no such file"});
        QVERIFY2(lost.isEmpty(), lost);
        std::ofstream(m_program.file("empty.jsonl").toStdString()) << "\n";
        Json empty = smallConfig("refused", 3);
        empty["stages"][0]["data"] = {{{"file", "empty.jsonl"}}};
        const QByteArray nothing =
            m_program.run({"train", write("empty.json", empty)}).problemAsRefusal(3, {"empty.jsonl"});
        QVERIFY2(nothing.isEmpty(), nothing);
    }
};

QTEST_GUILESS_MAIN(TestTrainCommand)
#include "tst_train_command.moc"
