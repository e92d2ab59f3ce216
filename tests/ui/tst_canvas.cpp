#include "core/image/image_file.h"
#include "core/mask/mask_painter.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/canvas/canvas_chips.h"
#include "ui/canvas/region_tool.h"
#include "ui/canvas/screen_canvas.h"
#include "ui/canvas/view_transform.h"
#include "ui/pixels.h"
#include "ui/widgets/message_bar.h"

#include <QTemporaryDir>
#include <QWheelEvent>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

// The colour of the canvas at a point of the picture.
QColor colourAt(ScreenCanvas& canvas, QPointF picture) {
    return canvas.grab().toImage().pixelColor(canvas.transform().toView(picture).toPoint());
}

QColor dimmed(QColor colour) {
    const std::uint8_t in[]{static_cast<std::uint8_t>(colour.red()), static_cast<std::uint8_t>(colour.green()),
                            static_cast<std::uint8_t>(colour.blue())};
    std::uint8_t out[3];
    dimPixel(in, out, {});
    return QColor(out[0], out[1], out[2]);
}

// 8 x 8 blocks, all alike but for the first one. Pred-2D keeps three: the first, and one where each run starts anew.
Picture mostlyGrey() {
    std::vector<int> levels(64, 100);
    levels[0] = 0;
    return test::flatBlocks(8, 8, levels);
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
        canvas.setMaskMode(MaskMode::Grid);
        QCOMPARE(colourAt(canvas, {112, 16}), grey);
        canvas.setMaskMode(MaskMode::Off);
        QCOMPARE(colourAt(canvas, {112, 16}), grey);
    }

    void gridLinesAreDrawnWhenZoomedIn() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        ScreenCanvas& canvas = test.window().canvas();
        canvas.setMaskMode(MaskMode::Off);
        const QImage plain = canvas.grab().toImage();
        canvas.setMaskMode(MaskMode::Grid);
        QVERIFY(canvas.grab().toImage() != plain);
        canvas.zoomBy(0.1 / canvas.transform().zoom);
        const QImage small = canvas.grab().toImage();
        canvas.setMaskMode(MaskMode::Off);
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
        const RegionRef expected{test.workspace().turns().back().id, 0};
        QTRY_VERIFY(test.workspace().hovered() == expected);
        QCOMPARE(canvas.boxes().hovered(), 0);
        QTest::mouseMove(&canvas, QPoint(2, 2));
        QTRY_COMPARE(canvas.boxes().hovered(), -1);
    }

    void draggingWithTheRegionToolSelects() {
        TestWindow test;
        test.open(test::randomScreen(20, 30, 1));
        ScreenCanvas& canvas = test.window().canvas();
        canvas.actualSize();
        canvas.setTool(ScreenCanvas::Tool::Region);
        drag(canvas, {100, 120}, {400, 300});
        const PixelRect region = test.workspace().picture().region();
        QVERIFY(std::abs(region.x - 100) <= 1 && std::abs(region.y - 120) <= 1);
        QVERIFY(std::abs(region.width - 300) <= 2 && std::abs(region.height - 180) <= 2);
        QCOMPARE(canvas.tool(), ScreenCanvas::Tool::Pan);
        QVERIFY(test.settle());
        QVERIFY(canvas.keptChip().text().contains("blocks"));
        QTest::keyClick(&canvas, Qt::Key_Escape);
        QVERIFY(test.workspace().picture().region().empty());
    }

    void aRefusedDragKeepsTheTool() {
        TestWindow test;
        test.open(test::randomScreen(4, 200, 1));
        ScreenCanvas& canvas = test.window().canvas();
        canvas.setTool(ScreenCanvas::Tool::Region);
        drag(canvas, {60, 40}, {6300, 40 + 2 / canvas.transform().zoom});
        QVERIFY(test.workspace().picture().region().empty());
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
        const PixelRect first = test.workspace().picture().region();
        QVERIFY(!first.empty());
        QTest::keyClick(&canvas, Qt::Key_Right);
        QTest::keyClick(&canvas, Qt::Key_Down, Qt::ShiftModifier);
        const PixelRect moved = test.workspace().picture().region();
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
    }

    void picturesKeepTheirPixels() {
        const Picture noise = test::noise({37, 21}, 5);
        const QImage image = sharedImage(noise);
        QCOMPARE(image.pixelColor(36, 20).blue(), static_cast<int>(noise.row(20)[36 * 3 + 2]));
        const Picture back = pictureOf(image.convertToFormat(QImage::Format_RGB32));
        QVERIFY(std::equal(back.data(), back.data() + back.sizeBytes(), noise.data()));
    }

    void alphaIsDroppedHoweverAPictureComesIn() {
        QImage image(5, 4, QImage::Format_ARGB32);
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                image.setPixel(x, y, qRgba(50 * x, 60 * y, 200, 60 * x));
        const Picture pasted = pictureOf(image);
        QCOMPARE(static_cast<int>(pasted.row(2)[0]), 0); // where nothing would be seen
        QCOMPARE(static_cast<int>(pasted.row(2)[1]), 120);
        QCOMPARE(static_cast<int>(pasted.row(2)[2]), 200);
        const QTemporaryDir folder;
        const QString path = folder.filePath("transparent.png");
        QVERIFY(image.save(path));
        const Picture opened = readImage(path.toStdString());
        QVERIFY(opened.size() == pasted.size());
        QVERIFY(std::equal(opened.data(), opened.data() + opened.sizeBytes(), pasted.data()));
    }

    void smallerCopiesComeWithThePicture() {
        TestWindow test;
        test.open(test::randomScreen(64, 40, 1));
        int factor = 0;
        const PictureLevels& levels = test.workspace().picture().levels();
        QCOMPARE(levels.forScale(0.6, factor).size(), QSize(1280, 2048));
        QCOMPARE(factor, 1);
        QCOMPARE(levels.forScale(0.5, factor).size(), QSize(640, 1024));
        QCOMPARE(factor, 2);
        QCOMPARE(levels.forScale(0.01, factor).size(), QSize(320, 512)); // less is not worth a copy
        QCOMPARE(factor, 4);
        QVERIFY(PictureLevels().forScale(0.1, factor).isNull());
    }
};

QTEST_MAIN(TestCanvas)
#include "tst_canvas.moc"
