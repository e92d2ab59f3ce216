#include "core/image/mark_frame.h"
#include "core/image/redaction.h"
#include "tests/support/pictures.h"

#include <QtTest>

using namespace prunescope;

namespace {

std::vector<std::uint8_t> pixelAt(const Picture& picture, int x, int y) {
    const std::uint8_t* at = picture.row(y) + x * 3;
    return {at, at + 3};
}

bool isIn(PixelRect rect, int x, int y) {
    return x >= rect.x && x < rect.right() && y >= rect.y && y < rect.bottom();
}

const std::vector<std::uint8_t> kBlack{0, 0, 0}, kRed(kMarkColour.begin(), kMarkColour.end());

} // namespace

/// Parts of a picture that are overwritten, and the frame that is drawn around one.
class TestRedaction : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyThePartsAreBlack() {
        const Picture before = test::noise({70, 50}, 1);
        const std::vector<PixelRect> parts{{3, 4, 10, 6}, {60, 40, 99, 99}, {-5, 20, 6, 1}};
        const Picture after = redacted(before, parts);
        for (int y = 0; y < before.height(); ++y)
            for (int x = 0; x < before.width(); ++x) {
                const bool isBlack = std::ranges::any_of(parts, [&](PixelRect part) { return isIn(part, x, y); });
                QCOMPARE(pixelAt(after, x, y), isBlack ? kBlack : pixelAt(before, x, y));
            }
        QVERIFY(!after.sharesPixelsWith(before));
    }

    void nothingInsideIsNoCopy() {
        const Picture picture = test::noise({70, 50}, 1);
        QVERIFY(redacted(picture, {}).sharesPixelsWith(picture));
        const std::vector<PixelRect> outside{{70, 0, 5, 5}, {0, 0, 0, 9}};
        QVERIFY(redacted(picture, outside).sharesPixelsWith(picture));
        QVERIFY(redacted(Picture(), outside).empty());
    }

    void partsStayWhereTheyAreOnTheDesktop() {
        const std::vector<PixelRect> parts{{10, 20, 30, 40}, {90, 90, 10, 10}};
        const PixelRect here{100, 100, 100, 100};
        QVERIFY(movedParts(parts, here, here) == parts);
        const std::vector<PixelRect> moved{{0, 15, 20, 35}}; // its right and lower part, and not the other one
        QVERIFY(movedParts(parts, here, {120, 105, 60, 50}) == moved);
        QVERIFY(movedParts(parts, here, {0, 0, 50, 50}).empty());
    }

    void theFrameLiesAroundThePart() {
        const Picture before = test::noise({200, 100}, 2);
        const PixelRect region{50, 30, 20, 25};
        const Picture after = framed(before, region);
        for (int y = 0; y < before.height(); ++y)
            for (int x = 0; x < before.width(); ++x) {
                const bool isFrame = isIn({47, 27, 26, 31}, x, y) && !isIn(region, x, y);
                QCOMPARE(pixelAt(after, x, y), isFrame ? kRed : pixelAt(before, x, y));
            }
    }

    void atTheEdgeItStaysInside() {
        const Picture after = framed(test::noise({200, 100}, 2), {0, 0, 200, 100});
        for (const auto& [x, y] : {std::pair(0, 50), std::pair(199, 50), std::pair(100, 0), std::pair(100, 99)})
            QCOMPARE(pixelAt(after, x, y), kRed);
        QVERIFY(pixelAt(after, 3, 3) != kRed);
        framed(test::noise({1, 2}, 1), {0, 0, 1, 1}); // thinner than its line
        QCOMPARE(markFrame({100, 100, 500, 500}, {3840, 2160}).linePx, 6);
    }
};

QTEST_APPLESS_MAIN(TestRedaction)
#include "tst_redaction.moc"
