#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"

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

    void refusals() {
        const auto problem = [&](const QStringList& arguments, int code, const QStringList& words) {
            return m_program.run(arguments).problemAsRefusal(code, words);
        };
        QCOMPARE(problem({"gui", "--theme", "blue"}, 2, {"--theme", "blue", "dark"}), QByteArray());
        QCOMPARE(problem({"--tau", "2"}, 2, {"--tau", "2"}), QByteArray());
        QCOMPARE(problem({"gui", "--max-tokens", "2"}, 2, {"--max-tokens", "unknown option"}), QByteArray());
        QCOMPARE(problem({"gui", "--model", "nowhere"}, 3, {"--model", "nowhere"}), QByteArray());
    }

    void aScreenshotThatCannotBeWritten() {
        const ProgramResult result = m_program.run({"gui", "--screenshot", m_program.file("missing/out.png")});
        QCOMPARE(result.exitCode, 3);
        QVERIFY2(result.err.contains("missing/out.png"), result.err);
    }
};

QTEST_GUILESS_MAIN(TestGuiCommand)
#include "tst_gui_command.moc"
