#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/blocks/block_grid.h"
#include "core/resize/filter_taps.h"
#include "core/resize/resize.h"
#include "tests/support/geometries.h"
#include "tests/support/pictures.h"

#include <QtTest>

#include <algorithm>
#include <cstring>
#include <random>

using namespace prunescope;

namespace {

/// Squares of 0 and 255, whose edges overshoot on both sides.
Picture checkerboard(Size size, int square) {
    std::vector<std::uint8_t> rgb;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width * 3; ++x)
            rgb.push_back((x / 3 / square + y / square + x % 3) % 2 ? 255 : 0);
    return Picture(size, std::move(rgb));
}

bool sameBytes(const Picture& a, const Picture& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.sizeBytes()) == 0;
}

QByteArray nameOfCase(const Picture& picture, Size size, CpuLevel level) {
    return QByteArray::number(picture.width()) + "x" + QByteArray::number(picture.height()) + " to " +
           QByteArray::number(size.width) + "x" + QByteArray::number(size.height) + ", " + nameOf(level).data();
}

void compareLevels(const Picture& picture, Size size) {
    const Picture truth = resizeBicubic(picture, size, CpuLevel::Scalar);
    for (const CpuLevel level : cpuLevels())
        QVERIFY2(sameBytes(resizeBicubic(picture, size, level), truth), nameOfCase(picture, size, level).constData());
}

/// The definition, sample by sample: one axis of a picture through its taps.
Picture resizedAlong(bool across, const Picture& in, int length) {
    const FilterTaps taps = makeTaps(across ? in.width() : in.height(), length);
    const Size size = across ? Size{length, in.height()} : Size{in.width(), length};
    std::vector<std::uint8_t> rgb;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width * 3; ++x) {
            const int i = across ? x / 3 : y, first = taps.first[static_cast<std::size_t>(i)];
            int sum = taps.precision > 0 ? 1 << (taps.precision - 1) : 0;
            for (int j = 0; j < taps.count[static_cast<std::size_t>(i)]; ++j)
                sum += taps.of(i)[j] * (across ? in.row(y)[(first + j) * 3 + x % 3] : in.row(first + j)[x]);
            rgb.push_back(static_cast<std::uint8_t>(std::clamp(sum >> taps.precision, 0, 255)));
        }
    return Picture(size, std::move(rgb));
}

/// Sets the number of threads for one test.
class Workers {
public:
    explicit Workers(int count) { setMaxWorkers(count); }
    ~Workers() { setMaxWorkers(0); }
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
};

} // namespace

class TestResize : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalSizesHaveTapsThatChangeNothing() {
        const FilterTaps taps = makeTaps(5, 5);
        QCOMPARE(taps.outputs(), 5);
        QCOMPARE(taps.precision, 0);
        for (int i = 0; i < 5; ++i) {
            QCOMPARE(taps.first[static_cast<std::size_t>(i)], i);
            QCOMPARE(taps.count[static_cast<std::size_t>(i)], 1);
            QCOMPARE(int{*taps.of(i)}, 1);
        }
        const Picture picture = test::noise({5, 3}, 1);
        QVERIFY(sameBytes(resizedAlong(true, picture, 5), picture));
    }

    void tapsStayInsideAndMoveForward() {
        for (const auto& [in, out] : {std::pair{1, 7}, {7, 1}, {100, 33}, {33, 100}, {1919, 1920}, {2000, 3}}) {
            const FilterTaps taps = makeTaps(in, out);
            QCOMPARE(taps.outputs(), out);
            for (std::size_t i = 0; i < taps.first.size(); ++i) {
                QVERIFY(taps.count[i] >= 1 && taps.count[i] <= taps.width);
                QVERIFY(taps.first[i] >= 0 && taps.first[i] + taps.count[i] <= in);
                QVERIFY(i == 0 || taps.first[i] >= taps.first[i - 1]);
                QVERIFY(i == 0 || taps.first[i] + taps.count[i] >= taps.first[i - 1] + taps.count[i - 1]);
            }
        }
    }

    void followsTheDefinition() {
        for (const Size size : {Size{40, 31}, Size{17, 50}, Size{40, 12}, Size{90, 25}, Size{90, 60}, Size{3, 2}}) {
            const Picture picture = test::noise({40, 25}, 7);
            const Picture truth = resizedAlong(false, resizedAlong(true, picture, size.width), size.height);
            for (const CpuLevel level : cpuLevels())
                QVERIFY2(sameBytes(resizeBicubic(picture, size, level), truth),
                         nameOfCase(picture, size, level).constData());
        }
    }

    void levelsAgreeOnRandomSizes() {
        std::mt19937 random(11);
        const auto upTo = [&](unsigned n) { return static_cast<int>(random() % n) + 1; };
        for (int i = 0; i < 300; ++i) {
            const Size from{upTo(150), upTo(90)};
            const Size to{random() % 4 ? upTo(200) : from.width, random() % 4 ? upTo(120) : from.height};
            compareLevels(test::noise(from, static_cast<std::uint32_t>(i)), to);
        }
    }

    void levelsAgreeOnEveryNarrowSize() {
        for (int width = 1; width <= 40; ++width)
            for (const int other : {1, 2, 3, 5, 16, 21, 64}) {
                compareLevels(test::noise({width, 5}, 1), {other, 5});
                compareLevels(test::noise({other, 9}, 2), {width, 9});
                compareLevels(test::noise({width, 3}, 3), {width, other});
                compareLevels(test::noise({width, other}, 4), {other, width});
            }
    }

    void levelsAgreeOnLines() {
        for (const Size size : {Size{1, 1}, Size{1, 300}, Size{300, 1}, Size{7, 64}, Size{64, 7}}) {
            compareLevels(test::noise({1, 100}, 1), size);
            compareLevels(test::noise({100, 1}, 2), size);
            compareLevels(test::noise({1, 1}, 3), size);
        }
    }

    void levelsAgreeOnLargeFactors() {
        for (const Size size : {Size{40, 30}, Size{801, 27}, Size{37, 613}, Size{1640, 1260}, Size{8200, 70}})
            for (const Size from : {Size{800, 600}, Size{410, 63}}) {
                compareLevels(test::noise(from, 5), size);
                compareLevels(checkerboard(from, 3), size);
            }
    }

    void levelsAgreeWhereSumsLeaveTheByte() {
        for (const int square : {1, 2, 3, 7, 16})
            for (const Size size : {Size{130, 97}, Size{131, 200}, Size{61, 40}, Size{300, 97}, Size{257, 333}})
                compareLevels(checkerboard({130, 97}, square), size);
    }

    void threadsDoNotMatter() {
        for (const Size size : {Size{1024, 1500}, Size{1400, 1203}, Size{1100, 1300}, Size{500, 700}}) {
            const Picture picture = test::noise({1024, 1203}, 9);
            const auto resized = [&](int workers) {
                const Workers limit(workers);
                return resizeBicubic(picture, size);
            };
            const Picture truth = resized(1);
            for (const int workers : {2, 3, 7})
                QVERIFY(sameBytes(resized(workers), truth));
        }
    }

    /// As the processors of models with blocks of 28 pixels round, ties to even.
    void sizesInBlocksOf28_data() {
        QTest::addColumn<Size>("size");
        QTest::addColumn<int>("most");
        QTest::addColumn<Size>("expected");
        QTest::newRow("full HD") << Size{1920, 1080} << 12845056 << Size{1932, 1092};
        QTest::newRow("full HD, 1280 tokens") << Size{1920, 1080} << 1280 * 28 * 28 << Size{1316, 728};
        QTest::newRow("ties") << Size{350, 378} << 12845056 << Size{336, 392}; // 12.5 and 13.5 blocks
        QTest::newRow("as it is") << Size{280, 308} << 12845056 << Size{280, 308};
        QTest::newRow("too small") << Size{20, 10} << 12845056 << Size{84, 56};
    }
    void sizesInBlocksOf28() {
        QFETCH(Size, size);
        QFETCH(int, most);
        QFETCH(Size, expected);
        QCOMPARE(modelSize(size, {56 * 56, most, {14, 2, 2}}), expected);
    }

    void sizesAreWholeBlocksWithinTheLimits_data() { test::addGeometries(); }
    void sizesAreWholeBlocksWithinTheLimits() {
        QFETCH(PatchGeometry, geometry);
        const int side = geometry.blockPx();
        std::mt19937 random(31);
        for (int round = 0; round < 5000; ++round) {
            const Size size{static_cast<int>(1 + random() % 3000), static_cast<int>(1 + random() % 3000)};
            if (std::max(size.width, size.height) > kMaxAspectRatio * std::min(size.width, size.height))
                continue;
            const std::int64_t least = std::int64_t{side * side} << random() % 6;
            const PixelLimits limits{least, least << (2 + random() % 6), geometry};
            const Size seen = modelSize(size, limits);
            QCOMPARE(BlockGrid::of(seen, geometry).size(), seen);
            QVERIFY(seen.area() >= limits.minPixels);
            if (std::min(seen.width, seen.height) > side) // a side is never less than a block
                QVERIFY(seen.area() <= limits.maxPixels);
        }
    }

    void narrowPictures_data() {
        QTest::addColumn<int>("fit");
        QTest::addColumn<int>("width");
        QTest::addColumn<QByteArray>("says"); // empty: it is seen
        const auto row = [](const char* name, PictureFit fit, int width, const char* says) {
            QTest::newRow(name) << static_cast<int>(fit) << width << QByteArray(says);
        };
        row("resized, 200", PictureFit::Resized, 2000, "");
        row("resized, 201", PictureFit::Resized, 2010, "an aspect ratio over 200");
        row("cropped", PictureFit::Cropped, 4000, "");
        row("padded", PictureFit::Padded, 4000, "");
        row("tiled", PictureFit::Tiled, 4000, "");
        row("tiled, as narrow as can be", PictureFit::Tiled, 1 << 24, "");
        row("cropped, too narrow", PictureFit::Cropped, 1 << 24, "too narrow for a square of 320x320");
        row("padded, too narrow", PictureFit::Padded, 1 << 24, "too narrow for a square of 320x320");
    }
    /// Only families whose pictures keep their shape have a limit of it; the others one of memory.
    void narrowPictures() {
        QFETCH(int, fit);
        QFETCH(int, width);
        QFETCH(QByteArray, says);
        PixelLimits limits;
        limits.fit = static_cast<PictureFit>(fit);
        limits.sidePx = limits.fixed() ? 320 : 0;
        for (const Size size : {Size{width, 10}, Size{10, width}})
            try {
                modelSize(size, limits);
                QVERIFY(says.isEmpty());
                if (width < 10000)
                    QCOMPARE(resizeForModel(test::randomScreen(1, width / 32 + 1, 3), limits).width() > 0, true);
            } catch (const Error& error) {
                QVERIFY2(!says.isEmpty() && QByteArray(error.what()).contains(says), error.what());
                QCOMPARE(error.kind(), ErrorKind::BadInput);
            }
    }

    void resultIsIndependentOfThePicture() {
        Picture resized;
        {
            const Picture picture = test::noise({64, 48}, 3);
            resized = resizeBicubic(picture, {64, 32});
            QVERIFY(!resized.sharesPixelsWith(picture));
        }
        QVERIFY(sameBytes(resized, resizeBicubic(test::noise({64, 48}, 3), {64, 32})));
    }
};

QTEST_APPLESS_MAIN(TestResize)
#include "tst_resize.moc"
