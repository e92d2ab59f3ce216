#include "core/image/image_file.h"
#include "model/bundle/bundle_file.h"
#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"

#include <QFile>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::test;
using nlohmann::json;

namespace {

const QString kTiny = QString::fromStdString(tinyModel().string());
/// Made with the tiny model when the format was new: it stays readable.
const char* kStored = "bundles/version-1.zip";

} // namespace

/// `ask --bundle` and `replay`, from outside.
class TestReplayCommand : public QObject {
    Q_OBJECT

    ProgramRunner m_program;

    ProgramResult replay(const QStringList& arguments) { return m_program.run(QStringList{"replay"} + arguments); }
    ProgramResult replayTiny(const QStringList& arguments) { return replay(arguments + QStringList{"--model", kTiny}); }

    /// A bundle of a question to the tiny model.
    QString record(const QString& name, const QStringList& options = {}) {
        const QString out = m_program.file(name);
        const ProgramResult result =
            m_program.run(QStringList{"ask", dataFile("masks/flat_96x160.png"), "What is this?", "--model", kTiny,
                                      "--max-tokens", "6", "--bundle", out} +
                          options);
        if (result.exitCode != 0)
            qWarning("exit code %d: %s", result.exitCode, result.err.constData());
        return out;
    }

    /// A copy of a bundle that `change` has worked on.
    QString changed(const QString& from, const std::function<void(model::Bundle&)>& change) {
        model::Bundle bundle = model::readBundle(from.toStdString());
        change(bundle);
        const QString out = m_program.file("changed.zip");
        model::writeBundle(out.toStdString(), bundle);
        return out;
    }

private Q_SLOTS:
    void recordedAndRunAgain_data() {
        QTest::addColumn<QStringList>("options");
        QTest::newRow("float32") << QStringList{"--dtype", "float32"};
        QTest::newRow("bfloat16") << QStringList{"--dtype", "bfloat16"};
        QTest::newRow("packed weights") << QStringList{"--weights", "int8"};
        QTest::newRow("several stages") << QStringList{"--plan", "input:pred_2d,tau=0.02; llm@2:fastv,keep=1/2"};
        QTest::newRow("drawn") << QStringList{"--strategy", "random", "--keep", "7", "--seed", "9", "--sample"};
        QTest::newRow("a region in a frame") << QStringList{"--region", "0,0,64,64", "--mark", "--redact", "8,8,20,20"};
        QTest::newRow("system text, no resize") << QStringList{"--system", "Be brief.", "--no-resize"};
    }

    void recordedAndRunAgain() {
        QFETCH(QStringList, options);
        const QString bundle = record("one.zip", options);
        const ProgramResult result = replayTiny({bundle});
        QVERIFY2(result.exitCode == 0, result.out + result.err);
        QVERIFY2(result.out.contains("masks equal (") && result.out.contains("6 float32 tokens equal"), result.out);
        QCOMPARE(QFile::permissions(bundle) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void theStoredBundle() {
        const json object = replayTiny({dataFile(kStored), "--json"}).json();
        QVERIFY(valueAt(object, "equal") == true);
        const json& one = object.at("bundles").at(0);
        QVERIFY(one.at("masks") == (json{{"equal", true}, {"kept", 3}, {"blocks", 15}}));
        QVERIFY(one.at("float32") == (json{{"equal", true}, {"tokens", 6}}));
    }

    void redactedPixelsAreNotInIt() {
        const QString out = record("redacted.zip", {"--redact", "8,8,20,20"});
        const model::Bundle bundle = model::readBundle(out.toStdString());
        const Picture& picture = bundle.request.images.front().picture;
        QCOMPARE(picture.width(), readImage(dataFile("masks/flat_96x160.png").toStdString()).width());
        for (int y = 8; y < 28; ++y)
            QVERIFY(
                std::all_of(picture.row(y) + 8 * 3, picture.row(y) + 28 * 3, [](int sample) { return sample == 0; }));
        QVERIFY(bundle.part.redacted == std::vector{PixelRect(8, 8, 20, 20)});
        QCOMPARE(bundle.request.images.front().name, std::string("flat_96x160.png"));
    }

    void theBundleHasTheRecordOfTheLog() {
        const QString out = record("logged.zip");
        const ProgramResult log = m_program.run({"export"});
        const model::Bundle bundle = model::readBundle(out.toStdString());
        QVERIFY(log.out.contains(QByteArray::fromStdString(bundle.record.id)));
    }

    void anotherMask() {
        const QString bundle = changed(record("mask.zip"), [](model::Bundle& it) {
            json& image = it.record.answer["images"][0];
            KeepMask mask = maskReportFromJson(image).mask;
            KeepMask other(mask.grid());
            for (const int i : mask.keptIndices())
                if (i != 0)
                    other.keep(i);
            image["mask"] = other.toBase64();
            image["kept"] = other.keptCount();
        });
        const ProgramResult result = replayTiny({bundle});
        QCOMPARE(result.exitCode, 1);
        QVERIFY2(result.out.contains("block in row 0, column 0 was dropped, is kept"), result.out);
        QCOMPARE(replay({bundle, "--masks-only"}).exitCode, 1);
        const json object = replay({bundle, "--masks-only", "--json"}).json();
        QVERIFY(valueAt(object, "equal") == false);
        QVERIFY(object["bundles"][0]["masks"]["difference"] ==
                (json{{"picture", 0}, {"row", 0}, {"col", 0}, {"recorded", false}, {"found", true}}));
    }

    void anotherToken() {
        const QString bundle = changed(record("token.zip"), [](model::Bundle& it) { it.float32.tokenIds.at(3) += 1; });
        const ProgramResult result = replayTiny({bundle});
        QCOMPARE(result.exitCode, 1);
        QVERIFY2(result.out.contains("masks equal") && result.out.contains("tokens differ: token 3 was"), result.out);
    }

    void withoutFloat32Tokens() {
        const QString bundle = changed(record("none.zip"), [](model::Bundle& it) {
            it.float32 = {{}, "no memory for it"};
        });
        const ProgramResult result = replay({bundle}); // and so without the model
        QCOMPARE(result.exitCode, 0);
        QVERIFY2(result.out.contains("float32 tokens not compared: no memory for it"), result.out);
    }

    void modelsThatAreNotHere() {
        const QString bundle = record("model.zip");
        QByteArray problem = replay({bundle}).problemAsRefusal(3, {"model.zip", "\"model\"", "--model"});
        QVERIFY2(problem.isEmpty(), problem);
        QCOMPARE(replay({bundle, "--masks-only"}).exitCode, 0);
        problem = replay({bundle, "--model", "nowhere"}).problemAsRefusal(3, {"nowhere"});
        QVERIFY2(problem.isEmpty(), problem);
        const ModelCopy other(m_program.file("other").toStdString());
        other.neverEnd();
        problem = replay({bundle, "--model", QString::fromStdString(other.folder().string())})
                      .problemAsRefusal(3, {"model.zip", "\"model\"", "other"});
        QVERIFY2(problem.isEmpty(), problem);
    }

    /// The names of method and place, not the bundle alone.
    void plansThatAreNotKnown() {
        const QString bundle = record("plan.zip");
        const QString out = m_program.file("unknown.zip");
        QFile from(bundle), to(out);
        QVERIFY(from.open(QIODevice::ReadOnly) && to.open(QIODevice::WriteOnly));
        to.write(from.readAll());
        to.close();
        const QString script = "import zipfile,sys\n"
                               "old=zipfile.ZipFile(sys.argv[1])\n"
                               "new=zipfile.ZipFile(sys.argv[2],'w')\n"
                               "for n in old.namelist():\n"
                               "    new.writestr(n,old.read(n).replace(b'input:pred_2d',b'input:pred_9d'))\n"
                               "new.close()\n";
        QCOMPARE(QProcess::execute("python3", {"-c", script, bundle, out}), 0);
        const QByteArray problem = replayTiny({out}).problemAsRefusal(3, {"unknown.zip", "pred_9d"});
        QVERIFY2(problem.isEmpty(), problem);
    }

    /// Of several all are run, and the worst of them counts.
    void severalBundles() {
        const QString good = record("good.zip"), text = dataFile("words.json");
        const QString bad = changed(good, [](model::Bundle& it) { it.float32.tokenIds.pop_back(); });
        const ProgramResult failed = replayTiny({text, good});
        QCOMPARE(failed.exitCode, 3);
        QVERIFY2(failed.out.endsWith("2 bundles: 1 equal, 1 could not be run again\n"), failed.out);
        QVERIFY2(failed.err.contains("words.json"), failed.err);
        const ProgramResult differs = replayTiny({text, bad, good});
        QCOMPARE(differs.exitCode, 1);
        QVERIFY2(differs.out.endsWith("3 bundles: 1 equal, 1 differs, 1 could not be run again\n"), differs.out);
    }

    void filesThatAreNoBundles_data() {
        QTest::addColumn<QString>("file");
        for (const char* file : {"masks/flat_96x160.png", "words.json", "nowhere.zip", "qwen3vl"})
            QTest::newRow(file) << dataFile(file);
    }

    void filesThatAreNoBundles() {
        QFETCH(QString, file);
        const QByteArray problem = replay({file}).problemAsRefusal(3, {QFileInfo(file).fileName()});
        QVERIFY2(problem.isEmpty(), problem);
    }

    void usage() {
        const QString picture = m_program.file("own.png");
        QVERIFY(QFile::copy(dataFile("masks/flat_96x160.png"), picture));
        for (const QStringList& options : {QStringList{"--bundle", picture},
                                           {"--bundle", "a.zip", "--zoom"},
                                           {"--bundle", "a.zip", "--show-prompt"},
                                           {"--bundle", "-"}}) {
            const QByteArray problem = m_program.run(QStringList{"ask", picture, "What?", "--model", kTiny} + options)
                                           .problemAsRefusal(2, {"--bundle"});
            QVERIFY2(problem.isEmpty(), problem + options.join(' ').toUtf8());
        }
    }
};

QTEST_GUILESS_MAIN(TestReplayCommand)
#include "tst_replay_command.moc"
