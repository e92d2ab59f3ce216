#include "core/image/image_file.h"
#include "core/metrics/metric.h"
#include "core/pruning/method.h"
#include "core/pruning/pixel_options.h"
#include "core/records/record_writer.h"
#include "core/report/error_map.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/canvas/canvas_chips.h"
#include "ui/canvas/screen_canvas.h"
#include "ui/live_picture.h"
#include "ui/pixels.h"

#include <QFile>
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

void choose(TestWindow& test, const char* strategy) {
    MethodSettings settings = test.workspace().settings();
    settings = settings.withMethod(strategy);
    test.workspace().setSettings(settings);
}

} // namespace

class TestWorkspace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theMaskFollowsTheSettings() {
        TestWindow test;
        test.open(test::flatBlocks(8, 10, steps(80)));
        LivePicture& picture = test.workspace().picture();
        QCOMPARE(picture.mask().mask.keptCount(), 80);
        MethodSettings settings = test.workspace().settings();
        settings.set(kTau, 0.02); // 5 levels; neighbours are 2 apart
        test.workspace().setSettings(settings);
        QVERIFY(test.settle());
        QVERIFY(picture.mask().mask ==
                makeMask(PixelBlocks(resizeForModel(picture.screenshot().picture, {})), settings));
        QVERIFY(picture.mask().settings == settings);
        QVERIFY(picture.mask().mask.keptCount() < 80);
    }

    void theMaskIsThatOfTheCoreForEveryStrategy() {
        TestWindow test;
        test.open(test::gradient({320, 256}, 3));
        const LivePicture& picture = test.workspace().picture();
        const PixelBlocks blocks(resizeForModel(picture.screenshot().picture, {}));
        for (const MethodEntry& entry : methods())
            for (const MetricEntry& metric : metrics())
                for (const double tau : {0.0, 0.02, 0.1})
                    for (const bool anchored : {true, false}) {
                        MethodSettings settings;
                        settings = settings.withMethod(entry.name);
                        settings.set(kMetric, std::string(metric.name));
                        settings.set(kTau, tau);
                        settings.set(kAnchored, anchored);
                        test.workspace().setSettings(settings);
                        QVERIFY(test.settle());
                        QVERIFY2(picture.mask().mask == makeMask(blocks, settings), entry.name.data());
                        QVERIFY(picture.mask().full == blocks.grid());
                        QCOMPARE(picture.mask().isSmaller(), picture.mask().mask.grid() != blocks.grid());
                    }
    }

    void aRegionHasDistancesOfItsOwn() {
        TestWindow test;
        test.open(test::randomScreen(10, 10, 4));
        LivePicture& picture = test.workspace().picture();
        const PixelRect region{32, 64, 160, 128};
        picture.setRegion(region);
        QVERIFY(test.settle());
        const PixelBlocks part(resizeForModel(picture.screenshot().picture.cropped(region), {}));
        QVERIFY(picture.mask().mask == makeMask(part, picture.settings()));
        QVERIFY(picture.fullGrid() == part.grid());
        test.open(test::randomScreen(10, 10, 5));
        const PixelBlocks next(resizeForModel(picture.screenshot().picture, {}));
        QVERIFY(picture.mask().mask == makeMask(next, picture.settings()));
    }

    void changesAreKnownForAPictureOfTheSameSize() {
        TestWindow test;
        const LivePicture& picture = test.workspace().picture();
        QSignalSpy changed(&picture, &LivePicture::changesChanged);
        test.open(greyBut(8, 8, {}));
        QVERIFY(!picture.changes()); // there was none before
        test.open(greyBut(8, 8, {9, 17, 30}));
        QVERIFY(picture.changes());
        QCOMPARE(picture.changes()->blocks, 3);
        const std::vector<PixelRect> areas{{32, 32, 32, 64}, {192, 96, 32, 32}};
        QVERIFY(picture.changes()->areasPx == areas);
        QVERIFY(!changed.isEmpty());
        test.open(greyBut(8, 8, {9, 17, 30}));
        QVERIFY(picture.changes() && picture.changes()->none());
        test.open(greyBut(8, 9, {}));
        QVERIFY(!picture.changes()); // of another size
    }

    void changesAreInPixelsOfTheOriginal() {
        TestWindow test;
        test.open(test::blocksFromText("0000/0000")); // seen at about three times its size
        test.open(test::blocksFromText("0000/0009"));
        const LivePicture& picture = test.workspace().picture();
        QVERIFY(picture.changes());
        QCOMPARE(picture.changes()->areasPx.size(), 1U);
        const PixelRect area = picture.changes()->areasPx[0];
        QVERIFY(area.x <= 96 && area.x > 64 && area.y <= 32 && area.y > 0); // and what the resize blurs
        QCOMPARE(area.right(), 128);
        QCOMPARE(area.bottom(), 64);
    }

    void changesAreThoseOfTheRegion() {
        TestWindow test;
        test.open(greyBut(16, 16, {}));
        test.open(greyBut(16, 16, {0, 16 * 5 + 6}));
        LivePicture& picture = test.workspace().picture();
        QCOMPARE(picture.changes()->blocks, 2);
        picture.setRegion({64, 32, 256, 256});
        QVERIFY(!picture.changes()); // until they are known
        QVERIFY(test.settle());
        QVERIFY(picture.changes());
        const std::vector<PixelRect> areas{{192, 160, 32, 32}};
        QVERIFY(picture.changes()->areasPx == areas);
    }

    void changesAreInTheRecord() {
        TestWindow test;
        test.open(greyBut(8, 8, {}));
        test.load();
        test.ask("Before?");
        test.open(greyBut(8, 8, {62, 63}));
        test.ask("After?");
        const auto records = readRecords(test.path("log.jsonl").toStdString());
        QCOMPARE(records.size(), 2U);
        QVERIFY(!records[0].answer.contains("changes"));
        QCOMPARE(records[1].answer["changes"]["blocks"].get<int>(), 2);
        const std::vector<std::vector<int>> areas{{192, 224, 64, 32}};
        const auto logged = records[1].answer["changes"]["areas_px"].get<std::vector<std::vector<int>>>();
        QVERIFY(logged == areas);
    }

    void whatIsRestoredIsThatOfTheCore() {
        TestWindow test;
        test.open(test::gradient({320, 256}, 3));
        LivePicture& picture = test.workspace().picture();
        QVERIFY(!picture.restoration()); // nobody looks
        picture.setRestoredView(RestoredView::Picture);
        const PixelBlocks blocks(resizeForModel(picture.screenshot().picture, {}));
        for (const MethodEntry& entry : methods())
            for (const bool anchored : {true, false}) {
                MethodSettings settings;
                settings = settings.withMethod(entry.name);
                settings.set(kTau, 0.05);
                settings.set(kAnchored, anchored);
                test.workspace().setSettings(settings);
                QVERIFY(test.settle());
                const KeepMask mask = makeMask(blocks, settings);
                const PixelBlocks shown(resizeBicubic(blocks.picture(), mask.grid().size()));
                const Reconstruction expected = reconstructWithErrors(blocks, shown, {mask}, settings);
                QVERIFY(picture.restoration());
                QVERIFY(picture.restoration()->settings == settings);
                QCOMPARE(picture.restoration()->worst, expected.errors.worst);
                QCOMPARE(picture.restoration()->bounded, static_cast<bool>(entry.decode) && anchored);
                QVERIFY(!picture.restoration()->bounded || picture.restoration()->worst <= settings.value(kTau));
                QVERIFY(picture.restoration()->picture.whole() ==
                        sharedImage(expected.picture).convertToFormat(QImage::Format_RGB32));
            }
        picture.setRestoredView(RestoredView::None);
        QVERIFY(!picture.restoration());
    }

    void whatIsRestoredGoesWithItsPicture() {
        TestWindow test;
        test.open(test::gradient({320, 256}, 3));
        LivePicture& picture = test.workspace().picture();
        picture.setRestoredView(RestoredView::Error);
        QVERIFY(test.settle());
        QVERIFY(picture.restoration());
        picture.setRegion({0, 0, 160, 128});
        QVERIFY(!picture.restoration());
        QVERIFY(test.settle());
        QVERIFY((picture.restoration()->area == PixelRect{0, 0, 160, 128}));
        bool gone = false;
        connect(&picture, &LivePicture::pictureChanged, &picture, [&] { gone = !picture.restoration(); });
        test.open(test::gradient({320, 256}, 4));
        QVERIFY(gone);
        QVERIFY((picture.restoration()->area == PixelRect{0, 0, 320, 256}));
    }

    void transparencyOnWhiteIsSaidAndRecorded() {
        TestWindow test;
        QSignalSpy noticed(&test.workspace(), &Workspace::noticed);
        const QString path =
            QString::fromStdString((test::dataFolder() / "images/diagram_black_on_clear.png").string());
        test.workspace().picture().openFile(path);
        QVERIFY(test.settle());
        QCOMPARE(noticed.size(), 1);
        const auto notice = noticed.front().front().value<Notice>();
        QVERIFY(notice.level == Notice::Level::Info);
        QCOMPARE(notice.text, path + ": transparency was put on white");
        QVERIFY(test.workspace().picture().screenshot().notes.onWhite);
        QImage clear(64, 64, QImage::Format_ARGB32);
        clear.fill(Qt::transparent);
        test.workspace().picture().openImage(clear, "pasted");
        QVERIFY(test.settle());
        QCOMPARE(noticed.size(), 2);
        QCOMPARE(int{test.workspace().picture().screenshot().picture.data()[0]}, 255);
        test.open(test::noise({64, 64}, 1));
        QCOMPARE(noticed.size(), 2);
    }

    void settingsThatMakeNoSenseAreRefused() {
        TestWindow test;
        QSignalSpy noticed(&test.workspace(), &Workspace::noticed);
        MethodSettings settings;
        settings.set(kTau, 7);
        test.workspace().setSettings(settings);
        QCOMPARE(noticed.size(), 1);
        QCOMPARE(test.workspace().settings().value(kTau), 0.0);
    }

    void whatIsMissingIsSaid() {
        TestWindow test;
        QVERIFY(test.workspace().whyNotAsk().contains("picture"));
        test.open(test::blocksFromText("01/23"));
        QVERIFY(test.workspace().whyNotAsk().contains("model"));
        QVERIFY(!test.workspace().ask("What?"));
        QVERIFY(test.workspace().turns().empty());
        test.load();
        QVERIFY(test.workspace().whyNotAsk().isEmpty());
        QVERIFY(!test.workspace().ask("  "));
    }

    void anAnswerStreamsAndIsLogged() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.script().hold();
        QVERIFY(test.workspace().ask(" What is this? "));
        QVERIFY(test.workspace().isAsking());
        QTRY_COMPARE(test.workspace().turns().back().text, "A ");
        QCOMPARE(test.workspace().turns().back().stage, "prefill");
        test.script().release();
        QVERIFY(test.settle());
        const Turn& turn = test.workspace().turns().back();
        QVERIFY(turn.isDone());
        QCOMPARE(turn.text, "A short answer.");
        QVERIFY(turn.answer.images[0].mask == test.workspace().picture().mask().mask);
        const auto records = readRecords(test.path("log.jsonl").toStdString());
        QCOMPARE(records.size(), 1U);
        QCOMPARE(records[0].question, std::string("What is this?"));
        QCOMPARE(records[0].answer["answer"].get<std::string>(), std::string("A short answer."));
    }

    void earlierTurnsAreInTheRequest() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.ask("One?");
        test.ask("Two?");
        QCOMPARE(test.script().requests().back().messages.size(), 3U);
    }

    void stoppingKeepsWhatThereIs() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.script().hold();
        QVERIFY(test.workspace().ask("What?"));
        QTRY_COMPARE(test.workspace().turns().back().text, "A ");
        test.workspace().stopAnswer();
        QVERIFY(test.settle());
        QVERIFY(test.workspace().turns().back().wasStopped());
        QCOMPARE(test.workspace().turns().back().text, "A ");
        test.script().release();
        test.ask("Again?"); // the engine is still usable
        QCOMPARE(test.workspace().turns().back().text, "A short answer.");
    }

    void anAnswerAboutAPictureThatIsGoneIsDropped() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.script().hold();
        QVERIFY(test.workspace().ask("What?"));
        QTRY_COMPARE(test.workspace().turns().back().text, "A ");
        QSignalSpy changed(&test.workspace(), &Workspace::turnChanged);
        test.open(test::blocksFromText("43/21"));
        test.script().release();
        QVERIFY(test.settle());
        QVERIFY(test.workspace().turns().empty());
        QVERIFY(!test.workspace().shownTurn());
        QCOMPARE(changed.size(), 0);
        QVERIFY(!QFile::exists(test.path("log.jsonl")));
    }

    void aFailureIsInTheTurn() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.script().failWith("cuda:0: 3 GB are free, 4 GB are needed");
        test.ask("What?");
        QCOMPARE(test.workspace().turns().back().state, Turn::State::Failed);
        QCOMPARE(test.workspace().turns().back().error, "cuda:0: 3 GB are free, 4 GB are needed");
        QVERIFY(!test.workspace().isAsking());
        test.script().failWith("");
        test.ask("Again?");
        QVERIFY(test.workspace().turns().back().isDone());
    }

    void aQuestionAboutARegionCarriesIt() {
        TestWindow test;
        test.open(test::blocksFromText("0123/4567/8901"));
        test.load();
        const PixelRect region{32, 32, 64, 64};
        test.workspace().picture().setRegion(region);
        QVERIFY(test.settle());
        QVERIFY(test.workspace().picture().mask().area == region);
        test.ask("What is here?");
        QVERIFY(test.script().requests().back().images[0].region == region);
        QVERIFY(test.workspace().turns().back().region == region);
        QVERIFY(test.workspace().turns().back().answer.images[0].mask == test.workspace().picture().mask().mask);
    }

    void regionsAreClippedAndForgottenWithThePicture() {
        TestWindow test;
        test.open(test::blocksFromText("0123/4567"));
        LivePicture& picture = test.workspace().picture();
        picture.setRegion({96, 32, 500, 500});
        QVERIFY((picture.region() == PixelRect{96, 32, 32, 32}));
        test.open(test::blocksFromText("01/23"));
        QVERIFY(picture.region().empty());
    }

    void aRegionThatNoModelCanSeeIsRefused() {
        TestWindow test;
        test.open(test::randomScreen(64, 4, 1));
        LivePicture& picture = test.workspace().picture();
        const PixelRect before{0, 0, 64, 96};
        QVERIFY(picture.setRegion(before));
        QVERIFY(test.settle());
        QSignalSpy noticed(&test.workspace(), &Workspace::noticed);
        QVERIFY(!picture.setRegion({8, 0, 8, 2000})); // 250 : 1
        QVERIFY(test.settle());
        QCOMPARE(noticed.size(), 1);
        QVERIFY(noticed.front().front().value<Notice>().text.contains("8 × 2000"));
        QVERIFY(picture.region() == before);
        QVERIFY(picture.mask().area == before);
        MethodSettings settings = test.workspace().settings();
        settings.set(kTau, 0.5);
        test.workspace().setSettings(settings);
        QVERIFY(test.settle());
        QVERIFY(picture.mask().settings == settings); // tau still moves it
    }

    void aMaskThatCannotBeMadeLeavesNoOlderOne() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        LivePicture& picture = test.workspace().picture();
        QVERIFY(picture.mask().valid());
        QSignalSpy failed(&picture, &LivePicture::failed);
        MethodSettings settings;
        settings = settings.withMethod("no such strategy");
        picture.setSettings(settings);
        QVERIFY(test.settle());
        QCOMPARE(failed.size(), 1);
        QVERIFY(!picture.mask().valid());
        QVERIFY(!test.workspace().costs());
        QVERIFY(test.window().canvas().keptChip().isHidden());
        picture.setSettings({});
        QVERIFY(test.settle());
        QVERIFY(picture.mask().valid());
    }

    void nothingIsAskedWhileAModelLoads() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        test.load();
        test.script().holdLoad();
        test.window().loadModel("/models/other");
        QVERIFY(test.workspace().model()); // the first one
        QVERIFY(test.workspace().whyNotAsk().contains("loading"));
        QVERIFY(!test.workspace().ask("What?"));
        test.script().release();
        QVERIFY(test.settle());
        QVERIFY(test.script().requests().empty());
        test.ask("What?");
        QVERIFY(test.workspace().turns().back().isDone());
    }

    void errorsAreOneLine() {
        TestWindow test;
        QSignalSpy noticed(&test.workspace(), &Workspace::noticed);
        test.script().failLoadWith("\nmodel.safetensors:\tis \x1b cut off\r\nException raised from read\nframe #0");
        test.window().loadModel("/models/fake");
        QVERIFY(test.settle());
        QCOMPARE(noticed.size(), 1);
        QCOMPARE(noticed.front().front().value<Notice>().text, "model.safetensors: is   cut off");
    }

    void aPictureThatCannotBeReadChangesNothing() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        const quint64 before = test.workspace().picture().id();
        QFile bad(test.path("bad.png"));
        QVERIFY(bad.open(QIODevice::WriteOnly));
        bad.write("no picture");
        bad.close();
        QSignalSpy noticed(&test.workspace(), &Workspace::noticed);
        test.workspace().picture().openFile(bad.fileName());
        QVERIFY(test.settle());
        QCOMPARE(noticed.size(), 1);
        QVERIFY(noticed.front().front().value<Notice>().text.contains("bad.png"));
        QCOMPARE(test.workspace().picture().id(), before);
    }

    void loadingCanBeCancelledAndFail() {
        TestWindow test;
        test.script().holdLoad();
        test.window().loadModel("/models/fake");
        QCOMPARE(test.workspace().modelState(), Workspace::ModelState::Loading);
        test.workspace().cancelLoad();
        QVERIFY(test.settle());
        QCOMPARE(test.workspace().modelState(), Workspace::ModelState::None);
        test.script().release();
        QSignalSpy noticed(&test.workspace(), &Workspace::noticed);
        test.script().failLoadWith("config.json: found no model_type");
        test.window().loadModel("/models/fake");
        QVERIFY(test.settle());
        QCOMPARE(noticed.size(), 1);
        test.script().failLoadWith("");
        test.load();
        QVERIFY(test.workspace().model());
        test.script().failLoadWith("model.safetensors: is cut off");
        test.window().loadModel("/models/other");
        QVERIFY(test.settle());
        QVERIFY(test.workspace().model()); // the one that works stays
    }

    void theUnprunedAnswerIsTheBaseline() {
        TestWindow test;
        test.open(test::blocksFromText("0000/0000"));
        test.load();
        choose(test, "keep_all");
        test.ask("Full?");
        choose(test, "pred_2d");
        test.ask("Pruned?");
        const Turn& last = test.workspace().turns().back();
        QVERIFY(test.workspace().baselineOf(last));
        QCOMPARE(test.workspace().baselineOf(last)->question, "Full?");
    }

    /// Their times are those of a few tokens: no measure for anything.
    void answersThatTookOverMostAreNoBaseline() {
        TestWindow test;
        test.open(test::blocksFromText("0000/0000"));
        test.load();
        choose(test, "keep_all");
        const auto guess = test.workspace().costs()->firstTokenMs;
        test.script().setReuse({0, 1});
        test.ask("Full?");
        QVERIFY(test.workspace().turns().back().wasShortened());
        QVERIFY(test.workspace().costs()->firstTokenMs == guess);
        choose(test, "pred_2d");
        test.ask("Pruned?");
        QVERIFY(!test.workspace().baselineOf(test.workspace().turns().back()));
    }
};

QTEST_MAIN(TestWorkspace)
#include "tst_workspace.moc"
