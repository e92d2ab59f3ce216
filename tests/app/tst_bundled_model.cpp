#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"

#include <QDir>
#include <QFile>
#include <QtTest>
#include <filesystem>

using namespace prunescope::test;
namespace fs = std::filesystem;

/// Which model answers where none is named.
class TestBundledModel : public QObject {
    Q_OBJECT

    static constexpr const char* kOverride = "PRUNESCOPE_BUNDLE_MODEL";
    const QStringList m_ask{
        "ask",   dataFile("masks/flat_96x160.png"), "What?", "--device", "cpu", "--max-tokens", "2", "--no-log",
        "--json"};

    static QString tiny() { return QString::fromStdString(tinyModel().string()); }

private Q_SLOTS:
    void itAnswersWhereNoneIsNamed() {
        ProgramRunner program;
        program.setVariable(kOverride, tiny());
        const ProgramResult result = program.run(m_ask);
        QVERIFY2(result.exitCode == 0, result.err);
        const nlohmann::json named = program.run(m_ask + QStringList{"--model", tiny()}).json();
        QCOMPARE(valueAt(result.json(), "token_ids"), valueAt(named, "token_ids"));
        QVERIFY(!valueAt(named, "token_ids").empty());
    }

    void itIsFoundByName() {
        ProgramRunner program;
        program.setVariable(kOverride, tiny());
        const QString name = QString::fromStdString(tinyModel().filename().string());
        QVERIFY(program.run(m_ask + QStringList{"--model", name}).exitCode == 0);
    }

    void itIsListed() {
        ProgramRunner program;
        program.setVariable(kOverride, tiny());
        const nlohmann::json models = valueAt(program.run({"models", "--json"}).json(), "models");
        QCOMPARE(models.size(), std::size_t{1});
        QCOMPARE(valueAt(models[0], "bundled"), nlohmann::json(true));
        QCOMPARE(valueAt(models[0], "readable"), nlohmann::json(true));
        QCOMPARE(valueAt(models[0], "folder"), nlohmann::json(tinyModel().string()));
        QVERIFY(program.run({"models"}).out.contains("bundled, ready"));
    }

    void aBrokenOneIsListedWithWhatIsWrong() {
        ProgramRunner program;
        const ModelCopy copy(program.file("broken").toStdString());
        fs::remove(copy.file("tokenizer.json"));
        program.setVariable(kOverride, program.file("broken"));
        const nlohmann::json models = valueAt(program.run({"models", "--json"}).json(), "models");
        QCOMPARE(valueAt(models[0], "readable"), nlohmann::json(false));
        QCOMPARE(program.run(m_ask).problemAsRefusal(3, {"tokenizer.json"}), QByteArray());
    }

    void withoutOneTheErrorSaysHowToGetAModel() {
        ProgramRunner program;
        program.setVariable(kOverride, program.file("nowhere"));
        QCOMPARE(program.run(m_ask).problemAsRefusal(
                     2, {"--model", "no bundled model", program.file("nowhere"), "prunescope pull"}),
                 QByteArray());
        QVERIFY(program.run({"models"}).out.contains("no bundled model in"));
    }

    void theWindowStartsWithIt() {
        ProgramRunner program;
        const QString with = program.file("with.png"), without = program.file("without.png");
        QCOMPARE(program.run({"gui", "--screenshot", without}).exitCode, 0);
        program.setVariable(kOverride, tiny());
        QCOMPARE(program.run({"gui", "--screenshot", with, "--device", "cpu"}).exitCode, 0);
        QFile first(with), second(without);
        QVERIFY(first.open(QIODevice::ReadOnly) && second.open(QIODevice::ReadOnly));
        QVERIFY(first.readAll() != second.readAll()); // the card that says there is no model is gone
    }

    // As an installation has it: bin/prunescope and share/prunescope/models/NAME.
    void itLiesBesideTheProgram() {
        ProgramRunner program;
        program.setVariable(kOverride, "");
        const fs::path prefix = program.file("installed").toStdString();
        fs::create_directories(prefix / "bin");
        fs::copy_file(ProgramRunner::program().toStdString(), prefix / "bin" / "prunescope");
        fs::create_directories(prefix / "share" / "prunescope" / "models");
        program.setProgram(QString::fromStdString((prefix / "bin" / "prunescope").string()));
        QCOMPARE(program.run(m_ask).problemAsRefusal(2, {"no bundled model"}), QByteArray());
        const fs::path folder = prefix / "share" / "prunescope" / "models" / "prunescope-tiny";
        const ModelCopy copy(folder);
        QVERIFY(program.run(m_ask).exitCode == 0);
        QVERIFY(program.run(m_ask + QStringList{"--model", "prunescope-tiny"}).exitCode == 0);
        const nlohmann::json models = valueAt(program.run({"models", "--json"}).json(), "models");
        QCOMPARE(valueAt(models[0], "folder"), nlohmann::json(folder.string()));
    }
};

QTEST_GUILESS_MAIN(TestBundledModel)
#include "tst_bundled_model.moc"
