#include "core/image/screen_layout.h"

#include <QtTest>
#include <array>
#include <cmath>
#include <random>

using namespace prunescope;

namespace {

using Places = std::vector<PixelRect>;

Screen screen(PixelRect logical, double scale = 1) {
    return {"S" + std::to_string(logical.x) + "," + std::to_string(logical.y), logical, scale};
}

bool isNear(PixelPoint a, PixelPoint b, double most = 1e-6) {
    return std::abs(a.x - b.x) <= most && std::abs(a.y - b.y) <= most;
}

/// What a desktop was measured to give, or a layout that decides a case.
struct Measured {
    std::vector<Screen> screens;
    Size picture;
    Places places;              ///< empty: the picture does not fit
    std::vector<bool> enlarged; ///< empty: none is
};

/// The rows of the table in the wayland-capture spec (C1 and C2), then others.
const std::vector<std::pair<const char*, Measured>> kLayouts{
    {"sway, one screen", {{screen({0, 0, 1920, 1080})}, {1920, 1080}, {{0, 0, 1920, 1080}}, {}}},
    {"sway, 4K", {{screen({0, 0, 3840, 2160})}, {3840, 2160}, {{0, 0, 3840, 2160}}, {}}},
    {"sway, scale 1.5, which Qt calls 2", {{screen({0, 0, 1280, 720}, 2)}, {1920, 1080}, {{0, 0, 1920, 1080}}, {}}},
    {"KWin, scale 1.5, which Qt calls 2", {{screen({0, 0, 1920, 1080}, 2)}, {2880, 1620}, {{0, 0, 2880, 1620}}, {}}},
    {"sway, scales 1 and 2",
     {{screen({0, 0, 1280, 720}, 1), screen({1280, 0, 800, 600}, 2)},
      {4160, 1440},
      {{0, 0, 2560, 1440}, {2560, 0, 1600, 1200}},
      {true, false}}},
    {"KWin, scales 1 and 2",
     {{screen({0, 0, 1280, 720}, 1), screen({1280, 0, 640, 360}, 2)},
      {3840, 1440},
      {{0, 0, 2560, 1440}, {2560, 0, 1280, 720}},
      {true, false}}},
    {"GNOME 43 in physical layout, scales 1 and 2",
     {{screen({0, 0, 1920, 1080}, 1), screen({1920, 0, 1600, 1200}, 2)},
      {3520, 1200},
      {{0, 0, 1920, 1080}, {1920, 0, 1600, 1200}},
      {}}},
    // Of the size that was measured; where the screens were is not on record.
    {"sway, one rotated, an offset and a gap",
     {{screen({0, 0, 1280, 720}), screen({1500, 100, 1200, 1600})},
      {2700, 1700},
      {{0, 0, 1280, 720}, {1500, 100, 1200, 1600}},
      {}}},
    {"KWin, one rotated, an offset and a gap",
     {{screen({0, 0, 1280, 720}), screen({1500, 100, 720, 1280})},
      {2220, 1380},
      {{0, 0, 1280, 720}, {1500, 100, 720, 1280}},
      {}}},
    {"sway, negative places",
     {{screen({-1280, -300, 1280, 720}), screen({0, 0, 1920, 1080})},
      {3200, 1380},
      {{0, 0, 1280, 720}, {1280, 300, 1920, 1080}},
      {}}},
    {"a logical size that was rounded", {{screen({0, 0, 911, 512}, 2)}, {1366, 768}, {{0, 0, 1366, 768}}, {}}},
    {"three scales of 1.25",
     {{screen({0, 0, 1536, 864}, 2), screen({1536, 0, 1536, 864}, 2), screen({3072, 0, 1536, 864}, 2)},
      {5760, 1080},
      {{0, 0, 1920, 1080}, {1920, 0, 1920, 1080}, {3840, 0, 1920, 1080}},
      {}}},
    {"one screen of two", {{screen({0, 0, 1920, 1080}), screen({1920, 0, 1920, 1080})}, {1920, 1080}, {}, {}}},
    {"a picture two pixels too low", {{screen({0, 0, 1920, 1080})}, {1920, 1078}, {}, {}}},
    {"no screens", {{}, {1920, 1080}, {}, {}}},
    {"an empty picture", {{screen({0, 0, 1920, 1080})}, {0, 0}, {}, {}}},
};

/// X11 with a scale for each screen: places in pixels, sizes divided.
ScreenLayout x11() {
    return ScreenLayout::ofPlaces(
        {4480, 1440},
        {screen({0, 0, 1920, 1080}, 1), screen({1920, 0, 1280, 720}, 2), {"third", {0, 1080, 300, 200}, 1.5}},
        {{0, 0, 1920, 1080}, {1920, 0, 4480, 1440}, {0, 1080, 450, 1380}});
}

} // namespace

Q_DECLARE_METATYPE(Measured)

/// Where screens lie in a picture of the desktop.
class TestScreenLayout : public QObject {
    Q_OBJECT

    static void addLayouts() {
        QTest::addColumn<Measured>("measured");
        for (const auto& [name, measured] : kLayouts)
            QTest::newRow(name) << measured;
    }

    // A point of each screen, and back; half of them between pixels.
    static bool comesBack(const ScreenLayout& layout, std::uint32_t seed) {
        std::mt19937 random(seed);
        for (int round = 0; round < 2000; ++round)
            for (std::size_t i = 0; i < layout.screens().size(); ++i) {
                const PixelRect& logical = layout.screens()[i].logical;
                const auto within = [&](int length) {
                    return static_cast<int>(random() % (2u * static_cast<unsigned>(length))) / 2.0;
                };
                const PixelPoint point{logical.x + within(logical.width), logical.y + within(logical.height)};
                const PixelPoint shown = layout.toPicture(point);
                if (layout.screenWith(point) != i || layout.screenAt(shown) != i ||
                    !isNear(layout.toLogical(shown), point) ||
                    !isNear(layout.toPicture(layout.toLogical(shown)), shown))
                    return false;
            }
        return true;
    }

private Q_SLOTS:
    void screensLieWhereTheyWereSeen_data() { addLayouts(); }
    void screensLieWhereTheyWereSeen() {
        QFETCH(Measured, measured);
        const auto layout = ScreenLayout::ofPicture(measured.picture, measured.screens);
        QCOMPARE(layout.has_value(), !measured.places.empty());
        for (std::size_t i = 0; i < measured.places.size(); ++i) {
            QCOMPARE(layout->pixels(i), measured.places[i]);
            QCOMPARE(layout->isEnlarged(i), !measured.enlarged.empty() && measured.enlarged[i]);
            QCOMPARE(layout->named(measured.screens[i].name), std::optional(i));
        }
    }

    void pointsComeBack_data() { addLayouts(); }
    void pointsComeBack() {
        QFETCH(Measured, measured);
        if (const auto layout = ScreenLayout::ofPicture(measured.picture, measured.screens))
            QVERIFY(comesBack(*layout, 7));
    }

    void screensNeverShareAPixel_data() { addLayouts(); }
    void screensNeverShareAPixel() {
        QFETCH(Measured, measured);
        const auto layout = ScreenLayout::ofPicture(measured.picture, measured.screens);
        for (std::size_t i = 0; layout && i < layout->screens().size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY(shared(layout->pixels(i), layout->pixels(j)).empty());
    }

    /// Screens of random sizes side by side at random scales, pictured as compositors do.
    void anyRowOfScreensComesBack() {
        std::mt19937 random(23);
        for (int round = 0; round < 200; ++round) {
            const double scale = std::array{1.0, 1.25, 1.5, 1.75, 2.0, 3.0}[random() % 6];
            std::vector<Screen> screens;
            int x = -static_cast<int>(random() % 3000), height = 0;
            for (unsigned count = 1 + static_cast<unsigned>(random() % 4); count > 0; --count) {
                const int width = 640 + static_cast<int>(random() % 300) * 4;
                screens.push_back(screen({x, 0, width, 480 + static_cast<int>(random() % 200) * 4}, std::ceil(scale)));
                x += width + static_cast<int>(random() % 2) * 100; // or a gap
                height = std::max(height, screens.back().logical.height);
            }
            const int width = screens.back().logical.right() - screens.front().logical.x;
            const Size picture{static_cast<int>(std::lround(width * scale)),
                               static_cast<int>(std::lround(height * scale))};
            const auto layout = ScreenLayout::ofPicture(picture, screens);
            QVERIFY(layout);
            QVERIFY(comesBack(*layout, static_cast<std::uint32_t>(round)));
        }
    }

    void eachScreenOfX11HasItsOwnScale() {
        const ScreenLayout layout = x11();
        QVERIFY(comesBack(layout, 3));
        QVERIFY(isNear(layout.toPicture({2000, 100}), {2080, 200}));
        QVERIFY(isNear(layout.toPicture({100, 1180}), {150, 1230}));
        for (std::size_t i = 0; i < layout.screens().size(); ++i)
            QVERIFY(!layout.isEnlarged(i)); // nothing is interpolated there
        QVERIFY(!layout.named("no such screen"));
    }

    void aGapHasNoScreenButGoesWithTheNextOne() {
        const auto layout =
            ScreenLayout::ofPicture({2700, 1700}, {screen({0, 0, 1280, 720}), screen({1500, 100, 1200, 1600})});
        QVERIFY(layout);
        QVERIFY(!layout->screenAt({1300, 300}));
        QVERIFY(!layout->screenWith({1300, 300}));
        QVERIFY(isNear(layout->toPicture({1300, 300}), {1300, 300}));
        QVERIFY(isNear(layout->toLogical({-20, -30}), {-20, -30}));
        QVERIFY(!layout->screenAt({1280, 10})); // the right edge is outside
    }
};

QTEST_APPLESS_MAIN(TestScreenLayout)
#include "tst_screen_layout.moc"
