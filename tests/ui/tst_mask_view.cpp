#include "core/metrics/metric.h"
#include "core/pruning/pixel_options.h"
#include "core/report/error_map.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/canvas/canvas_chips.h"
#include "ui/session/pixels.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

// Grey levels that rise by two from block to block.
std::vector<int> steps(int count) {
    std::vector<int> levels;
    for (int i = 0; i < count; ++i)
        levels.push_back(2 * i);
    return levels;
}

// Grey, but for some blocks.
Picture greyBut(int rows, int cols, const std::vector<std::size_t>& others) {
    std::vector<int> levels(static_cast<std::size_t>(rows * cols), 100);
    for (const std::size_t other : others)
        levels[other] = 140;
    return test::flatBlocks(rows, cols, levels);
}

} // namespace

class TestMaskView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theMaskFollowsTheSettings() {
        TestWindow test;
        test.open(test::flatBlocks(8, 10, steps(80)));
        MaskView& view = test.maskView();
        QCOMPARE(view.mask().mask.keptCount(), 80);
        MethodSettings settings = test.maskView().settings();
        settings.set(kTau, 0.02); // 5 levels; neighbours are 2 apart
        test.maskView().setSettings(settings);
        QVERIFY(test.settle());
        QVERIFY(view.mask().mask ==
                makeMask(PixelBlocks(resizeForModel(test.image().screenshot().picture, {})), settings));
        QVERIFY(view.mask().settings == settings);
        QVERIFY(view.mask().mask.keptCount() < 80);
    }

    void theMaskIsThatOfTheCoreForEveryMethod() {
        TestWindow test;
        test.open(test::gradient({320, 256}, 3));
        const MaskView& view = test.maskView();
        const PixelBlocks blocks(resizeForModel(test.image().screenshot().picture, {}));
        for (const MethodEntry& entry : pixelMethods())
            for (const MetricEntry& metric : metrics())
                for (const double tau : {0.0, 0.02, 0.1})
                    for (const bool anchored : {true, false}) {
                        MethodSettings settings;
                        settings = settings.withMethod(entry.name);
                        settings.set(kMetric, std::string(metric.name));
                        settings.set(kTau, tau);
                        settings.set(kAnchored, anchored);
                        test.maskView().setSettings(settings);
                        QVERIFY(test.settle());
                        QVERIFY2(view.mask().mask == makeMask(blocks, settings), entry.name.data());
                        QVERIFY(view.mask().full == blocks.grid());
                        QCOMPARE(view.mask().isSmaller(), view.mask().mask.grid() != blocks.grid());
                    }
    }

    void aRegionHasDistancesOfItsOwn() {
        TestWindow test;
        test.open(test::randomScreen(10, 10, 4));
        MaskView& view = test.maskView();
        const PixelRect region{32, 64, 160, 128};
        view.setRegion(region);
        QVERIFY(test.settle());
        const PixelBlocks part(resizeForModel(test.image().screenshot().picture.cropped(region), {}));
        QVERIFY(view.mask().mask == makeMask(part, view.settings()));
        QVERIFY(view.fullGrid() == part.grid());
        test.open(test::randomScreen(10, 10, 5));
        const PixelBlocks next(resizeForModel(test.image().screenshot().picture, {}));
        QVERIFY(view.mask().mask == makeMask(next, view.settings()));
    }

    void changesAreKnownForAPictureOfTheSameSize() {
        TestWindow test;
        const MaskView& view = test.maskView();
        QSignalSpy changed(&view, &MaskView::changesChanged);
        test.open(greyBut(8, 8, {}));
        QVERIFY(!view.changes()); // there was none before
        test.open(greyBut(8, 8, {9, 17, 30}));
        QVERIFY(view.changes());
        QCOMPARE(view.changes()->blocks, 3);
        const std::vector<PixelRect> areas{{32, 32, 32, 64}, {192, 96, 32, 32}};
        QVERIFY(view.changes()->areasPx == areas);
        QVERIFY(!changed.isEmpty());
        test.open(greyBut(8, 8, {9, 17, 30}));
        QVERIFY(view.changes() && view.changes()->none());
        test.open(greyBut(8, 9, {}));
        QVERIFY(!view.changes()); // of another size
    }

    void changesAreInPixelsOfTheOriginal() {
        TestWindow test;
        test.open(test::blocksFromText("0000/0000")); // seen at about three times its size
        test.open(test::blocksFromText("0000/0009"));
        const MaskView& view = test.maskView();
        QVERIFY(view.changes());
        QCOMPARE(view.changes()->areasPx.size(), 1U);
        const PixelRect area = view.changes()->areasPx[0];
        QVERIFY(area.x <= 96 && area.x > 64 && area.y <= 32 && area.y > 0); // and what the resize blurs
        QCOMPARE(area.right(), 128);
        QCOMPARE(area.bottom(), 64);
    }

    void changesAreThoseOfTheRegion() {
        TestWindow test;
        test.open(greyBut(16, 16, {}));
        test.open(greyBut(16, 16, {0, 16 * 5 + 6}));
        MaskView& view = test.maskView();
        QCOMPARE(view.changes()->blocks, 2);
        view.setRegion({64, 32, 256, 256});
        QVERIFY(!view.changes()); // until they are known
        QVERIFY(test.settle());
        QVERIFY(view.changes());
        const std::vector<PixelRect> areas{{192, 160, 32, 32}};
        QVERIFY(view.changes()->areasPx == areas);
    }

    void whatIsRestoredIsThatOfTheCore() {
        TestWindow test;
        test.open(test::gradient({320, 256}, 3));
        MaskView& view = test.maskView();
        QVERIFY(!view.restoration()); // nobody looks
        view.setRestoredView(RestoredView::Picture);
        const PixelBlocks blocks(resizeForModel(test.image().screenshot().picture, {}));
        for (const MethodEntry& entry : pixelMethods())
            for (const bool anchored : {true, false}) {
                MethodSettings settings;
                settings = settings.withMethod(entry.name);
                settings.set(kTau, 0.05);
                settings.set(kAnchored, anchored);
                test.maskView().setSettings(settings);
                QVERIFY(test.settle());
                const KeepMask mask = makeMask(blocks, settings);
                const PixelBlocks shown(resizeBicubic(blocks.picture(), mask.grid().size()));
                const Reconstruction expected = reconstructWithErrors(blocks, shown, {mask}, settings);
                QVERIFY(view.restoration());
                QVERIFY(view.restoration()->settings == settings);
                QCOMPARE(view.restoration()->worst, expected.errors.worst);
                QCOMPARE(view.restoration()->bounded, static_cast<bool>(entry.decode) && anchored);
                QVERIFY(!view.restoration()->bounded || view.restoration()->worst <= settings.value(kTau));
                QVERIFY(view.restoration()->picture.whole() ==
                        sharedImage(expected.picture).convertToFormat(QImage::Format_RGB32));
            }
        view.setRestoredView(RestoredView::None);
        QVERIFY(!view.restoration());
    }

    void whatIsRestoredGoesWithItsPicture() {
        TestWindow test;
        test.open(test::gradient({320, 256}, 3));
        MaskView& view = test.maskView();
        view.setRestoredView(RestoredView::Error);
        QVERIFY(test.settle());
        QVERIFY(view.restoration());
        view.setRegion({0, 0, 160, 128});
        QVERIFY(!view.restoration());
        QVERIFY(test.settle());
        QVERIFY((view.restoration()->place == PixelBox{0, 0, 160, 128}));
        bool gone = false;
        connect(&test.image(), &OpenImage::changed, &view, [&] { gone = !view.restoration(); });
        test.open(test::gradient({320, 256}, 4));
        QVERIFY(gone);
        QVERIFY((view.restoration()->place == PixelBox{0, 0, 320, 256}));
    }

    void aPlanThatCoreRefusesChangesNothing() {
        TestWindow test;
        QSignalSpy refused(&test.maskView(), &MaskView::planRefused);
        const PrunePlan before = test.maskView().plan();
        PrunePlan twice = before;
        twice.stages.push_back(twice.pixelStage());
        test.maskView().setPlan(twice);
        QCOMPARE(refused.size(), 1);
        QVERIFY(refused.front().front().toString().contains("second"));
        QVERIFY(test.maskView().plan() == before);
    }

    void anotherPlaceLeavesTheMask() {
        TestWindow test;
        test.open(test::randomScreen(10, 10, 4));
        const auto costs = [&] { return test.session().expectedCost().figures()->flops; };
        const double before = costs();
        QSignalSpy masked(&test.maskView(), &MaskView::maskChanged);
        PrunePlan plan = test.maskView().plan();
        plan.pixelStage().place = Place::AfterEncoder;
        test.maskView().setPlan(plan);
        QVERIFY(test.settle());
        QVERIFY(masked.isEmpty());
        QVERIFY(costs() > before); // the encoder sees every block
    }

    void regionsAreClippedAndForgottenWithThePicture() {
        TestWindow test;
        test.open(test::blocksFromText("0123/4567"));
        MaskView& view = test.maskView();
        view.setRegion({96, 32, 500, 500});
        QVERIFY((view.region() == PixelRect{96, 32, 32, 32}));
        test.open(test::blocksFromText("01/23"));
        QVERIFY(view.region().empty());
    }

    void aRegionThatNoModelCanSeeIsRefused() {
        TestWindow test;
        test.open(test::randomScreen(64, 4, 1));
        MaskView& view = test.maskView();
        const PixelRect before{0, 0, 64, 96};
        view.setRegion(before);
        QVERIFY(test.settle());
        QSignalSpy noticed(&test.session().notices(), &Notices::posted);
        view.setRegion({8, 0, 8, 2000}); // 250 : 1
        QVERIFY(test.settle());
        QCOMPARE(noticed.size(), 1);
        QVERIFY(noticed.front().front().value<Notice>().text.contains("8 × 2000"));
        QVERIFY(view.region() == before);
        QVERIFY(view.mask().area == before);
        MethodSettings settings = test.maskView().settings();
        settings.set(kTau, 0.5);
        test.maskView().setSettings(settings);
        QVERIFY(test.settle());
        QVERIFY(view.mask().settings == settings); // tau still moves it
    }

    void aMaskThatCannotBeMadeLeavesNoOlderOne() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        MaskView& view = test.maskView();
        QVERIFY(view.mask().valid());
        QSignalSpy failed(&view, &MaskView::failed);
        Q_EMIT view.findChild<LatestJob*>("select")->failed("out of memory"); // what it says itself then
        QCOMPARE(failed.size(), 1);
        QVERIFY(!view.mask().valid());
        QVERIFY(!test.session().expectedCost().figures());
        QVERIFY(test.window().canvas().keptChip().isHidden());
        MethodSettings settings;
        settings.set(kTau, 0.5);
        view.setSettings(settings);
        QVERIFY(test.settle());
        QVERIFY(view.mask().valid());
    }

    void viewsOfOneImageHaveMasksOfTheirOwn() {
        OpenImage image;
        MaskView whole(image), part(image);
        MethodSettings coarse;
        coarse.set(kTau, 0.1);
        part.setSettings(coarse);
        const Picture picture = test::randomScreen(10, 10, 4);
        image.openPixels(sharedImage(picture), "drawn");
        QTRY_VERIFY(whole.mask().valid() && part.mask().valid());
        const PixelRect region{32, 64, 160, 128};
        part.setRegion(region);
        QTRY_VERIFY(part.mask().area == region);
        QVERIFY(whole.region().empty());
        QVERIFY(whole.mask().mask == makeMask(PixelBlocks(resizeForModel(picture, {})), {}));
        QVERIFY(part.mask().mask == makeMask(PixelBlocks(resizeForModel(picture.cropped(region), {})), coarse));
    }
};

QTEST_MAIN(TestMaskView)
#include "tst_mask_view.moc"
