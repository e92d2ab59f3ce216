#include "core/base/error.h"
#include "model/images/prepare_image.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <cstring>

using namespace prunescope;
using namespace prunescope::model;

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

PreparedImage prepared(const Picture& picture, const PixelLimits& limits, const char* method = "pred_2d",
                       PixelRect region = {}, bool resize = true) {
    MethodSettings settings = MethodSettings{}.withMethod(method);
    ReferenceRandom draws(1);
    return prepareImage({picture, "a.png", region}, PrunePlan::of(settings), limits, resize, draws);
}

} // namespace

Q_DECLARE_METATYPE(PixelLimits)

class TestPrepareImage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anImageIsSeenAsThePlanSays_data() { addPlans(); }
    void anImageIsSeenAsThePlanSays() {
        QFETCH(PixelLimits, limits);
        const Picture picture = test::gradient({200, 130}, 1);
        for (const PixelRect region : {PixelRect{}, PixelRect{20, 10, 150, 60}}) {
            const Picture part = region.empty() ? picture : picture.cropped(region);
            const PreparedImage image = prepared(picture, limits, "pred_2d", region);
            const Picture seen = resizeForModel(part, limits);
            const Picture& found = image.picture.blocks().picture();
            QCOMPARE(found.size(), seen.size());
            QVERIFY(std::memcmp(found.data(), seen.data(), seen.sizeBytes()) == 0);
            QVERIFY(image.report.mask.grid() == image.picture.grid());
            QVERIFY(image.report.views == fixedViews(part.size(), limits));
            QVERIFY(image.source.views() == image.report.views);
            QCOMPARE(image.fullBlocks, image.picture.grid().count());
        }
    }

    /// The limits of the area count only by the size that they lead to.
    void sourcesAreEqualWhereTheWayIs() {
        const Picture picture = test::noise({200, 130}, 2);
        QVERIFY(prepared(picture, kCropped).source == prepared(picture, kCropped).source);
        QVERIFY(!(prepared(picture, kCropped).source == prepared(picture, kPadded).source));
        PixelLimits wider = kResized;
        wider.maxPixels *= 2;
        QVERIFY(prepared(picture, kResized).source == prepared(picture, wider).source);
        QVERIFY(!(prepared(picture, kResized).source == prepared(test::noise({200, 130}, 3), kResized).source));
    }

    void imagesThatAreNotResizedMustFit_data() { addPlans(); }
    void imagesThatAreNotResizedMustFit() {
        QFETCH(PixelLimits, limits);
        const int side = limits.fixed() ? limits.sidePx : 3 * limits.geometry.blockPx();
        const Picture good = test::noise({side, side}, 4), bad = test::noise({side + 1, side}, 5);
        QCOMPARE(prepared(good, limits, "pred_2d", {}, false).picture.grid().size(), good.size());
        try {
            prepared(bad, limits, "pred_2d", {}, false);
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::BadInput);
        }
    }

    void smallerPicturesAreRefusedWhereTheSizeIsFixed_data() { addPlans(); }
    void smallerPicturesAreRefusedWhereTheSizeIsFixed() {
        QFETCH(PixelLimits, limits);
        const Picture picture = test::blocksFromText("00000000/00000000/00000000/00000000"); // one block is kept
        if (!limits.fixed()) {
            const PreparedImage image = prepared(picture, limits, "resize");
            QVERIFY(image.picture.grid().count() < image.fullBlocks);
            return;
        }
        try {
            prepared(picture, limits, "resize");
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Usage);
            QVERIFY2(QByteArray(error.what()).contains("expected another"), error.what());
        }
    }
};

QTEST_APPLESS_MAIN(TestPrepareImage)
#include "tst_prepare_image.moc"
