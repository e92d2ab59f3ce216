#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"

#include <QDir>
#include <QImage>
#include <QtTest>

using namespace prunescope::test;

/// The window as a command: it opens what it is told and can draw itself.
class TestGuiCommand : public QObject {
    Q_OBJECT

    ProgramRunner m_program;

    QImage screenshot(const QStringList& arguments) {
        const QString out = m_program.file("window.png");
        QFile::remove(out);
        const ProgramResult result = m_program.run(arguments + QStringList{"--screenshot", out});
        if (result.exitCode != 0)
            qWarning("exit code %d: %s", result.exitCode, result.err.constData());
        return QImage(out);
    }

private Q_SLOTS:
    void theWindowDrawsItself() {
        const QImage empty = screenshot({});
        QVERIFY(empty.width() >= 1024 && empty.height() >= 600);
        const QImage withPicture = screenshot({"gui", dataFile("real/word.png")});
        QCOMPARE(withPicture.size(), empty.size());
        QVERIFY(withPicture != empty);
        QCOMPARE(screenshot({dataFile("real/word.png")}), withPicture); // no command is the window, too
    }

    void themesDiffer() {
        const QColor light = screenshot({"--theme", "light"}).pixelColor(3, 3);
        const QColor dark = screenshot({"--theme=dark"}).pixelColor(3, 3);
        QVERIFY(light.lightness() > dark.lightness() + 80);
    }

    void aQuestionIsAskedAndLogged() {
        const QString model = QString::fromStdString(tinyModel().string());
        screenshot({dataFile("masks/flat_96x160.png"), "--model", model, "--device", "cpu", "--question", "What?"});
        const nlohmann::json history = valueAt(m_program.run({"export", "--json"}).json(), "records");
        QCOMPARE(history.size(), std::size_t{1});
        QCOMPARE(valueAt(history[0], "question"), nlohmann::json("What?"));
        QCOMPARE(valueAt(history[0], "images")[0]["image"],
                 nlohmann::json(dataFile("masks/flat_96x160.png").toStdString()));
    }

    void severalPlansAreCompared() {
        const QString model = QString::fromStdString(tinyModel().string());
        screenshot({"gui", dataFile("masks/flat_96x160.png"), "--model", model, "--device", "cpu", "--question",
                    "Which?", "--plan", "input:pred_2d,tau=0.02", "--plan", "input:keep_all"});
        const nlohmann::json history = valueAt(m_program.run({"export", "--json"}).json(), "records");
        std::vector<std::string> plans;
        for (const nlohmann::json& record : history)
            if (valueAt(record, "question") == "Which?")
                plans.push_back(valueAt(record, "plan"));
        QCOMPARE(plans, (std::vector<std::string>{"input:pred_2d,tau=0.02", "input:keep_all"}));
    }

    void aLaterStartGoesToTheWindow_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("to see it") << QStringList{};
        QTest::newRow("a picture") << QStringList{dataFile("masks/flat_96x160.png")};
        QTest::newRow("a capture") << QStringList{"gui", "--capture", "region"};
        QTest::newRow("a late capture") << QStringList{"gui", "--capture=window", "--delay", "1"};
    }
    void aLaterStartGoesToTheWindow() {
        QFETCH(QStringList, arguments);
        QDir runtime(QFileInfo(m_program.file("x")).path());
        for (const QString& left : runtime.entryList({"prunescope-*"}, QDir::System | QDir::Files))
            QVERIFY(runtime.remove(left)); // the door of a window that was killed: nobody answers there
        const std::unique_ptr<QProcess> window = m_program.start({"gui"});
        QTRY_VERIFY_WITH_TIMEOUT(!runtime.entryList({"prunescope-*"}, QDir::System | QDir::Files).isEmpty(), 20'000);
        const ProgramResult second = m_program.run(arguments);
        QCOMPARE(second.exitCode, 0); // at once: it has no window of its own
        QCOMPARE(second.out + second.err, QByteArray());
        QCOMPARE(window->state(), QProcess::Running);
        window->kill();
        window->waitForFinished();
    }

    void refusals() {
        const auto problem = [&](const QStringList& arguments, int code, const QStringList& words) {
            return m_program.run(arguments).problemAsRefusal(code, words);
        };
        QCOMPARE(problem({"gui", "--theme", "blue"}, 2, {"--theme", "blue", "dark"}), QByteArray());
        QCOMPARE(problem({"gui", "--capture", "all"}, 2, {"--capture", "all", "desktop"}), QByteArray());
        QCOMPARE(problem({"gui", "--delay", "3"}, 2, {"--delay", "--capture"}), QByteArray());
        QCOMPARE(problem({"gui", "--plan", "input:raster", "--plan", "input:raster", "--plan", "input:raster", "--plan",
                          "input:raster", "--plan", "input:raster"},
                         2, {"--plan", "5 plans", "4"}),
                 QByteArray());
        QCOMPARE(problem({"--tau", "2"}, 2, {"--tau", "2"}), QByteArray());
        QCOMPARE(problem({"gui", "--max-tokens", "2"}, 2, {"--max-tokens", "unknown option"}), QByteArray());
        QCOMPARE(problem({"gui", "--model", "nowhere"}, 3, {"--model", "nowhere"}), QByteArray());
    }

    void aPictureOfAMessageIsNoPicture_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("words");
        const QString picture = dataFile("masks/flat_96x160.png"), missing = m_program.file("missing");
        const ModelCopy torn(m_program.file("torn").toStdString());
        torn.truncate("model.safetensors", 0.5);
        QFile broken(m_program.file("broken.png"));
        QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("\x89PNG\r\n\x1a\nno more") > 0);
        QTest::newRow("no such picture") << QStringList{missing + ".png"} << QStringList{"missing.png", "no such file"};
        QTest::newRow("a broken picture") << QStringList{broken.fileName()} << QStringList{"broken.png"};
        QTest::newRow("a folder") << QStringList{m_program.file("torn")} << QStringList{"torn", "not a file"};
        QTest::newRow("a torn model") << QStringList{picture, "--model", m_program.file("torn")}
                                      << QStringList{"model.safetensors", "truncated"};
        QTest::newRow("no model to ask") << QStringList{picture, "--question", "What?"}
                                         << QStringList{"No model is loaded"};
        QTest::newRow("no picture to ask about")
            << QStringList{"--question", "What?", "--model", QString::fromStdString(tinyModel().string())}
            << QStringList{"no picture"};
        QTest::newRow("no such training run")
            << QStringList{"--training", missing} << QStringList{"--training", missing};
    }
    void aPictureOfAMessageIsNoPicture() {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, words);
        const QString out = m_program.file("none.png");
        const ProgramResult result = m_program.run(QStringList{"gui", "--screenshot", out} + arguments);
        QCOMPARE(result.problemAsRefusal(3, words), QByteArray());
        QVERIFY(!QFileInfo::exists(out));
    }

    void aScreenshotThatCannotBeWritten() {
        const ProgramResult result = m_program.run({"gui", "--screenshot", m_program.file("missing/out.png")});
        QCOMPARE(result.exitCode, 3);
        QVERIFY2(result.err.contains("missing/out.png"), result.err);
        QCOMPARE(m_program.run({"gui", "--screenshot", m_program.file("out.xyz")}).exitCode, 2);
        QVERIFY(!QFileInfo::exists(m_program.file("out.xyz")));
    }

    void aScreenshotIsTheUsersOwn() {
        screenshot({dataFile("real/word.png")});
        QCOMPARE(QFile::permissions(m_program.file("window.png")) & (QFile::ReadGroup | QFile::ReadOther),
                 QFile::Permissions());
    }
};

QTEST_GUILESS_MAIN(TestGuiCommand)
#include "tst_gui_command.moc"
