#include "core/image/image_file.h"
#include "core/pruning/method.h"
#include "core/pruning/pixel_options.h"
#include "core/report/mask_painter.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/canvas/canvas_chips.h"
#include "ui/canvas/change_layer.h"
#include "ui/canvas/region_tool.h"
#include "ui/canvas/screen_canvas.h"
#include "ui/canvas/view_chips.h"
#include "ui/canvas/view_transform.h"
#include "ui/session/pixels.h"
#include "ui/style/format.h"
#include "ui/window/message_bar.h"

#include <QAction>
#include <QTemporaryDir>
#include <QWheelEvent>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::dimmed;
using prunescope::test::TestWindow;

namespace {

// The colour of the canvas at a point of the picture.
QColor colourAt(ScreenCanvas& canvas, QPointF picture) {
    return canvas.grab().toImage().pixelColor(canvas.transform().toView(picture).toPoint());
}

// 8 x 8 blocks, all alike but for the first one. Pred-2D keeps three: the first, and one where each run starts anew.
Picture mostlyGrey() {
    std::vector<int> levels(64, 100);
    levels[0] = 0;
    return test::flatBlocks(8, 8, levels);
}

void setTau(TestWindow& test, double tau) {
    MethodSettings settings = test.maskView().settings();
    settings.set(kTau, tau);
    test.maskView().setSettings(settings);
    QVERIFY(test.settle());
}

// Pixels in the colour of changes in and around a part of the picture.
int changePixels(ScreenCanvas& canvas, QRectF picture) {
    const QImage seen = canvas.grab().toImage();
    const QRect view = canvas.transform().toView(picture).toAlignedRect().adjusted(-2, -2, 2, 2);
    int count = 0;
    for (int y = view.top(); y <= view.bottom(); ++y)
        for (int x = view.left(); x <= view.right(); ++x)
            count += seen.valid(x, y) && seen.pixelColor(x, y) == kChangeColour;
    return count;
}

void drag(ScreenCanvas& canvas, QPointF from, QPointF to) {
    const auto view = [&](QPointF picture) { return canvas.transform().toView(picture).toPoint(); };
    QTest::mousePress(&canvas, Qt::LeftButton, {}, view(from));
    QTest::mouseMove(&canvas, view((from + to) / 2));
    QTest::mouseMove(&canvas, view(to));
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, view(to));
}

model::Region boxRegion(std::vector<double> px, const std::string& label) {
    model::Region region;
    region.px = std::move(px);
    region.label = label;
    return region;
}

} // namespace

class TestCanvas : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void zoomKeepsThePointUnderTheCursor() {
        ViewTransform transform{0.5, {10, 20}};
        const QPointF cursor(200, 150), before = transform.toPicture(cursor);
        transform.zoomAt(cursor, 1.7);
        QCOMPARE(transform.toPicture(cursor), before);
        transform.zoomAt(cursor, 1e9);
        QCOMPARE(transform.zoom, kMaxZoom);
    }

    void fittedPicturesAreCentred() {
        const QRectF view(0, 0, 800, 600);
        const ViewTransform wide = fitted({1600, 600}, view);
        QCOMPARE(wide.zoom, 0.5);
        QCOMPARE(wide.origin, QPointF(0, 150));
        QCOMPARE(fitted({390, 200}, view).zoom, 2.0); // small ones at whole multiples
        QCOMPARE(fitted({32, 32}, view).zoom, 18.0);
        QCOMPARE(fitted({1, 1}, view).zoom, kMaxZoom); // still to be seen
    }

    /// What a model sees of it is wider and less tall: 1024 x 576.
    void errorsCoverTheWholePicture() {
        TestWindow test;
        test.open(Picture({1008, 592}, std::vector<std::uint8_t>(std::size_t{1008} * 592 * 3, 150)));
        ScreenCanvas& canvas = test.window().canvas();
        canvas.scene().setMode(MaskMode::Error);
        QVERIFY(test.settle());
        for (const double zoom : {1.0, 0.98, 1.02}) {
            canvas.actualSize();
            canvas.zoomBy(zoom);
            const QColor middle = colourAt(canvas, {500, 300});
            QVERIFY(middle != QColor(150, 150, 150));
            QCOMPARE(colourAt(canvas, {500, 591}), middle);
            QCOMPARE(colourAt(canvas, {500, 1}), middle);
        }
    }

    void redactionsAreBlackWhateverRecedes() {
        TestWindow test;
        test.open(mostlyGrey());
        test.image().redact({64, 64, 96, 96});
        QVERIFY(test.settle());
        ScreenCanvas& canvas = test.window().canvas();
        for (const MaskMode mode : {MaskMode::Mask, MaskMode::Grid, MaskMode::Restored, MaskMode::Error}) {
            canvas.scene().setMode(mode);
            QVERIFY(test.settle());
            for (const QPointF at : {QPointF(70, 70), QPointF(112, 112), QPointF(150, 90)})
                QCOMPARE(colourAt(canvas, at), QColor(Qt::black));
        }
    }

    void theWheelZoomsToTheCursor() {
        TestWindow test;
        test.open(test::randomScreen(20, 30, 1));
        ScreenCanvas& canvas = test.window().canvas();
        const QPointF cursor = canvas.rect().center() + QPointF(40, 30);
        const QPointF before = canvas.transform().toPicture(cursor);
        const double zoom = canvas.transform().zoom;
        for (int i = 0; i < 8; ++i) {
            QWheelEvent wheel(cursor, canvas.mapToGlobal(cursor), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                              Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(&canvas, &wheel);
        }
        QVERIFY(canvas.transform().zoom > 3 * zoom);
        const QPointF moved = canvas.transform().toPicture(cursor) - before;
        QVERIFY2(moved.manhattanLength() < 1e-6, qPrintable(QString::number(moved.manhattanLength())));
        QTest::keyClick(&canvas, Qt::Key_0);
        QCOMPARE(canvas.transform().zoom, zoom);
        QTest::keyClick(&canvas, Qt::Key_1);
        QCOMPARE(canvas.transform().zoom, 1.0);
    }

    void droppedBlocksRecedeAndKeptOnesStay() {
        TestWindow test;
        test.open(mostlyGrey());
        ScreenCanvas& canvas = test.window().canvas();
        const QColor grey(100, 100, 100); // block '5'
        QCOMPARE(colourAt(canvas, {48, 16}), grey);
        QCOMPARE(colourAt(canvas, {112, 16}), dimmed(grey));
        QTest::keyPress(&canvas, Qt::Key_Space); // the plain picture while it is held
        QCOMPARE(colourAt(canvas, {112, 16}), grey);
        QTest::keyRelease(&canvas, Qt::Key_Space);
        QCOMPARE(colourAt(canvas, {112, 16}), dimmed(grey));
        test.scene().setMode(MaskMode::Grid);
        QCOMPARE(colourAt(canvas, {112, 16}), grey);
        test.scene().setMode(MaskMode::Off);
        QCOMPARE(colourAt(canvas, {112, 16}), grey);
    }

    void theRestoredPictureIsShown() {
        TestWindow test;
        std::vector<int> levels(64, 100);
        levels[0] = 0;
        levels[20] = 104; // within tau of its neighbours: restored as they are
        test.open(test::flatBlocks(8, 8, levels));
        setTau(test, 0.02);
        ScreenCanvas& canvas = test.window().canvas();
        const QPointF place(4 * 32 + 16, 2 * 32 + 16);
        QVERIFY(!test.maskView().mask().mask.kept(20));
        test.scene().setMode(MaskMode::Restored);
        QVERIFY(test.settle());
        QCOMPARE(colourAt(canvas, place), QColor(100, 100, 100));
        QTest::keyPress(&canvas, Qt::Key_Space);
        QCOMPARE(colourAt(canvas, place), QColor(104, 104, 104));
        QTest::keyRelease(&canvas, Qt::Key_Space);
        QCOMPARE(colourAt(canvas, place), QColor(100, 100, 100));
        setTau(test, 0); // kept now
        QCOMPARE(colourAt(canvas, place), QColor(104, 104, 104));
        test.scene().setMode(MaskMode::Mask);
        QVERIFY(!test.maskView().restoration());
        QCOMPARE(colourAt(canvas, place), QColor(104, 104, 104));
    }

    void errorsAreShownAsColours() {
        TestWindow test;
        std::vector<int> levels(64, 100);
        levels[20] = 105;
        test.open(test::flatBlocks(8, 8, levels));
        setTau(test, 0.02); // 5 levels: full scale
        ScreenCanvas& canvas = test.window().canvas();
        test.scene().setMode(MaskMode::Error);
        QVERIFY(test.settle());
        const QColor grey = colourAt(canvas, {16, 16}), heat = colourAt(canvas, {4 * 32 + 16, 2 * 32 + 16});
        QVERIFY2(grey.red() == grey.blue(), qPrintable(grey.name()));
        QVERIFY2(heat.red() > 150 && heat.red() > heat.blue() + 40, qPrintable(heat.name()));
    }

    void aRestoredRegionLiesOnItsPlace() {
        TestWindow test;
        std::vector<int> levels(400, 100);
        for (const int place : {5 * 20 + 5, 15 * 20 + 15})
            levels[static_cast<std::size_t>(place)] = 105;
        test.open(test::flatBlocks(20, 20, levels));
        setTau(test, 0.02);
        ScreenCanvas& canvas = test.window().canvas();
        test.scene().setMode(MaskMode::Restored);
        test.maskView().setRegion({0, 0, 320, 320});
        QVERIFY(test.settle());
        QCOMPARE(colourAt(canvas, {5 * 32 + 16, 5 * 32 + 16}), QColor(100, 100, 100));
        QVERIFY(colourAt(canvas, {15 * 32 + 16, 15 * 32 + 16}) != QColor(100, 100, 100)); // darker, around a region
        QCOMPARE(colourAt(canvas, {8 * 32 + 16, 8 * 32 + 16}), QColor(100, 100, 100));
    }

    void theChipSaysHowLargeTheErrorIs() {
        TestWindow test;
        test.open(test::gradient({640, 512}, 3));
        setTau(test, 0.02);
        auto* chip = test.child<RestoredChip>();
        QVERIFY(!chip->isVisible());
        test.scene().setMode(MaskMode::Error);
        QVERIFY(chip->isVisible());
        QCOMPARE(chip->text(), "restoring…");
        QVERIFY(test.settle());
        QCOMPARE(chip->text(), "worst error 0.0196 of τ 0.02");
        MethodSettings settings = test.maskView().settings();
        settings.set(kAnchored, false);
        test.maskView().setSettings(settings);
        QVERIFY(test.settle());
        QVERIFY2(chip->text().endsWith(", not bounded"), qPrintable(chip->text()));
        for (const MethodEntry& entry : pixelMethods()) {
            settings.set(kAnchored, true);
            settings = settings.withMethod(entry.name);
            test.maskView().setSettings(settings);
            QVERIFY(test.settle());
            QCOMPARE(chip->text().contains("not bounded"), !static_cast<bool>(entry.decode));
        }
        settings = settings.withMethod("pred_2d");
        settings.set(kTau, 0);
        test.maskView().setSettings(settings);
        QVERIFY(test.settle());
        QCOMPARE(chip->text(), "no error");
        test.scene().setMode(MaskMode::Grid);
        QVERIFY(!chip->isVisible());
    }

    void theMaskKeyGoesThroughAllViews() {
        TestWindow test;
        ScreenCanvas& canvas = test.window().canvas();
        QList<MaskMode> seen;
        for (int i = 0; i < 5; ++i) {
            QTest::keyClick(&canvas, Qt::Key_M);
            QVERIFY(!seen.contains(test.scene().now().mode));
            seen << test.scene().now().mode;
        }
        QCOMPARE(seen.back(), MaskMode::Mask);
    }

    void aPointIsSaidInAllCoordinates() {
        TestWindow test;
        ScreenCanvas& canvas = test.window().canvas();
        QImage image(320, 256, QImage::Format_RGB32);
        image.fill(Qt::darkGreen);
        const auto layout = ScreenLayout::ofPicture({640, 512}, {{"one", {-320, 0, 320, 256}, 2}});
        test.image().openCapture({image, "Screen 1", {*layout, {320, 256, 320, 256}}});
        QVERIFY(test.settle());
        const QPoint cursor = canvas.transform().toView(QPointF(81, 65)).toPoint();
        QTest::mouseMove(&canvas, cursor);
        QVERIFY(canvas.coordinates().text().isEmpty()); // not unasked
        QTest::keyClick(&canvas, Qt::Key_C);
        const QPointF at = canvas.transform().toPicture(cursor); // a whole pixel of the view
        const auto pair = [](double x, double y) {
            return QStringLiteral("%1, %2").arg(fixedText(x, 1), fixedText(y, 1));
        };
        const QString expected =
            QStringLiteral("Desktop %1 · screen 1\nDesktop's picture %2 px\nPicture %3 px\nModel %3 · block 22 (row 2, "
                           "column 2)\n0 to 1000: %4, %5")
                .arg(pair(-320 + (320 + at.x()) / 2, (256 + at.y()) / 2), pair(320 + at.x(), 256 + at.y()),
                     pair(at.x(), at.y()))
                .arg(std::lround(at.x() / 320 * 1000))
                .arg(std::lround(at.y() / 256 * 1000));
        QVERIFY2(canvas.coordinates().text().startsWith(expected + "\nDropped by Pred-2D before the encoder: "),
                 qPrintable(canvas.coordinates().text()));
        QTest::mouseMove(&canvas, canvas.transform().toView(QPointF(-8, 64)).toPoint());
        QVERIFY(canvas.coordinates().text().isEmpty()); // beside the picture
        QTest::mouseMove(&canvas, canvas.transform().toView(QPointF(160, 64)).toPoint());
        QVERIFY(canvas.coordinates().text().contains("Picture 160."));
        QTest::keyClick(&canvas, Qt::Key_C);
        QVERIFY(canvas.coordinates().text().isEmpty());
    }

    void changesAreOutlined() {
        TestWindow test;
        ScreenCanvas& canvas = test.window().canvas();
        test.scene().setMode(MaskMode::Off);
        test.open(test::flatBlocks(8, 8, std::vector<int>(64, 100)));
        QVERIFY(!test.child<ChangesChip>()->isVisible());
        const QImage plain = canvas.grab().toImage();
        std::vector<int> levels(64, 100);
        for (const int place : {18, 19, 45})
            levels[static_cast<std::size_t>(place)] = 101;
        test.open(test::flatBlocks(8, 8, levels));
        QVERIFY(test.child<ChangesChip>()->isVisible());
        QCOMPARE(test.child<ChangesChip>()->text(), "3 blocks changed in 2 places");
        QVERIFY(changePixels(canvas, {64, 64, 64, 32}) > 20);
        QVERIFY(changePixels(canvas, {160, 160, 32, 32}) > 20);
        QCOMPARE(changePixels(canvas, {0, 192, 128, 64}), 0);
        QTest::keyPress(&canvas, Qt::Key_Space); // the plain picture
        QCOMPARE(changePixels(canvas, {64, 64, 64, 32}), 0);
        QTest::keyRelease(&canvas, Qt::Key_Space);
        auto* toggle = test.child<QAction>("changes");
        QVERIFY(toggle->isChecked() && !toggle->shortcut().isEmpty());
        toggle->trigger();
        QCOMPARE(changePixels(canvas, {64, 64, 64, 32}), 0);
        QVERIFY(!test.child<ChangesChip>()->isVisible());
        toggle->trigger();
        test.open(test::flatBlocks(8, 8, levels));
        QCOMPARE(test.child<ChangesChip>()->text(), "nothing changed");
        QCOMPARE(changePixels(canvas, {0, 0, 256, 256}), 0);
        test.open(test::flatBlocks(8, 9, std::vector<int>(72, 100))); // another size: nothing to compare
        QVERIFY(!test.child<ChangesChip>()->isVisible());
    }

    void noChipLiesOnAnother() {
        TestWindow test;
        test.open(test::gradient({1280, 800}, 3));
        test.open(test::gradient({1280, 800}, 4));
        ScreenCanvas& canvas = test.window().canvas();
        test.scene().setMode(MaskMode::Error);
        for (const QSize size : {QSize(1024, 700), QSize(1440, 900), QSize(1920, 1080)}) {
            test.window().resize(size);
            QVERIFY(test.settle());
            QTest::qWait(20);
            const QList<QFrame*> chips{&canvas.keptChip(), test.child<RestoredChip>(), test.child<ChangesChip>(),
                                       test.child<ZoomChip>()};
            const QRectF picture = canvas.transform().toView(QRectF(0, 0, 1280, 800));
            for (const QFrame* chip : chips) {
                QVERIFY(chip->isVisible() && canvas.rect().contains(chip->geometry()));
                QVERIFY(!picture.intersects(QRectF(chip->geometry())));
                for (const QFrame* other : chips)
                    QVERIFY(other == chip || !other->geometry().intersects(chip->geometry()));
            }
        }
    }

    void nothingMovesWhileItIsRestored() {
        TestWindow test;
        test.open(test::gradient({1280, 800}, 3));
        ScreenCanvas& canvas = test.window().canvas();
        for (int width = 1000; width < 1400; width += 20) {
            test.window().resize(width, 800);
            QTest::qWait(1);
            test.scene().setMode(MaskMode::Error);
            const ViewTransform before = canvas.transform();
            setTau(test, 0.02);
            QVERIFY(canvas.transform() == before);
            setTau(test, 0);
            QVERIFY(canvas.transform() == before);
            test.scene().setMode(MaskMode::Mask);
        }
    }

    void aSmallerPictureIsSaidAndNothingRecedes() {
        TestWindow test;
        test.open(test::randomScreen(20, 30, 1));
        ScreenCanvas& canvas = test.window().canvas();
        test.scene().setMode(MaskMode::Off);
        const QColor plain = colourAt(canvas, {500, 300});
        MethodSettings settings;
        settings = settings.withMethod("resize");
        test.maskView().setSettings(settings);
        test.scene().setMode(MaskMode::Mask);
        QVERIFY(test.settle());
        const KeepMask& mask = test.maskView().mask().mask;
        const QString text = canvas.keptChip().text();
        QVERIFY2(text.contains(QString("%1 blocks in place of 600").arg(mask.count())), qPrintable(text));
        const BlockGrid grid = mask.grid(); // the middle of a block: no line of the grid there
        const double x = (grid.cols / 2 + 0.5) * 960 / grid.cols, y = (grid.rows / 2 + 0.5) * 640 / grid.rows;
        const QColor seen = colourAt(canvas, {x, y});
        test.scene().setMode(MaskMode::Off);
        QCOMPARE(seen, colourAt(canvas, {x, y}));
        QVERIFY(plain.isValid());
    }

    void gridLinesAreDrawnWhenZoomedIn() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        ScreenCanvas& canvas = test.window().canvas();
        test.scene().setMode(MaskMode::Off);
        const QImage plain = canvas.grab().toImage();
        test.scene().setMode(MaskMode::Grid);
        QVERIFY(canvas.grab().toImage() != plain);
        canvas.zoomBy(0.1 / canvas.transform().zoom);
        const QImage small = canvas.grab().toImage();
        test.scene().setMode(MaskMode::Off);
        QVERIFY(canvas.grab().toImage() == small);
    }

    void boxesLandOnTheirPixels() {
        TestWindow test;
        test.open(test::randomScreen(20, 30, 1));
        test.load();
        model::Region point = boxRegion({500, 300}, "Point");
        point.kind = model::Region::Kind::Point;
        test.script().setRegions({boxRegion({96, 64, 320, 160}, "Box"), point});
        test.ask("Where?");
        ScreenCanvas& canvas = test.window().canvas();
        QCOMPARE(canvas.boxes().boxes().size(), 2U);
        const QRectF box = canvas.boxes().viewRect(0, canvas.transform());
        QCOMPARE(box, QRectF(canvas.transform().toView(QPointF(96, 64)), QSizeF(224, 96) * canvas.transform().zoom));
        const QImage seen = canvas.grab().toImage();
        const QColor edge = seen.pixelColor(QPointF(box.left(), box.center().y()).toPoint());
        QVERIFY2(edge.green() > edge.red() + 40, qPrintable(edge.name()));
        QCOMPARE(canvas.boxes().viewRect(1, canvas.transform()).center(), canvas.transform().toView(QPointF(500, 300)));
    }

    void hoveringABoxLightsItUp() {
        TestWindow test;
        test.open(test::randomScreen(20, 30, 1));
        test.load();
        test.script().setRegions({boxRegion({96, 64, 320, 160}, "Box")});
        test.ask("Where?");
        ScreenCanvas& canvas = test.window().canvas();
        const QPoint inside = canvas.boxes().viewRect(0, canvas.transform()).center().toPoint();
        QTest::mouseMove(&canvas, inside);
        const RegionRef expected{test.conversation().turns().back().id, 0};
        QTRY_VERIFY(test.conversation().hovered() == expected);
        QCOMPARE(canvas.boxes().lit(), 0);
        QTest::mouseMove(&canvas, QPoint(2, 2));
        QTRY_COMPARE(canvas.boxes().lit(), -1);
    }

    void draggingWithTheRegionToolSelects() {
        TestWindow test;
        test.open(test::randomScreen(20, 30, 1));
        ScreenCanvas& canvas = test.window().canvas();
        canvas.actualSize();
        canvas.setTool(ScreenCanvas::Tool::Region);
        drag(canvas, {100, 120}, {400, 300});
        const PixelRect region = test.maskView().region();
        QVERIFY(std::abs(region.x - 100) <= 1 && std::abs(region.y - 120) <= 1);
        QVERIFY(std::abs(region.width - 300) <= 2 && std::abs(region.height - 180) <= 2);
        QCOMPARE(canvas.tool(), ScreenCanvas::Tool::Pan);
        QVERIFY(test.settle());
        QVERIFY(canvas.keptChip().text().contains("blocks"));
        QTest::keyClick(&canvas, Qt::Key_Escape);
        QVERIFY(test.maskView().region().empty());
    }

    void aRefusedDragKeepsTheTool() {
        TestWindow test;
        test.open(test::randomScreen(4, 200, 1));
        ScreenCanvas& canvas = test.window().canvas();
        canvas.setTool(ScreenCanvas::Tool::Region);
        drag(canvas, {60, 40}, {6300, 40 + 2 / canvas.transform().zoom});
        QVERIFY(test.maskView().region().empty());
        QCOMPARE(canvas.tool(), ScreenCanvas::Tool::Region);
        QVERIFY(test.window().messages().text().contains("too narrow"));
        QVERIFY(test.settle());
        QVERIFY(canvas.keptChip().isVisible());
    }

    void aRegionCanBeMadeWithTheKeyboard() {
        TestWindow test;
        test.open(test::randomScreen(20, 30, 1));
        ScreenCanvas& canvas = test.window().canvas();
        QTest::keyClick(&canvas, Qt::Key_R);
        QTest::keyClick(&canvas, Qt::Key_Right);
        const PixelRect first = test.maskView().region();
        QVERIFY(!first.empty());
        QTest::keyClick(&canvas, Qt::Key_Right);
        QTest::keyClick(&canvas, Qt::Key_Down, Qt::ShiftModifier);
        const PixelRect moved = test.maskView().region();
        QCOMPARE(moved.x, first.x + 32);
        QCOMPARE(moved.height, first.height + 32);
    }

    void nudgedRegionsStayInside() {
        const Size picture{100, 80};
        PixelRect region = nudged({90, 70, 10, 10}, picture, {32, 32}, false);
        QVERIFY((region == PixelRect{90, 70, 10, 10}));
        region = nudged({0, 0, 20, 20}, picture, {-32, -32}, true);
        QVERIFY(region.width > 0 && region.height > 0);
        region = nudged({50, 0, 20, 20}, picture, {320, 0}, true);
        QCOMPARE(region.right(), 100);
    }

    void theChipSaysWhatIsKept() {
        TestWindow test;
        test.open(mostlyGrey());
        QCOMPARE(test.window().canvas().keptChip().text(), "256 × 256 · 8 × 8 blocks · 3 kept of 64 (4.7 %)");
        test.open(test::flatBlocks(34, 60, std::vector<int>(2040, 100)));
        QCOMPARE(test.window().canvas().keptChip().text(),
                 "1920 × 1088 · 60 × 34 blocks · 1 kept of 2\u202f040 (0.05 %)");
        test.open(test::flatBlocks(1, 1, {100}));
        QCOMPARE(test.window().canvas().keptChip().text(), "32 × 32 → 256 × 256 · 8 × 8 blocks · 1 kept of 64 (1.6 %)");
    }

    void picturesKeepTheirPixels() {
        const Picture noise = test::noise({37, 21}, 5);
        const QImage image = sharedImage(noise);
        QCOMPARE(image.pixelColor(36, 20).blue(), static_cast<int>(noise.row(20)[36 * 3 + 2]));
        const Picture back = pictureOf(image.convertToFormat(QImage::Format_RGB32));
        QVERIFY(std::equal(back.data(), back.data() + back.sizeBytes(), noise.data()));
    }

    void transparencyIsPutOnWhiteHoweverAPictureComesIn() {
        QImage image(5, 4, QImage::Format_ARGB32);
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                image.setPixel(x, y, qRgba(50 * x, 60 * y, 200, 60 * x));
        const LoadedImage loaded = loadedImage(image);
        QVERIFY(loaded.notes.onWhite);
        const Picture pasted = loaded.picture;
        QCOMPARE(int{pasted.row(2)[0]}, 255); // where nothing is seen
        QCOMPARE(int{pasted.row(2)[2]}, 255);
        QCOMPARE(int{pasted.row(2)[3 * 3 + 2]}, (200 * 180 + 127) / 255 + 75);
        const QTemporaryDir folder;
        const QString path = folder.filePath("transparent.png");
        QVERIFY(image.save(path));
        const Picture opened = readImage(path.toStdString());
        QVERIFY(opened.size() == pasted.size());
        QVERIFY(std::equal(opened.data(), opened.data() + opened.sizeBytes(), pasted.data()));
    }

    void theAlphaOfAScreenIsNoTransparency_data() {
        QTest::addColumn<int>("format");
        QTest::newRow("straight") << int{QImage::Format_ARGB32};
        QTest::newRow("multiplied") << int{QImage::Format_ARGB32_Premultiplied};
        QTest::newRow("bytes") << int{QImage::Format_RGBA8888};
        QTest::newRow("none") << int{QImage::Format_RGB32};
    }
    void theAlphaOfAScreenIsNoTransparency() {
        QFETCH(int, format);
        // What a compositor leaves in memory: colours with any alpha, also less than themselves.
        const QImage::Format bytes =
            format == QImage::Format_RGBA8888 ? QImage::Format_RGBA8888 : QImage::Format_ARGB32;
        QImage screen(256, 3, bytes);
        for (int y = 0; y < screen.height(); ++y)
            for (int x = 0; x < screen.width(); ++x)
                screen.setPixel(x, y, qRgba(200, 100 + y, x, x));
        screen.reinterpretAsFormat(static_cast<QImage::Format>(format));
        const LoadedImage loaded = loadedImage(withoutAlpha(screen));
        QVERIFY(!loaded.notes.onWhite);
        for (int y = 0; y < screen.height(); ++y)
            for (int x = 0; x < screen.width(); ++x) {
                const std::uint8_t* rgb = loaded.picture.row(y) + 3 * x;
                QCOMPARE(int{rgb[0]}, 200);
                QCOMPARE(int{rgb[1]}, 100 + y);
                QCOMPARE(int{rgb[2]}, x);
            }
    }

    void smallerCopiesComeWithThePicture() {
        TestWindow test;
        test.open(test::randomScreen(64, 40, 1));
        const PictureLevels& levels = test.image().levels();
        QCOMPARE(levels.forScale(0.6).size(), QSize(1280, 2048));
        QCOMPARE(levels.forScale(0.5).size(), QSize(640, 1024));
        QCOMPARE(levels.forScale(0.01).size(), QSize(320, 512)); // less is not worth a copy
        QVERIFY(PictureLevels().forScale(0.1).isNull());
    }
};

QTEST_MAIN(TestCanvas)
#include "tst_canvas.moc"
