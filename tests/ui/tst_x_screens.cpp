// On a real X server with any screens, at any scale (packaging/checks/x11-capture): each pixel of another program's
// window is where the capture says, and what is pointed at on a screen is what is captured.
#include "tests/ui/painted_window.h"
#include "tests/ui/test_window.h"
#include "ui/capture/desktop_screens.h"
#include "ui/capture/x11_desktop.h"
#include "ui/session/pixels.h"
#include "ui/window/message_bar.h"
#include "ui/window/picture_input.h"

#include <QApplication>
#include <QScreen>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::PaintedWindow;
using prunescope::test::TestWindow;
using prunescope::test::visibleOverlay;

namespace {

constexpr int kSkip = 77; ///< what CTest takes for "skipped"
constexpr Size kWindow{480, 320};

QRgb pixel(const Picture& picture, QPoint at) {
    const std::uint8_t* rgb = picture.row(at.y()) + at.x() * 3;
    return qRgb(rgb[0], rgb[1], rgb[2]);
}

/// Whether a picture shows all pixels of a window that lies at `window` in it.
bool showsQuarters(const Picture& picture, const QRect& window) {
    if (!QRect(0, 0, picture.width(), picture.height()).contains(window))
        return false;
    for (int i = 0; i < 4; ++i) {
        const QRect quarter = PaintedWindow::quarter(window, i).translated(window.topLeft());
        for (const QPoint corner : {quarter.topLeft(), quarter.topRight(), quarter.bottomLeft(), quarter.bottomRight()})
            if (pixel(picture, corner) != PaintedWindow::kColours[i])
                return false;
    }
    return true;
}

} // namespace

class TestScreens : public QObject {
    Q_OBJECT

    QScreen* m_screen = nullptr;
    PixelRect m_pixels; ///< of the screen on the X server
    QRect m_place;      ///< of the other program's window there
    std::unique_ptr<PaintedWindow> m_window;

    /// The layout of the desktop, as the X server tells it.
    static ScreenLayout layout() {
        const X11Desktop desktop;
        return layoutByPixels(desktop.size(), desktop.screens());
    }

    QPoint toLogical(QPointF pixels) const {
        return ((pixels - QPointF(m_pixels.x, m_pixels.y)) / m_screen->devicePixelRatio() +
                QPointF(m_screen->geometry().topLeft()))
            .toPoint();
    }

    /// Captures, and waits for the picture.
    void capture(TestWindow& test, const CaptureTarget& target) {
        test.window().input().capture(target);
        QTRY_VERIFY2_WITH_TIMEOUT(!test.image().isEmpty(), qPrintable(test.window().messages().text()), 20'000);
        QVERIFY(test.settle());
        // A screen's logical sides are whole numbers.
        QVERIFY(std::abs(test.image().screenshot().scale - m_screen->devicePixelRatio()) < 0.01);
    }

private Q_SLOTS:
    void initTestCase_data() {
        QTest::addColumn<int>("screen");
        for (qsizetype i = 0; i < QGuiApplication::screens().size(); ++i)
            QTest::newRow(qPrintable(QGuiApplication::screens()[i]->name())) << static_cast<int>(i);
    }
    void init() {
        QFETCH_GLOBAL(int, screen);
        m_screen = QGuiApplication::screens()[screen];
        m_pixels = layout().pixels(static_cast<std::size_t>(screen));
        m_place = QRect(m_pixels.x + 120, m_pixels.y + 60, kWindow.width, kWindow.height);
        m_window = std::make_unique<PaintedWindow>(m_place);
        QVERIFY(m_window->isShown());
        const QSizeF size = QSizeF(m_screen->size()) * m_screen->devicePixelRatio();
        QVERIFY(std::abs(m_pixels.width - size.width()) < 1 && std::abs(m_pixels.height - size.height()) < 1);
    }
    void cleanup() { m_window.reset(); }

    void theDesktopIsCaptured() {
        TestWindow test;
        test.window().input().capture({CaptureKind::Desktop});
        QTRY_VERIFY2(!test.image().isEmpty(), qPrintable(test.window().messages().text()));
        QVERIFY(test.settle());
        QVERIFY(showsQuarters(test.image().screenshot().picture, m_place));
    }

    void theScreenIsCaptured() {
        TestWindow test;
        capture(test, {CaptureKind::Screen, m_screen->name()});
        QCOMPARE(test.image().size(), (Size{m_pixels.width, m_pixels.height}));
        QVERIFY(showsQuarters(test.image().screenshot().picture, m_place.translated(-m_pixels.x, -m_pixels.y)));
        // And all of its coordinates lead back to the X server.
        const auto& desktop = test.image().screenshot().desktop;
        QVERIFY(desktop);
        const QPoint corner = toLogical(m_place.topLeft());
        const PixelPoint there = desktop->layout.toPicture({double(corner.x()), double(corner.y())});
        QVERIFY(std::abs(there.x - m_place.x()) < m_screen->devicePixelRatio());
        QVERIFY(std::abs(there.y - m_place.y()) < m_screen->devicePixelRatio());
    }

    void theScreenWithThePointerIsCaptured() {
        QCursor::setPos(m_screen, toLogical(m_place.center()));
        TestWindow test;
        capture(test, {CaptureKind::Screen});
        QVERIFY(showsQuarters(test.image().screenshot().picture, m_place.translated(-m_pixels.x, -m_pixels.y)));
    }

    void theWindowUnderThePointerIsCaptured() {
        QCursor::setPos(m_screen, toLogical(m_place.center()));
        TestWindow test;
        capture(test, {CaptureKind::Window});
        QCOMPARE(test.image().size(), kWindow);
        QVERIFY(showsQuarters(test.image().screenshot().picture, {0, 0, kWindow.width, kWindow.height}));
        QCOMPARE(QString::fromStdString(test.image().screenshot().name), PaintedWindow::title());
    }

    /// Round about the window, to whole logical pixels, then the same again.
    void aRegionIsCaptured() {
        TestWindow test;
        test.window().input().capture({CaptureKind::Region});
        RegionOverlay* overlay = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((overlay = visibleOverlay(m_screen)) != nullptr, 20'000);
        const QPoint from = toLogical(m_place.topLeft()) - QPoint(8, 8) - overlay->geometry().topLeft();
        const QPoint to = toLogical(m_place.bottomRight()) + QPoint(8, 8) - overlay->geometry().topLeft();
        QTest::mousePress(overlay, Qt::LeftButton, {}, from);
        QTest::mouseMove(overlay, to);
        QTest::mouseRelease(overlay, Qt::LeftButton, {}, to);
        QTRY_VERIFY(!test.image().isEmpty());
        QVERIFY(test.settle());
        const PixelRect part = test.image().screenshot().desktop->part;
        const QRect window = m_place.translated(-part.x, -part.y);
        QVERIFY(window.x() > 0 && window.x() <= 9 * m_screen->devicePixelRatio());
        QVERIFY(showsQuarters(test.image().screenshot().picture, window));
        test.image().openPixels(QImage(64, 64, QImage::Format_RGB32), "another");
        QVERIFY(test.settle());
        test.window().input().capturer().again();
        QTRY_COMPARE(test.image().size(), (Size{part.width, part.height}));
        QVERIFY(test.settle());
        QVERIFY(showsQuarters(test.image().screenshot().picture, window));
    }
};

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("DISPLAY")) {
        qWarning("no X server: skipped");
        return kSkip;
    }
    if (PaintedWindow::isAskedFor(argc, argv))
        return PaintedWindow::run(argc, argv);
    QApplication app(argc, argv);
    TestScreens test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_x_screens.moc"
