#include "core/image/image_file.h"
#include "core/metrics/metric.h"
#include "core/pruning/conn_comp.h"
#include "core/pruning/make_mask.h"
#include "core/pruning/pixel_options.h"
#include "tests/support/golden.h"

#include <QCryptographicHash>
#include <QtTest>
#include <zlib.h>

using namespace prunescope;

/// Every stored mask, over all metrics, thresholds and both modes; one by one and from stored distances.
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
        MaskMaker maker(blocks);
        for (const auto& record : image.at("records"))
            compareRecord(maker, record);
        m_total += image.at("records").size();
    }

    void cleanupTestCase() {
        qInfo("%zu mask records compared; of %d drawn conncomp masks, compared by count, %d are the same blocks",
              m_total, m_draws, m_equalDraws);
    }

private:
    MethodSettings settingsOf(const nlohmann::json& record) const {
        const std::string name = record.at("strategy");
        const bool half = name == "conncomp_half";
        MethodSettings settings(half ? "conncomp" : name);
        settings.set(kMetric, record.at("metric").get<std::string>());
        settings.set(kTau, m_golden.at("taus").at(record.at("tau").get<std::string>()));
        settings.set(kAnchored, record.value("anchored", true));
        if (half) {
            settings.set("skip-ratio", OptionValue(0.5));
            settings.set("even", OptionValue(true));
        }
        return settings;
    }

    void compareRecord(MaskMaker& maker, const nlohmann::json& record) {
        const MethodSettings settings = settingsOf(record);
        // "int": the exact result on bytes, stored wherever float rounding gave another one.
        const auto& expected = record.contains("int") ? record.at("int") : record;
        const KeepMask mask = makeMask(maker.blocks(), settings);
        const std::string what = record.at("strategy").get<std::string>() + " " + settings.value(kMetric) + " tau " +
                                 record.at("tau").get<std::string>() +
                                 (settings.value(kAnchored) ? " anchored" : " sliding");
        const bool equal = mask.toBase64() == expected.at("mask").get<std::string>();
        // The drawn masks of conncomp come from a scripting language's generator; their count does not.
        const bool onlyCount = record.at("strategy") == "conncomp";
        m_equalDraws += onlyCount && equal;
        m_draws += onlyCount;
        if (mask.keptCount() != expected.at("kept").get<int>() || (!equal && !onlyCount))
            fail(what + ": " + std::to_string(mask.keptCount()) + " kept, expected " +
                 std::to_string(expected.at("kept").get<int>()) + " or other blocks");
        if (maker.mask(settings) != mask)
            fail(what + ": another mask with stored distances");
        if (record.contains("components") && !record.contains("int")) // else they are those of the float comparison
            compareComponents(maker.blocks(), settings, record, what);
    }

    static void compareComponents(const PixelBlocks& blocks, const MethodSettings& settings,
                                  const nlohmann::json& record, const std::string& what) {
        const MetricEntry& metric = findMetric(settings.value(kMetric));
        PairTable pairs(blocks, metric.reduction);
        pairs.fill(PairTable::Neighbours::BeforeAndUp);
        const BlockComponents found = connectedBlocks(pairs, metric.bound(settings.value(kTau)));
        std::size_t singletons = 0, largest = 0;
        for (int component = 0; component < found.count(); ++component) {
            const std::size_t size = found.members(component).size();
            singletons += size == 1;
            largest = std::max(largest, size);
        }
        std::vector<std::uint8_t> labels;
        for (const int label : found.labels)
            for (int shift = 0; shift < 32; shift += 8)
                labels.push_back(static_cast<std::uint8_t>(label >> shift));
        const auto& expected = record.at("components");
        if (found.count() != expected.at("count").get<int>() ||
            singletons != expected.at("singletons").get<std::size_t>() ||
            largest != expected.at("largest").get<std::size_t>() ||
            crc32(0, labels.data(), static_cast<uInt>(labels.size())) !=
                std::stoul(expected.at("labels_crc32").get<std::string>(), nullptr, 16))
            fail(what + ": other components");
    }

    static void fail(const std::string& what) { QTest::qFail(what.c_str(), __FILE__, __LINE__); }

    nlohmann::json m_golden;
    std::size_t m_total = 0;
    int m_draws = 0;
    int m_equalDraws = 0;
};

QTEST_APPLESS_MAIN(TestMaskGolden)
#include "tst_mask_golden.moc"
