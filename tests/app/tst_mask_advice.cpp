#include "core/image/image_file.h"
#include "tests/app/program_runner.h"
#include "tests/support/pictures.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::test;

class TestMaskAdvice : public QObject {
    Q_OBJECT

    ProgramRunner m_program;

private Q_SLOTS:
    /// The numbers of the sentence are those that `mask` gives at these thresholds.
    void aRealCaptureIsAdvised() {
        const QString picture = dataFile("real/word.png");
        const nlohmann::json plain = m_program.run({"mask", picture, "--json"}).json();
        const nlohmann::json advice = valueAt(plain, "advice");
        QCOMPARE(valueAt(advice, "kind"), nlohmann::json("capture_noise"));
        QCOMPARE(valueAt(advice, "tau"), nlohmann::json(0.005));
        const QString text = QString::fromStdString(valueAt(advice, "text").get<std::string>());
        const nlohmann::json taken = m_program.run({"mask", picture, "--tau", "0.005", "--json"}).json();
        for (const nlohmann::json& mask : {plain, taken}) {
            const QString share = QString::number(100 * valueAt(mask, "kept_share").get<double>(), 'f', 1);
            QVERIFY2(text.contains(share), qPrintable(text + " / " + share));
        }
        QVERIFY2(m_program.run({"mask", picture}).out.contains(text.toUtf8()), qPrintable(text));
    }

    void mostPicturesAreNot() {
        writeImage(m_program.file("flat.ppm").toStdString(), flatBlocks(12, 12, std::vector<int>(144, 70)));
        const ProgramResult json = m_program.run({"mask", m_program.file("flat.ppm"), "--json"});
        QVERIFY(!json.json().contains("advice"));
        QVERIFY(!m_program.run({"mask", m_program.file("flat.ppm")}).out.contains("\nadvice "));
    }
};

QTEST_GUILESS_MAIN(TestMaskAdvice)
#include "tst_mask_advice.moc"
