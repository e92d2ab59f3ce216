#include "core/report/error_map.h"
#include "core/report/mask_painter.h"
#include "tests/support/geometries.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <algorithm>
#include <cstring>

using namespace prunescope;

class TestMaskPainter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keptBlocksStayUntouched() {
        const Picture picture = test::noise({61, 47}, 5); // not the mask's own size: the original picture
        KeepMask mask(BlockGrid{2, 3});
        mask.keep(4);
        const Picture painted = paintMask(picture, mask);
        int changed = 0;
        for (int y = 0; y < picture.height(); ++y)
            for (int x = 0; x < picture.width(); ++x) {
                const bool inside = x >= 20 && x < 41 && y >= 24; // columns 20..41 of 61, lower row
                const bool equal = std::memcmp(painted.row(y) + x * 3, picture.row(y) + x * 3, 3) == 0;
                if (inside)
                    QVERIFY(equal);
                else
                    changed += !equal;
            }
        QVERIFY(changed > 61 * 47 / 2);
    }

    void aWindowsPixelsAreDimmedAlike() {
        const Picture picture = test::noise({61, 1}, 5);
        std::vector<std::uint32_t> pixels(61), dimmed(61);
        for (std::size_t x = 0; x < pixels.size(); ++x) {
            const std::uint8_t* rgb = picture.data() + 3 * x;
            pixels[x] = 0xff000000u | std::uint32_t{rgb[0]} << 16 | std::uint32_t{rgb[1]} << 8 | rgb[2];
        }
        Dimmer().pixels(pixels.data(), dimmed.data(), pixels.size());
        for (std::size_t x = 0; x < pixels.size(); ++x) {
            std::uint8_t out[3];
            Dimmer().pixel(picture.data() + 3 * x, out);
            QCOMPARE(dimmed[x], 0xff000000u | std::uint32_t{out[0]} << 16 | std::uint32_t{out[1]} << 8 | out[2]);
        }
    }

    void droppedPixelsRecedeOnLightAndDark() {
        for (const std::uint8_t level : {std::uint8_t{255}, std::uint8_t{128}, std::uint8_t{0}}) {
            const std::uint8_t in[3] = {level, level, level};
            std::uint8_t out[3];
            Dimmer().pixel(in, out);
            QVERIFY(level < 64 ? out[2] > level : out[0] < level * 3 / 4);
            QVERIFY(out[2] > out[0]); // the tint is bluish
        }
    }

    /// One block is off by one level in its last sample: that block alone, to its last pixel, is in colour.
    void errorsArePaintedOnTheirBlock_data() { test::addGeometries(); }
    void errorsArePaintedOnTheirBlock() {
        QFETCH(PatchGeometry, geometry);
        const PixelBlocks truth(test::flatBlocks(3, 4, std::vector<int>(12, 90), geometry), geometry);
        const PixelRect rect = truth.grid().rect(6);
        std::vector<std::uint8_t> rgb(truth.picture().data(), truth.picture().data() + truth.picture().sizeBytes());
        rgb[static_cast<std::size_t>(rect.bottom() - 1) * truth.strideBytes() +
            static_cast<std::size_t>(rect.right()) * 3 - 1] += 1;
        const PixelBlocks restored(Picture(truth.picture().size(), std::move(rgb)), geometry);
        const ErrorMap errors = errorMap(truth, restored, "mae");
        QCOMPARE(errors.worst, 1 / (255.0 * geometry.blockSamples()));
        for (int i = 0; i < 12; ++i)
            QCOMPARE(errors.errors[static_cast<std::size_t>(i)], i == 6 ? errors.worst : 0.0);
        const Picture painted = paintErrors(truth, errors, errors.worst);
        for (int y = 0; y < painted.height(); ++y)
            for (int x = 0; x < painted.width(); ++x) {
                const std::uint8_t* pixel = painted.row(y) + x * 3;
                const bool inside = x >= rect.x && x < rect.right() && y >= rect.y && y < rect.bottom();
                QCOMPARE(pixel[0] == pixel[1] && pixel[1] == pixel[2], !inside);
            }
    }

    void everythingKeptIsThePicture() {
        const Picture picture = test::noise({64, 64}, 6);
        const Picture painted = paintMask(picture, KeepMask::all({2, 2}));
        QVERIFY(std::equal(picture.data(), picture.data() + picture.sizeBytes(), painted.data()));
    }
};

QTEST_APPLESS_MAIN(TestMaskPainter)
#include "tst_mask_painter.moc"
