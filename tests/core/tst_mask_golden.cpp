#include "core/image/image_file.h"
#include "core/mask/make_mask.h"
#include "core/strategies/strategy.h"
#include "tests/support/golden.h"

#include <QCryptographicHash>
#include <QtTest>

using namespace prunescope;

/// Every stored mask of the strategies of this build, over all metrics, thresholds and both modes.
class TestMaskGolden : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void masks_data() {
        PRUNESCOPE_NEEDS_GOLDEN("masks");
        QTest::addColumn<QString>("picture");
        QTest::addColumn<int>("index");
        m_golden = test::readJson(test::goldenFolder() / "masks/masks.json");
        const auto& images = m_golden.at("images");
        for (std::size_t i = 0; i < images.size(); ++i) {
            const std::string file = images[i].at("file");
            QTest::newRow(file.c_str()) << QString::fromStdString(file) << static_cast<int>(i);
        }
    }

    void masks() {
        QFETCH(QString, picture);
        QFETCH(int, index);
        const auto& image = m_golden.at("images").at(static_cast<std::size_t>(index));
        const PixelBlocks blocks(readImage((test::goldenFolder() / "masks" / picture.toStdString()).string()));
        const QByteArrayView samples(reinterpret_cast<const char*>(blocks.picture().data()),
                                     static_cast<qsizetype>(blocks.picture().sizeBytes()));
        QCOMPARE(QCryptographicHash::hash(samples.toByteArray(), QCryptographicHash::Sha256).toHex().toStdString(),
                 image.at("rgb_sha256").get<std::string>());
        QCOMPARE(blocks.grid().rows, image.at("rows").get<int>());
        QCOMPARE(blocks.grid().cols, image.at("cols").get<int>());
        int compared = 0;
        for (const auto& record : image.at("records"))
            compared += compareRecord(blocks, record);
        QVERIFY2(compared > 0, "no record of a strategy of this build");
        m_total += compared;
    }

    void cleanupTestCase() { qInfo("%d mask records compared", m_total); }

private:
    static bool isBuilt(const std::string& name) {
        for (const StrategyEntry& entry : strategies())
            if (entry.name == name)
                return true;
        return false;
    }

    int compareRecord(const PixelBlocks& blocks, const nlohmann::json& record) {
        if (!isBuilt(record.at("strategy")))
            return 0;
        MaskSettings settings;
        settings.strategy = record.at("strategy");
        settings.metric = record.at("metric");
        const std::string tau = record.at("tau");
        settings.tau = m_golden.at("taus").at(tau);
        settings.anchored = record.value("anchored", true);
        // "int": the exact result on bytes, stored wherever float rounding gave another one.
        const auto& expected = record.contains("int") ? record.at("int") : record;
        const KeepMask mask = makeMask(blocks, settings);
        const std::string what =
            settings.strategy + " " + settings.metric + " tau " + tau + (settings.anchored ? " anchored" : " sliding");
        if (mask.toBase64() != expected.at("mask").get<std::string>() ||
            mask.keptCount() != expected.at("kept").get<int>())
            QTest::qFail((what + ": " + std::to_string(mask.keptCount()) + " kept, expected " +
                          std::to_string(expected.at("kept").get<int>()) + " or other blocks")
                             .c_str(),
                         __FILE__, __LINE__);
        return 1;
    }

    nlohmann::json m_golden;
    int m_total = 0;
};

QTEST_APPLESS_MAIN(TestMaskGolden)
#include "tst_mask_golden.moc"
