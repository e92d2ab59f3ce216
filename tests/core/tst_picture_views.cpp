#include "core/base/error.h"
#include "core/blocks/patch_order.h"
#include "core/resize/picture_fits.h"
#include "core/resize/picture_views.h"
#include "tests/support/geometries.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <cmath>
#include <cstring>
#include <random>

using namespace prunescope;

namespace {

constexpr PixelLimits kResized{3136, 1 << 18, {14, 2, 2}};
constexpr PixelLimits kCropped{1, 1, {14, 1, 1}, PictureFit::Cropped, 84};
constexpr PixelLimits kPadded{1, 1, {14, 1, 1}, PictureFit::Padded, 84};
constexpr PixelLimits kTiled{1, 1, {14, 2, 1}, PictureFit::Tiled, 56, 1, 12};

void addPlans() {
    QTest::addColumn<PixelLimits>("limits");
    QTest::addRow("resized") << kResized;
    QTest::addRow("cropped") << kCropped;
    QTest::addRow("padded") << kPadded;
    QTest::addRow("tiled") << kTiled;
}

Size randomSize(std::mt19937& random) {
    return {static_cast<int>(20 + random() % 1500), static_cast<int>(20 + random() % 1500)};
}

bool sameBytes(const Picture& a, const Picture& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.sizeBytes()) == 0;
}

/// The padded picture by the definition: all of the square at once.
Picture plainPadded(const Picture& picture, int sidePx) {
    const int n = std::max(picture.width(), picture.height());
    std::vector<std::uint8_t> square;
    for (int i = 0; i < n * n; ++i)
        square.insert(square.end(), kPadColour.begin(), kPadColour.end());
    const int left = (n - picture.width()) / 2, top = (n - picture.height()) / 2;
    for (int y = 0; y < picture.height(); ++y)
        std::memcpy(square.data() + ((top + y) * n + left) * 3, picture.row(y), picture.strideBytes());
    return resizeBicubic(Picture({n, n}, std::move(square)), {sidePx, sidePx});
}

/// A picture whose red says the column and whose green the row, from 0 to 250.
Picture ramp(Size size) {
    std::vector<std::uint8_t> rgb;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            for (const int value : {x * 250 / size.width, y * 250 / size.height, 0})
                rgb.push_back(static_cast<std::uint8_t>(value));
    return Picture(size, std::move(rgb));
}

} // namespace

Q_DECLARE_METATYPE(PixelLimits)

class TestPictureViews : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void viewsTileThePicture_data() { addPlans(); }
    void viewsTileThePicture() {
        QFETCH(PixelLimits, limits);
        std::mt19937 random(41);
        for (int round = 0; round < 2000; ++round) {
            const Size original = randomSize(random), seen = modelSize(original, limits);
            int top = 0;
            for (const PictureView& view : pictureViews(original, limits)) {
                QCOMPARE(view.seen, (PixelRect{0, top, seen.width, view.seen.height}));
                QCOMPARE(view.seen.height % limits.geometry.blockPx(), 0);
                top = view.seen.bottom();
            }
            QCOMPARE(top, seen.height);
            QCOMPARE(fixedViews(original, limits).empty(), !limits.fixed());
        }
    }

    /// Of tiles they show the original once, without gaps; the one left out shows all of it.
    void sharpestViewsShowTheOriginalOnce_data() { addPlans(); }
    void sharpestViewsShowTheOriginalOnce() {
        QFETCH(PixelLimits, limits);
        std::mt19937 random(42);
        for (int round = 0; round < 500; ++round) {
            const Size original = randomSize(random);
            const std::vector<PictureView> views = pictureViews(original, limits);
            double area = 0;
            for (const PictureView& view : sharpestViews(views))
                area += view.width * view.height;
            const double side = std::min(original.width, original.height),
                         longest = std::max(original.width, original.height);
            const double whole = static_cast<double>(original.area());
            const bool cropped = limits.fit == PictureFit::Cropped, padded = limits.fit == PictureFit::Padded;
            // A crop's side is rounded on the long axis by less than a pixel of what is seen.
            const double expected = cropped ? side * side : padded ? longest * longest : whole;
            QVERIFY(std::abs(area - expected) <= expected * (cropped ? 1.0 / limits.sidePx : 1e-9));
            if (limits.fit == PictureFit::Tiled && views.size() > 1)
                QCOMPARE(views.back().width * views.back().height, whole);
        }
    }

    /// What a view says that it shows is what is seen there.
    void viewsShowWhatTheySay_data() { addPlans(); }
    void viewsShowWhatTheySay() {
        QFETCH(PixelLimits, limits);
        for (const Size original : {Size{400, 300}, Size{300, 401}, Size{640, 200}, Size{333, 333}}) {
            const Picture seen = resizeForModel(ramp(original), limits);
            const std::vector<PictureView> views = pictureViews(original, limits);
            const BlockGrid grid = BlockGrid::of(seen.size(), limits.geometry);
            for (int i = 0; i < grid.count(); ++i) {
                const PixelRect rect = grid.rect(i);
                const PixelBox place = blockPlace(grid, i, original, views);
                if (place.left < 0 || place.top < 0 || place.right > original.width || place.bottom > original.height)
                    continue; // padded
                const std::uint8_t* middle = seen.row(rect.y + rect.height / 2) + (rect.x + rect.width / 2) * 3;
                QVERIFY(std::abs(middle[0] - (place.left + place.right) / 2 * 250 / original.width) < 6);
                QVERIFY(std::abs(middle[1] - (place.top + place.bottom) / 2 * 250 / original.height) < 6);
            }
        }
    }

    void withoutViewsABlockIsAShareOfThePicture() {
        const BlockGrid grid{3, 4, {14, 2, 2}};
        const PixelBox place = blockPlace(grid, 6, {200, 90}, {});
        QCOMPARE(place.left, 100.0);
        QCOMPARE(place.bottom, 60.0);
    }

    void aPartOfSeveralTilesIsInSeveralPlaces() {
        const std::vector<PictureView> views = pictureViews({170, 60}, kTiled); // three tiles and all of it
        QCOMPARE(views.size(), std::size_t{4});
        const std::vector<PixelBox> places = placesOf({0, 28, 56, 56}, views);
        QCOMPARE(places.size(), std::size_t{2});
        QCOMPARE(places[0].top, 30.0);
        QCOMPARE(places[1].top, 0.0);
        QCOMPARE(places[1].bottom, 30.0);
    }

    void paddedPicturesEqualThePlainOnes() {
        for (const Size size : {Size{200, 90}, Size{91, 200}, Size{84, 30}, Size{13, 84}, Size{60, 60}, Size{7, 50},
                                Size{1500, 700}, Size{700, 1500}, Size{30, 4000}, Size{4000, 21}}) {
            const Picture picture = test::noise(size, 43);
            QVERIFY(sameBytes(resizeForModel(picture, kPadded), plainPadded(picture, kPadded.sidePx)));
        }
    }

    void tilesAreCutRowByRow() {
        const PixelLimits limits{1, 1, {14, 2, 1}, PictureFit::Tiled, 56, 4, 4};
        const Picture picture = test::noise({112, 112}, 45); // two by two tiles as they are
        const Picture seen = resizeForModel(picture, limits);
        QCOMPARE(seen.size(), (Size{56, 5 * 56}));
        for (int tile = 0; tile < 4; ++tile)
            QVERIFY(sameBytes(seen.cropped({0, tile * 56, 56, 56}),
                              picture.cropped({tile % 2 * 56, tile / 2 * 56, 56, 56})));
        QVERIFY(sameBytes(seen.cropped({0, 4 * 56, 56, 56}), resizeBicubic(picture, {56, 56})));
        QVERIFY(sameBytes(seenPicture(picture, limits, false), seen));
    }

    /// What is put together lies where it says, whatever was cut, cropped and padded.
    void rejoinedPicturesLieWhereTheySay_data() { addPlans(); }
    void rejoinedPicturesLieWhereTheySay() {
        QFETCH(PixelLimits, limits);
        for (const Size original : {Size{400, 300}, Size{300, 401}, Size{640, 200}, Size{333, 333}, Size{84, 84}}) {
            const Picture seen = resizeForModel(ramp(original), limits);
            const auto [picture, place] = rejoined(seen, original, fixedViews(original, limits));
            QVERIFY(place.left >= 0 && place.top >= 0);
            QVERIFY(place.right <= original.width + 1e-9 && place.bottom <= original.height + 1e-9);
            for (int y = 2; y < picture.height() - 2; ++y)
                for (int x = 2; x < picture.width() - 2; ++x) {
                    const double atX = place.left + (x + 0.5) * (place.right - place.left) / picture.width();
                    const double atY = place.top + (y + 0.5) * (place.bottom - place.top) / picture.height();
                    QVERIFY(std::abs(picture.row(y)[x * 3] - atX * 250 / original.width) < 8);
                    QVERIFY(std::abs(picture.row(y)[x * 3 + 1] - atY * 250 / original.height) < 8);
                }
        }
    }

    void rejoinedTilesAreTheResizedPicture() {
        const Picture picture = test::noise({170, 110}, 48);
        const TileGrid grid = tileGrid(picture.size(), kTiled);
        QVERIFY(grid.cols > 1 && grid.rows > 1);
        const Picture whole =
            rejoined(resizeForModel(picture, kTiled), picture.size(), pictureViews(picture.size(), kTiled)).picture;
        QVERIFY(sameBytes(whole, resizeBicubic(picture, {grid.cols * 56, grid.rows * 56})));
    }

    void picturesThatAreNotResizedMustFit_data() {
        QTest::addColumn<PixelLimits>("limits");
        QTest::addColumn<Size>("good");
        QTest::addColumn<Size>("bad");
        QTest::addColumn<QByteArray>("expected");
        QTest::addRow("resized") << kResized << Size{280, 28} << Size{280, 30}
                                 << QByteArray("sides that are multiples of 28");
        QTest::addRow("cropped") << kCropped << Size{84, 84} << Size{84, 98} << QByteArray("84x84");
        QTest::addRow("padded") << kPadded << Size{84, 84} << Size{98, 84} << QByteArray("84x84");
        QTest::addRow("tiled") << kTiled << Size{168, 56} << Size{56, 30} << QByteArray("tiles of 56x56, at most 12");
        QTest::addRow("too many tiles") << kTiled << Size{168, 168} << Size{560, 560} << QByteArray("tiles of 56x56");
        QTest::addRow("empty") << kTiled << Size{56, 56} << Size{0, 56} << QByteArray("tiles of 56x56");
    }
    void picturesThatAreNotResizedMustFit() {
        QFETCH(PixelLimits, limits);
        QFETCH(Size, good);
        QFETCH(Size, bad);
        QFETCH(QByteArray, expected);
        const Picture picture = test::noise(good, 46);
        QCOMPARE(seenPicture(picture, limits, false).size(), seenSize(good, limits, false));
        if (limits.fit != PictureFit::Tiled)
            QVERIFY(seenPicture(picture, limits, false).sharesPixelsWith(picture));
        try {
            seenSize(bad, limits, false);
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::BadInput);
            QVERIFY2(std::string(error.what()).find("expected " + expected.toStdString()) != std::string::npos,
                     error.what());
        }
    }

    void extremeShapesAreRefused_data() { addPlans(); }
    void extremeShapesAreRefused() {
        QFETCH(PixelLimits, limits);
        for (const Size size : {Size{0, 10}, Size{10, 0}})
            QVERIFY_EXCEPTION_THROWN(modelSize(size, limits), Error);
        for (const Size size : {Size{2001, 10}, Size{10, 2001}}) // what becomes a square has no such limit
            if (limits.fit == PictureFit::Resized)
                QVERIFY_EXCEPTION_THROWN(modelSize(size, limits), Error);
            else
                QVERIFY(modelSize(size, limits).width > 0);
    }

    void fixedPicturesAreNotShownSmaller_data() { addPlans(); }
    void fixedPicturesAreNotShownSmaller() {
        QFETCH(PixelLimits, limits);
        const Picture picture = test::noise({100, 90}, 47);
        if (limits.fixed())
            QVERIFY_EXCEPTION_THROWN(resizeSmaller(picture, {28, 28}, limits), Error);
        else
            QCOMPARE(resizeSmaller(picture, {28, 28}, limits).size(), (Size{28, 28}));
    }

    void patchOrdersAreInverse_data() { test::addGeometries(); }
    void patchOrdersAreInverse() {
        QFETCH(PatchGeometry, geometry);
        const BlockGrid grid{3, 5, geometry};
        const std::vector<int> rowMajor = rowMajorPatchOrder(grid), block = blockPatchOrder(grid);
        QCOMPARE(rowMajor.size(), static_cast<std::size_t>(grid.patchCount()));
        std::size_t place = 0;
        for (int index = 0; index < grid.count(); ++index)
            for (int patch = 0; patch < geometry.patchesPerBlock(); ++patch, ++place) {
                const int y = grid.row(index) * geometry.merge + patch / geometry.merge;
                const int x = grid.col(index) * geometry.merge + patch % geometry.merge;
                QCOMPARE(block[place], y * grid.patchCols() + x);
                QCOMPARE(rowMajor[static_cast<std::size_t>(block[place])], static_cast<int>(place));
            }
    }
};

QTEST_APPLESS_MAIN(TestPictureViews)
#include "tst_picture_views.moc"
