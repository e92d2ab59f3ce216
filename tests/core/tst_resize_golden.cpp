#include "core/base/error.h"
#include "core/image/image_file.h"
#include "core/resize/resize.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QCryptographicHash>
#include <QtTest>

using namespace prunescope;

namespace {

std::string sha256(const Picture& picture) {
    const QByteArrayView samples(reinterpret_cast<const char*>(picture.data()),
                                 static_cast<qsizetype>(picture.sizeBytes()));
    return QCryptographicHash::hash(samples.toByteArray(), QCryptographicHash::Sha256).toHex().toStdString();
}

} // namespace

class TestResizeGolden : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pictures_data() {
        PRUNESCOPE_NEEDS_GOLDEN("resize.json");
        QTest::addColumn<int>("index");
        m_golden = test::readJson(test::goldenFolder() / "resize.json");
        for (std::size_t i = 0; i < m_golden.size(); ++i)
            QTest::addRow("%d %s", static_cast<int>(i), m_golden[i].at("file").get<std::string>().c_str())
                << static_cast<int>(i);
    }

    void pictures() {
        QFETCH(int, index);
        const auto& record = m_golden.at(static_cast<std::size_t>(index));
        const auto path = test::goldenPicture(record.at("file"));
        if (path.empty())
            QSKIP("the picture is not beside the golden folder");
        Picture source = readImage(path.string());
        if (record.contains("crop")) { // left, top, right, bottom
            const auto& crop = record.at("crop");
            const int left = crop[0], top = crop[1], right = crop[2], bottom = crop[3];
            source = source.cropped({left, top, right - left, bottom - top});
        }
        QCOMPARE(source.width(), record.at("source")[0].get<int>());
        QCOMPARE(source.height(), record.at("source")[1].get<int>());
        if (record.contains("source_sha256"))
            QCOMPARE(sha256(source), record.at("source_sha256").get<std::string>());
        PixelLimits limits;
        limits.minPixels = record.value("min_pixels", limits.minPixels);
        limits.maxPixels = record.value("max_pixels", limits.maxPixels);
        const Picture resized = resizeForModel(source, limits);
        QCOMPARE(resized.width(), record.at("resized")[0].get<int>());
        QCOMPARE(resized.height(), record.at("resized")[1].get<int>());
        QCOMPARE(sha256(resized), record.at("sha256").get<std::string>());
    }

    void modelSizes() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen3vl/manifest.json");
        const auto table = test::readJson(test::goldenFolder() / "qwen3vl/manifest.json").at("smart_resize").at("rows");
        QVERIFY(table.size() > 100);
        for (const auto& row : table) {
            const Size size = modelSize({row[1], row[0]}, {row[2], row[3]});
            const QByteArray what = QByteArray::number(row[1].get<int>()) + "x" + QByteArray::number(row[0].get<int>());
            QVERIFY2(size.height == row[4].get<int>() && size.width == row[5].get<int>(), what.constData());
        }
    }

    void refusesExtremeShapes() {
        QVERIFY_EXCEPTION_THROWN(modelSize({0, 10}, {}), Error);
        QVERIFY_EXCEPTION_THROWN(modelSize({2001, 10}, {}), Error);
        QCOMPARE(modelSize({2000, 10}, {}).width % 32, 0);
    }

    void sameSizeSharesPixels() {
        const Picture picture = test::noise({64, 32}, 1);
        QVERIFY(resizeBicubic(picture, {64, 32}).sharesPixelsWith(picture));
    }

    void constantAreasSurvive() {
        for (const int level : {0, 1, 127, 254, 255})
            for (const Size target : {Size{96, 64}, Size{33, 200}, Size{640, 31}}) {
                const Picture flat({50, 70}, std::vector<std::uint8_t>(50 * 70 * 3, static_cast<std::uint8_t>(level)));
                const Picture resized = resizeBicubic(flat, target);
                for (std::size_t i = 0; i < resized.sizeBytes(); ++i)
                    QCOMPARE(int{resized.data()[i]}, level);
            }
    }

private:
    nlohmann::json m_golden;
};

QTEST_APPLESS_MAIN(TestResizeGolden)
#include "tst_resize_golden.moc"
