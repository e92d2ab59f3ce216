#include "core/pruning/make_mask.h"
#include "core/report/mask_painter.h"
#include "tests/support/pictures.h"
#include "ui/canvas/screen_canvas.h"

#include <QHBoxLayout>
#include <QtTest>
#include <numeric>

using namespace prunescope;
using namespace prunescope::ui;

namespace {

const QPointF kFirstBlock(16, 16), kLastBlock(8 * 32 - 16, 8 * 32 - 16);
const QPointF kLowerTile(16, 6 * 32 - 16); // in the second row of tiles

// 8 x 8 grey blocks with their mask, and a box around the first one.
Scene greyScene(int level) {
    const Picture picture = test::flatBlocks(8, 8, std::vector<int>(64, level));
    const PixelBlocks blocks(picture);
    Scene scene;
    scene.picture = PictureLevels(picture);
    scene.mask = {makeMask(blocks, {}), {}, {0, 0, 256, 256}, blocks.grid()};
    scene.boxes = {{QRectF(0, 0, 96, 96), "Box", false}};
    return scene;
}

/// `greyScene` seen under `limits`, with these blocks kept.
Scene seenAs(Scene scene, const PixelLimits& limits, const std::vector<int>& kept) {
    const Size size{scene.mask.area.width, scene.mask.area.height};
    scene.mask.full = BlockGrid::of(modelSize(size, limits), limits.geometry);
    scene.mask.mask = KeepMask(scene.mask.full);
    for (const int index : kept)
        scene.mask.mask.keep(index);
    scene.mask.views = fixedViews(size, limits);
    return scene;
}

QColor grey(int level) {
    return QColor(level, level, level);
}

QColor dimmed(int level) {
    const auto value = static_cast<std::uint8_t>(level);
    const std::uint8_t in[]{value, value, value};
    std::uint8_t out[3];
    Dimmer().pixel(in, out);
    return QColor(out[0], out[1], out[2]);
}

/// Two canvases side by side.
class Pair {
public:
    Pair(LiveScene& left, LiveScene& right) {
        auto* row = new QHBoxLayout(&m_widget);
        for (auto [canvas, scene] : {std::pair(&m_left, &left), std::pair(&m_right, &right)}) {
            *canvas = new ScreenCanvas(*scene, &m_widget);
            row->addWidget(*canvas);
        }
        m_widget.resize(1000, 400);
        m_widget.show();
    }

    ScreenCanvas& left() { return *m_left; }
    ScreenCanvas& right() { return *m_right; }
    /// What is seen in the widget at a point of the canvas' picture.
    QColor seen(ScreenCanvas& canvas, QPointF picture) {
        return m_widget.grab().toImage().pixelColor(
            canvas.mapTo(&m_widget, canvas.transform().toView(picture).toPoint()));
    }

private:
    QWidget m_widget;
    ScreenCanvas* m_left = nullptr;
    ScreenCanvas* m_right = nullptr;
};

void hoverBox(ScreenCanvas& canvas) {
    QTest::mouseMove(&canvas, canvas.boxes().viewRect(0, canvas.transform()).center().toPoint());
}

} // namespace

/// Canvases draw the scene that they are given, and know nothing else.
class TestScene : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachPaintsItsOwn() {
        LiveScene light, dark;
        light.setScene(greyScene(200));
        dark.setScene(greyScene(60));
        Pair pair(light, dark);
        QCOMPARE(pair.seen(pair.left(), kLastBlock), dimmed(200));
        QCOMPARE(pair.seen(pair.right(), kLastBlock), dimmed(60));
        dark.setMode(MaskMode::Off);
        QCOMPARE(pair.seen(pair.left(), kLastBlock), dimmed(200));
        QCOMPARE(pair.seen(pair.right(), kLastBlock), grey(60));
        light.setScene(greyScene(120));
        QCOMPARE(pair.seen(pair.left(), kLastBlock), dimmed(120));
        QCOMPARE(pair.seen(pair.right(), kLastBlock), grey(60));
    }

    /// Two by two tiles of four by four blocks; the small picture of all of it, kept as a whole, hides nothing.
    void tilesAreDrawnWhereTheyLie() {
        const PixelLimits limits{1, 1, {}, PictureFit::Tiled, 128, 4, 4};
        LiveScene last, first;
        std::vector<int> small(16);
        std::iota(small.begin(), small.end(), 4 * 16);
        std::vector<int> kept = small;
        kept.push_back(4 * 16 - 1); // the last block of the last tile
        last.setScene(seenAs(greyScene(200), limits, kept));
        kept.back() = 3; // the last column of the first tile's first row
        first.setScene(seenAs(greyScene(200), limits, kept));
        Pair pair(last, first);
        QCOMPARE(pair.seen(pair.left(), kLastBlock), grey(200));
        QCOMPARE(pair.seen(pair.left(), kLowerTile), dimmed(200));
        QCOMPARE(pair.seen(pair.right(), kLastBlock), dimmed(200));
        QCOMPARE(pair.seen(pair.right(), QPointF(4 * 32 - 16, 16)), grey(200));
    }

    void whatACropLeavesOutIsDimmed() {
        Scene scene = greyScene(200);
        scene.mask.area = {0, 0, 256, 128}; // wide: the middle is seen, in four by four blocks
        scene.boxes.clear();
        const PixelLimits limits{1, 1, {}, PictureFit::Cropped, 128};
        LiveScene whole, dropped;
        std::vector<int> all(16);
        std::iota(all.begin(), all.end(), 0);
        whole.setScene(seenAs(scene, limits, all));
        dropped.setScene(seenAs(scene, limits, {}));
        Pair pair(whole, dropped);
        for (const double x : {16.0, 240.0})
            QCOMPARE(pair.seen(pair.left(), QPointF(x, 80)), dimmed(200));
        QCOMPARE(pair.seen(pair.left(), QPointF(112, 80)), grey(200));
        QCOMPARE(pair.seen(pair.right(), QPointF(112, 80)), dimmed(200));
        QCOMPARE(pair.seen(pair.right(), QPointF(112, 200)), grey(200)); // below the region
    }

    void hoveringLightsItsOwnScene() {
        LiveScene one, other;
        one.setScene(greyScene(200));
        other.setScene(greyScene(200));
        Pair pair(one, other);
        const QColor before = pair.seen(pair.right(), kFirstBlock * 2);
        hoverBox(pair.left());
        QTRY_COMPARE(pair.left().boxes().lit(), 0);
        QCOMPARE(pair.right().boxes().lit(), -1);
        QVERIFY(pair.seen(pair.left(), kFirstBlock * 2) != before);
        QCOMPARE(pair.seen(pair.right(), kFirstBlock * 2), before);
    }

    void aSharedSceneLightsUpInBoth() {
        LiveScene scene;
        scene.setScene(greyScene(200));
        Pair pair(scene, scene);
        QSignalSpy hovered(&scene, &LiveScene::boxHovered);
        hoverBox(pair.right());
        QTRY_COMPARE(pair.right().boxes().lit(), 0);
        QCOMPARE(pair.left().boxes().lit(), 0);
        QCOMPARE(hovered.size(), 1);
    }

    void aSharedSceneIsSeenFromWhereEachLikes() {
        LiveScene scene;
        scene.setScene(greyScene(200));
        Pair pair(scene, scene);
        const ViewTransform before = pair.right().transform();
        pair.left().zoomBy(2);
        QVERIFY(pair.right().transform() == before);
        QVERIFY(!(pair.left().transform() == before));
        QTest::keyClick(&pair.left(), Qt::Key_M); // the mode belongs to the scene
        QVERIFY(scene.now().mode == MaskMode::Grid);
        QCOMPARE(pair.seen(pair.right(), kLastBlock), grey(200));
    }

    void onlyAnotherPictureIsFittedAnew() {
        LiveScene scene;
        scene.setScene(greyScene(200));
        Pair pair(scene, scene);
        const ViewTransform fitted = pair.left().transform();
        pair.left().zoomBy(2);
        const ViewTransform zoomed = pair.left().transform();
        Scene next = scene.now();
        next.mask = {};
        scene.setScene(next);
        QVERIFY(pair.left().transform() == zoomed);
        scene.setScene(greyScene(200));
        QVERIFY(pair.left().transform() == fitted);
    }

    void aRegionIsAWishUntilTheSceneHasIt() {
        LiveScene scene;
        scene.setScene(greyScene(200));
        Pair pair(scene, scene);
        QSignalSpy chosen(&pair.left(), &ScreenCanvas::regionChosen);
        QTest::keyClick(&pair.left(), Qt::Key_R);
        QTest::keyClick(&pair.left(), Qt::Key_Right);
        QCOMPARE(chosen.size(), 1);
        QVERIFY(!chosen.front().front().value<PixelRect>().empty());
        QVERIFY(scene.now().region.empty());
        QVERIFY(pair.left().tool() == ScreenCanvas::Tool::Region);
    }
};

QTEST_MAIN(TestScene)
#include "tst_scene.moc"
