#include "core/resize/coordinate_map.h"

#include <QtTest>
#include <cmath>
#include <random>

using namespace prunescope;

namespace {

const std::vector<std::pair<const char*, PixelLimits>> kFits{
    {"resized", {3136, 1 << 18, {14, 2, 2}}},
    {"resized, Qwen3-VL", {}},
    {"cropped", {1, 1, {14, 1, 1}, PictureFit::Cropped, 84}},
    {"padded", {1, 1, {14, 1, 1}, PictureFit::Padded, 84}},
    {"tiled", {1, 1, {14, 2, 1}, PictureFit::Tiled, 56, 1, 12}},
};

bool isNear(PixelPoint a, PixelPoint b, double most = 1e-6) {
    return std::abs(a.x - b.x) <= most && std::abs(a.y - b.y) <= most;
}

class Anything {
public:
    explicit Anything(std::uint32_t seed) : m_random(seed) {}
    int below(int count) { return static_cast<int>(m_random() % static_cast<std::uint32_t>(count)); }
    PixelPoint pointIn(PixelRect rect) {
        return {rect.x + below(rect.width * 8) / 8.0, rect.y + below(rect.height * 8) / 8.0};
    }
    PixelRect area() { return {below(400), below(400), 40 + below(1200), 40 + below(1200)}; }

private:
    std::mt19937 m_random;
};

/// Two screens at 1.5, of which the second was captured, less a part at its left and top.
DesktopPart secondScreen() {
    const auto layout =
        ScreenLayout::ofPicture({3840, 1080}, {{"left", {-1280, 0, 1280, 720}, 2}, {"right", {0, 0, 1280, 720}, 2}});
    return {*layout, {1920 + 30, 60, 1890, 1020}};
}

} // namespace

Q_DECLARE_METATYPE(PixelLimits)

/// One point in all systems of coordinates.
class TestCoordinateMap : public QObject {
    Q_OBJECT

    static void addFits() {
        QTest::addColumn<PixelLimits>("limits");
        for (const auto& [name, limits] : kFits)
            QTest::newRow(name) << limits;
    }

private Q_SLOTS:
    void pointsComeBack_data() { addFits(); }
    void pointsComeBack() {
        QFETCH(PixelLimits, limits);
        Anything any(5);
        for (int round = 0; round < 300; ++round) {
            const PixelRect area = any.area();
            const CoordinateMap map = CoordinateMap::of(area, limits);
            for (int i = 0; i < 40; ++i) {
                const PixelPoint point = any.pointIn(area);
                QVERIFY(isNear(map.fromThousandths(map.toThousandths(point)), point));
                for (const SeenPoint& seen : map.seenAt(point)) {
                    const auto back = map.fromSeen(seen.px);
                    QVERIFY(back && isNear(*back, point));
                }
            }
        }
    }

    void blocksHaveTheirPoints_data() { addFits(); }
    void blocksHaveTheirPoints() {
        QFETCH(PixelLimits, limits);
        Anything any(6);
        for (int round = 0; round < 300; ++round) {
            const PixelRect area = any.area();
            const CoordinateMap map = CoordinateMap::of(area, limits);
            for (int i = 0; i < 40; ++i) {
                const PixelPoint point = any.pointIn(area);
                const auto block = map.blockAt(point);
                QCOMPARE(block.has_value(), !map.seenAt(point).empty());
                if (!block)
                    continue;
                const PixelBox box = map.boxOfBlock(*block);
                QVERIFY(distance(box, point) < 1e-6);
                const PixelPoint middle{(box.left + box.right) / 2, (box.top + box.bottom) / 2};
                if (contains(boxOf(area), middle)) // else it is in what was padded
                    QCOMPARE(map.blockAt(middle), block);
            }
        }
    }

    void everyPointIsSeenUnlessItIsCutOff_data() { addFits(); }
    void everyPointIsSeenUnlessItIsCutOff() {
        QFETCH(PixelLimits, limits);
        Anything any(8);
        for (int round = 0; round < 300; ++round) {
            const PixelRect area = any.area();
            const CoordinateMap map = CoordinateMap::of(area, limits);
            const std::size_t views = pictureViews({area.width, area.height}, limits).size();
            for (int i = 0; i < 40; ++i) {
                const std::size_t seen = map.seenAt(any.pointIn(area)).size();
                if (limits.fit == PictureFit::Cropped)
                    QVERIFY(seen <= 1);
                else
                    QCOMPARE(seen, std::size_t{views > 1 ? 2u : 1u}); // its tile, and the small one of all
            }
        }
    }

    void outsideOfTheAreaNothingIsSeen() {
        const CoordinateMap map = CoordinateMap::of({100, 50, 640, 320}, {});
        for (const PixelPoint point : {PixelPoint{99.9, 60}, {110, 49}, {740, 60}, {110, 370}}) {
            QVERIFY(map.seenAt(point).empty());
            QVERIFY(!map.blockAt(point) && !map.placesOf(point).thousand);
        }
        QVERIFY(!map.fromSeen({-1, 0}) && !map.fromSeen({640, 0}));
        QCOMPARE(map.blockAt({739.999, 369.999}), std::optional(199)); // the last of 20 x 10
    }

    /// In the middle of what was captured.
    void aPointOfAScreenInEverySystem() {
        CoordinateMap map = CoordinateMap::of({0, 0, 1890, 1020}, {});
        map.setDesktop(secondScreen());
        const PointPlaces places = map.placesOf({945, 510});
        QVERIFY(isNear(*places.desktop, {2895, 570}));
        QVERIFY(isNear(*places.logical, {650, 380}));
        QCOMPARE(places.screen, std::optional<std::size_t>(1));
        QVERIFY(isNear(*places.thousand, {500, 500}));
        const Size seen = modelSize({1890, 1020}, {});
        QCOMPARE(places.seen.size(), std::size_t{1});
        QVERIFY(isNear(places.seen[0].px, {seen.width / 2.0, seen.height / 2.0}));
        QCOMPARE(places.seen[0].block, (seen.height / 64) * (seen.width / 32) + seen.width / 64);
    }

    void logicalPointsComeBack() {
        CoordinateMap map = CoordinateMap::of({0, 0, 1890, 1020}, {});
        QVERIFY(!map.toLogical({0, 0}) && !map.fromLogical({0, 0}) && !map.placesOf({0, 0}).desktop);
        map.setDesktop(secondScreen());
        Anything any(9);
        for (int i = 0; i < 2000; ++i) {
            const PixelPoint point = any.pointIn({0, 0, 1890, 1020});
            QVERIFY(isNear(*map.fromLogical(*map.toLogical(point)), point));
        }
        map.setDesktop({{}, {0, 0, 1890, 1020}}); // of a desktop whose screens are not known
        QVERIFY(!map.toLogical({0, 0}) && map.placesOf({0, 0}).desktop);
    }
};

QTEST_APPLESS_MAIN(TestCoordinateMap)
#include "tst_coordinate_map.moc"
