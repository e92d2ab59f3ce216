#include "core/image/mark_frame.h"
#include "core/pruning/pixel_options.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/panels/panel.h"
#include "ui/panels/turn_view.h"
#include "ui/session/pixels.h"
#include "ui/widgets/segmented.h"

#include <QAbstractButton>
#include <QFile>
#include <QLabel>
#include <QTextBrowser>
#include <QtTest>
#include <cstring>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

const PixelRect kRegion{96, 64, 160, 128};

bool sameBytes(const Picture& a, const Picture& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.sizeBytes()) == 0;
}

/// The choice beside the region.
Segmented* choice(TestWindow& test) {
    for (auto* one : test.window().findChildren<Segmented*>())
        if (one->accessibleName() == QLatin1String("How the model is shown the region"))
            return one;
    return nullptr;
}

void choose(TestWindow& test, const QString& title) {
    for (auto* button : choice(test)->findChildren<QAbstractButton*>())
        if (button->text() == title)
            button->click();
    QVERIFY(test.settle());
}

nlohmann::json lastRecord(TestWindow& test) {
    QFile file(test.path("log.jsonl"));
    return file.open(QIODevice::ReadOnly)
               ? nlohmann::json::parse(file.readAll().trimmed().split('\n').back().toStdString(), nullptr, false)
               : nlohmann::json();
}

model::Region boxAt(std::vector<double> px, const std::string& label = {}) {
    model::Region region;
    region.px = std::move(px);
    region.label = label;
    return region;
}

/// A flat picture but for its first block: nearly everything is dropped.
void openFlat(TestWindow& test, double tau) {
    std::vector<int> levels(144, 100);
    levels[0] = 0;
    test.open(test::flatBlocks(12, 12, levels));
    MethodSettings settings;
    settings.set(kTau, tau);
    test.maskView().setSettings(settings);
    test.load();
}

QString plain(QString text) {
    return text.replace(QChar(0x202f), QLatin1Char(' '));
}

} // namespace

/// A question about a region, as a crop or marked in the whole; and boxes on what the model has not seen.
class TestRegionUse : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aMarkedRegionIsAskedInTheWhole() {
        TestWindow test;
        test.open(test::randomScreen(12, 12, 3));
        test.load();
        QVERIFY(!choice(test)->isVisible()); // without a region there is nothing to choose
        test.maskView().setRegion(kRegion);
        QVERIFY(test.settle());
        QVERIFY(choice(test)->isVisible());
        test.ask("What?");
        QCOMPARE(test.script().requests().back().images.front().region, kRegion);
        QCOMPARE(lastRecord(test).at("region").at("shown"), nlohmann::json("crop"));
        choose(test, "Mark");
        test.ask("What?");
        const model::Request request = test.script().requests().back();
        QVERIFY(request.images.front().region.empty());
        QVERIFY(sameBytes(request.images.front().picture, framed(test.image().screenshot().picture, kRegion)));
        QCOMPARE(request.messages.size(), std::size_t{1}); // the crop's coordinates mean other places
        QVERIFY(request.messages.front().parts.back().text.find("red frame") != std::string::npos);
        QCOMPARE(lastRecord(test).at("region"), nlohmann::json::parse(R"({"px": [96, 64, 160, 128],
                                                                          "shown": "marked"})"));
        QCOMPARE(lastRecord(test).at("question"), nlohmann::json("What?"));
        test.ask("And then?");
        QCOMPARE(test.script().requests().back().messages.size(), std::size_t{3});
    }

    void theMaskIsThatOfTheFramedPicture() {
        TestWindow test;
        test.open(test::flatBlocks(12, 12, std::vector<int>(144, 100)));
        test.load();
        test.maskView().setRegionUse(model::RegionUse::Marked);
        test.maskView().setRegion(kRegion);
        QVERIFY(test.settle());
        QCOMPARE(test.maskView().area(), (PixelRect{0, 0, 384, 384}));
        const Picture shown = framed(test.image().screenshot().picture, kRegion);
        const PixelBlocks blocks(shown);
        QVERIFY(test.maskView().mask().mask == makeMask(blocks, {}));
        test.ask("What?");
        QVERIFY(test.conversation().turns().back().answer.images.front().mask == test.maskView().mask().mask);
        QVERIFY(test.scene().now().fates); // which hold: it is what was run
        choose(test, "Crop");
        QVERIFY(!test.scene().now().fates);
        QCOMPARE(test.maskView().area(), kRegion);
    }

    void theFrameIsOnTheCanvasAndTheRestNotDark() {
        TestWindow test;
        test.open(test::flatBlocks(12, 12, std::vector<int>(144, 200)));
        test.scene().setMode(MaskMode::Off);
        test.maskView().setRegion(kRegion);
        QVERIFY(test.settle());
        ScreenCanvas& canvas = test.window().canvas();
        const auto colour = [&](QPointF picture) {
            return canvas.grab().toImage().pixelColor(canvas.transform().toView(picture).toPoint());
        };
        const QColor grey(200, 200, 200), red(255, 0, 0);
        QVERIFY(colour({20, 300}) != grey);
        test.maskView().setRegionUse(model::RegionUse::Marked);
        QVERIFY(test.settle());
        QCOMPARE(colour({20, 300}), grey);
        QCOMPARE(colour({94.5, 100}), red);
        QCOMPARE(colour({150, 100}), grey);
    }

    void theChoiceIsRemembered() {
        TestWindow test;
        test.open(test::randomScreen(12, 12, 3));
        test.maskView().setRegion(kRegion);
        choose(test, "Mark");
        test.reopen();
        QVERIFY(test.maskView().regionUse() == model::RegionUse::Marked);
        test.open(test::randomScreen(12, 12, 3));
        test.maskView().setRegion(kRegion);
        QCOMPARE(choice(test)->current(), "marked");
    }

    void aStripCanBeMarkedButNotCropped() {
        TestWindow test;
        test.open(test::noise({2400, 320}, 1));
        test.maskView().setRegionUse(model::RegionUse::Marked);
        test.maskView().setRegion({0, 0, 2400, 8});
        QVERIFY(!test.maskView().region().empty());
        QSignalSpy failed(&test.maskView(), &MaskView::failed);
        test.maskView().setRegionUse(model::RegionUse::Crop);
        QCOMPARE(failed.size(), 1);
        QVERIFY(test.maskView().regionUse() == model::RegionUse::Marked);
        QCOMPARE(choice(test)->current(), "marked");
        QVERIFY(test.settle());
    }

    void thePromptSaysThatThereIsAFrame() {
        TestWindow test;
        test.open(test::randomScreen(12, 12, 3));
        test.load();
        auto* panel = test.child<Panel>("prompt");
        panel->show();
        panel->raise();
        test.maskView().setRegionUse(model::RegionUse::Marked);
        test.maskView().setRegion(kRegion);
        test.conversation().setDraft("What is it?");
        QTest::qWait(200); // for the end of what is typed
        QVERIFY(test.settle());
        QVERIFY(panel->findChild<QTextBrowser*>()->toPlainText().contains("inside the red frame"));
        const auto labels = panel->findChildren<QLabel*>();
        QVERIFY(
            std::ranges::any_of(labels, [](const QLabel* label) { return label->text().contains("in a red frame"); }));
    }

    void aBoxOnDroppedBlocksIsSaidAndDrawnSo() {
        TestWindow test;
        openFlat(test, 0.02);
        test.script().setRegions({boxAt({128, 128, 250, 250}, "save"), boxAt({0, 0, 30, 30}, "first")});
        test.ask("Where?");
        const std::vector<Box>& boxes = test.scene().now().boxes;
        QCOMPARE(plain(boxes[0].unseen), "Most of this box was not seen by the model: 16 of 16 blocks dropped.");
        QVERIFY(boxes[1].unseen.isEmpty());
        const QString note = plain(test.child<TurnView>()->unread());
        QCOMPARE(note, "“save”: Most of this box was not seen by the model: 16 of 16 blocks dropped.");
    }

    void equalBlocksAreUnseenAllTheSame() {
        TestWindow test;
        openFlat(test, 0);
        test.script().setRegions({boxAt({128, 128, 250, 250})});
        test.ask("Where?");
        QCOMPARE(plain(test.scene().now().boxes[0].unseen),
                 "Most of this box was not seen by the model: 16 of 16 blocks dropped, which equal kept ones.");
        test.maskView().setPlan(PrunePlan::none());
        test.ask("Where?");
        QVERIFY(test.scene().now().boxes[0].unseen.isEmpty());
    }

    /// Drawn dashed, so that colour is not the only sign: less of the line is there.
    void anUnseenBoxIsDashed() {
        const auto linePixels = [](bool isPruned) {
            TestWindow test;
            openFlat(test, 0.02);
            if (!isPruned)
                test.maskView().setPlan(PrunePlan::none());
            test.script().setRegions({boxAt({128, 128, 250, 250})});
            [&] { test.ask("Where?"); }();
            test.scene().setMode(MaskMode::Off);
            ScreenCanvas& canvas = test.window().canvas();
            const QRectF box = canvas.boxes().viewRect(0, canvas.transform());
            const QImage seen = canvas.grab().toImage();
            int count = 0;
            for (int x = static_cast<int>(box.left()) + 5; x < box.right() - 5; ++x)
                count += seen.pixelColor(x, static_cast<int>(box.bottom())).green() > 140;
            return count;
        };
        const int dashed = linePixels(true), whole = linePixels(false);
        QVERIFY2(dashed > 10 && dashed < whole * 3 / 4, qPrintable(QString("%1 of %2").arg(dashed).arg(whole)));
    }
};

QTEST_MAIN(TestRegionUse)
#include "tst_region_use.moc"
