#include "ui/capture/region_chooser.h"
#include "ui/capture/region_overlay.h"

#include <QGuiApplication>
#include <QScreen>
#include <QSignalSpy>
#include <QtTest>
#include <cmath>

using namespace prunescope;
using namespace prunescope::ui;

namespace {

QImage noise(QSize size) {
    QImage image(size, QImage::Format_RGB32);
    for (int y = 0; y < size.height(); ++y)
        for (int x = 0; x < size.width(); ++x)
            image.setPixel(x, y, qRgb((x * 7 + y * 13) % 251, (x * 3) % 255, y % 255));
    return image;
}

/// The one screen of the offscreen platform, at a scale of `zoom`, and another one to its right that nobody has.
DesktopPicture desktopAt(int zoom) {
    const QScreen* screen = QGuiApplication::primaryScreen();
    const QSize size = screen->size();
    DesktopPicture desktop{noise({size.width() * zoom * 2, size.height() * zoom}), {}};
    desktop.layout = *ScreenLayout::ofPicture({desktop.image.width(), desktop.image.height()},
                                              {{screen->name().toStdString(), {0, 0, size.width(), size.height()}, 1},
                                               {"elsewhere", {size.width(), 0, size.width(), size.height()}, 1}});
    return desktop;
}

std::optional<qint64> blocks(Size size) {
    return size.height < 10 ? std::nullopt : std::optional<qint64>(size.area() / 1024);
}

} // namespace

Q_DECLARE_METATYPE(PixelRect)

/// Drawing a region on a picture of the desktop.
class TestRegionChooser : public QObject {
    Q_OBJECT

    static void drag(RegionOverlay& overlay, QPoint from, QPoint to) {
        QTest::mousePress(&overlay, Qt::LeftButton, {}, from);
        QTest::mouseMove(&overlay, to);
        QTest::mouseRelease(&overlay, Qt::LeftButton, {}, to);
    }

    static PixelRect only(const QSignalSpy& spy) {
        return spy.size() == 1 ? spy[0][0].value<PixelRect>() : PixelRect{};
    }

private Q_SLOTS:
    void initTestCase() { qRegisterMetaType<PixelRect>("prunescope::PixelRect"); }

    void aDragIsARegion_data() {
        QTest::addColumn<int>("zoom");
        for (const int zoom : {1, 2, 3})
            QTest::addRow("scale %d", zoom) << zoom;
    }
    void aDragIsARegion() {
        QFETCH(int, zoom);
        RegionChooser chooser(desktopAt(zoom), blocks);
        QSignalSpy chosen(&chooser, &RegionChooser::chosen);
        QCOMPARE(chooser.overlays().size(), std::size_t{1}); // one for each screen that there is
        chooser.show();
        drag(*chooser.overlays()[0], {100, 50}, {300, 150});
        QCOMPARE(only(chosen), (PixelRect{100 * zoom, 50 * zoom, 200 * zoom, 100 * zoom}));
    }

    void aDragGoesOnToTheNextScreen() {
        RegionChooser chooser(desktopAt(2), blocks);
        QSignalSpy chosen(&chooser, &RegionChooser::chosen);
        chooser.show();
        RegionOverlay& overlay = *chooser.overlays()[0];
        drag(overlay, {overlay.width() - 50, 20}, {overlay.width() + 70, 90});
        QCOMPARE(only(chosen), (PixelRect{2 * overlay.width() - 100, 40, 240, 140}));
    }

    void aDragIsClippedToThePicture() {
        RegionChooser chooser(desktopAt(1), blocks);
        QSignalSpy chosen(&chooser, &RegionChooser::chosen);
        chooser.show();
        drag(*chooser.overlays()[0], {40, 30}, {-500, -500});
        QCOMPARE(only(chosen), (PixelRect{0, 0, 40, 30}));
    }

    void aClickChoosesNothing() {
        RegionChooser chooser(desktopAt(1), blocks);
        QSignalSpy chosen(&chooser, &RegionChooser::chosen), cancelled(&chooser, &RegionChooser::cancelled);
        chooser.show();
        QTest::mouseClick(chooser.overlays()[0].get(), Qt::LeftButton, {}, {100, 100});
        QVERIFY(chosen.isEmpty() && cancelled.isEmpty() && chooser.region().empty());
    }

    void sizeAndTokensAreSaidLive() {
        RegionChooser chooser(desktopAt(2), blocks);
        chooser.show();
        RegionOverlay* overlay = chooser.overlays()[0].get();
        QTest::mouseMove(overlay, {60, 70});
        QCOMPARE(chooser.label(), QStringLiteral("x 120 · y 140"));
        QTest::mousePress(overlay, Qt::LeftButton, {}, {8, 8});
        QTest::mouseMove(overlay, {72, 40});
        QCOMPARE(chooser.label(), QStringLiteral("128 × 64 px · 8 tokens"));
        QCOMPARE(overlay->accessibleName(), chooser.label());
        QTest::mouseMove(overlay, {72, 10});
        QCOMPARE(chooser.label(), QStringLiteral("128 × 4 px · too narrow for a model"));
    }

    void theKeyboardDoesItToo() {
        RegionChooser chooser(desktopAt(1), blocks);
        QSignalSpy chosen(&chooser, &RegionChooser::chosen);
        chooser.show();
        RegionOverlay* overlay = chooser.overlays()[0].get();
        QTest::keyClick(overlay, Qt::Key_Return);
        QVERIFY(chosen.isEmpty()); // there is none yet
        QTest::keyClick(overlay, Qt::Key_Right);
        const PixelRect first = chooser.region();
        QVERIFY(!first.empty());
        QTest::keyClick(overlay, Qt::Key_Left, Qt::ControlModifier);
        QTest::keyClick(overlay, Qt::Key_Down);
        QTest::keyClick(overlay, Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(overlay, Qt::Key_Return);
        QCOMPARE(only(chosen), (PixelRect{first.x - 1, first.y + 8, first.width + 8, first.height}));
    }

    void itEndsOnce() {
        RegionChooser chooser(desktopAt(1), blocks);
        QSignalSpy chosen(&chooser, &RegionChooser::chosen), cancelled(&chooser, &RegionChooser::cancelled);
        chooser.show();
        RegionOverlay* overlay = chooser.overlays()[0].get();
        QTest::keyClick(overlay, Qt::Key_Escape);
        drag(*overlay, {10, 10}, {200, 200});
        overlay->close();
        QCOMPARE(cancelled.size(), 1);
        QVERIFY(chosen.isEmpty());
    }

    /// Only what changed is drawn again; it must come to the same as drawing everything.
    void partlyDrawnIsWhollyDrawn() {
        RegionChooser chooser(desktopAt(1), blocks);
        chooser.show();
        RegionOverlay* overlay = chooser.overlays()[0].get();
        QVERIFY(QTest::qWaitForWindowExposed(overlay));
        QTest::mousePress(overlay, Qt::LeftButton, {}, {300, 300});
        for (const QPoint at :
             {QPoint(500, 420), QPoint(310, 320), QPoint(120, 90), QPoint(640, 30), QPoint(700, 700)}) {
            QTest::mouseMove(overlay, at);
            QCoreApplication::processEvents();
        }
        const QImage drawn =
            overlay->screen()->grabWindow(overlay->winId()).toImage().convertToFormat(QImage::Format_RGB32);
        QCOMPARE(drawn, overlay->grab().toImage().convertToFormat(QImage::Format_RGB32));
    }

    void whatIsInTheRegionIsNotDimmed() {
        RegionChooser chooser(desktopAt(1), blocks);
        chooser.show();
        RegionOverlay* overlay = chooser.overlays()[0].get();
        QTest::mousePress(overlay, Qt::LeftButton, {}, {100, 100});
        QTest::mouseMove(overlay, {400, 400});
        const QImage drawn = overlay->grab().toImage();
        const QImage& desktop = chooser.desktop().image;
        QCOMPARE(drawn.pixel(250, 250) & 0xffffff, desktop.pixel(250, 250) & 0xffffff);
        QVERIFY(qGray(drawn.pixel(50, 250)) < qGray(desktop.pixel(50, 250)) || qGray(desktop.pixel(50, 250)) < 12);
    }

    void aPictureOfUnknownScreensIsShownWhole() {
        DesktopPicture odd{noise({4000, 1000}), {}};
        RegionChooser chooser(odd, {});
        QSignalSpy chosen(&chooser, &RegionChooser::chosen);
        QCOMPARE(chooser.overlays().size(), std::size_t{1});
        chooser.show();
        RegionOverlay& overlay = *chooser.overlays()[0];
        const QRectF whole = overlay.transform().toView(QRectF(0, 0, 4000, 1000));
        QVERIFY(QRectF(overlay.rect()).adjusted(-1, -1, 1, 1).contains(whole));
        drag(overlay, whole.topLeft().toPoint(), whole.bottomRight().toPoint());
        QVERIFY(std::abs(only(chosen).width - 4000) < 10 && std::abs(only(chosen).height - 1000) < 10);
    }
};

QTEST_MAIN(TestRegionChooser)
#include "tst_region_chooser.moc"
