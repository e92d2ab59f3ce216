#include "tests/ui/test_window.h"
#include "ui/session/pixels.h"
#include "ui/window/message_bar.h"
#include "ui/window/picture_input.h"

#include <QApplication>
#include <QPainter>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;
using prunescope::test::visibleOverlay;

namespace {

constexpr int kSkip = 77;       ///< what CTest takes for "skipped"
constexpr int kWaitMs = 60'000; ///< a portal that has to start first
const QColor kColours[]{QColor(200, 30, 40), QColor(20, 160, 60), QColor(30, 60, 210), QColor(240, 220, 50)};

/// Four coloured quarters, on all of the screen.
class KnownWindow : public QWidget {
protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        for (int i = 0; i < 4; ++i)
            painter.fillRect(QRect(i % 2 * width() / 2, i / 2 * height() / 2, width() / 2 + 1, height() / 2 + 1),
                             kColours[i]);
    }
};

/// The colour in the middle of a quarter.
QColor quarter(const Picture& picture, int index) {
    const int x = picture.width() * (1 + index % 2 * 2) / 4, y = picture.height() * (1 + index / 2 * 2) / 4;
    const std::uint8_t* rgb = picture.row(y) + x * 3;
    return QColor(rgb[0], rgb[1], rgb[2]);
}

bool showsQuarters(const Picture& picture) {
    for (int i = 0; i < 4; ++i)
        if (quarter(picture, i) != kColours[i])
            return false;
    return true;
}

/// Sides of the screen in pixels, "1920x1080", as who started the session knows them.
QSize screenPixels() {
    const QStringList sides = qEnvironmentVariable("PRUNESCOPE_SCREEN_PX", "1920x1080").split(u'x');
    return {sides[0].toInt(), sides[1].toInt()};
}

} // namespace

/// On a real Wayland desktop with a real portal (packaging/checks/wayland-capture): what it shows is what is captured.
class TestWaylandCapture : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_known.showFullScreen();
        QVERIFY(QTest::qWaitForWindowExposed(&m_known));
        QTest::qWait(500); // the compositor paints when it likes to
    }

    void theScreenIsCaptured() {
        TestWindow test;
        QVERIFY2(usableGrabber()->unavailable().isEmpty(), qPrintable(usableGrabber()->unavailable()));
        test.window().input().capture({CaptureKind::Screen});
        QTRY_VERIFY2_WITH_TIMEOUT(!test.image().isEmpty(), qPrintable(test.window().messages().text()), kWaitMs);
        QVERIFY(test.settle());
        QCOMPARE(test.window().messages().text(), QString());
        const Picture& picture = test.image().screenshot().picture;
        QCOMPARE(QSize(picture.width(), picture.height()), screenPixels());
        QVERIFY(showsQuarters(picture));
        const auto& desktop = test.image().screenshot().desktop;
        QVERIFY(desktop && desktop->layout.screens().size() == 1);
        const PixelRect& logical = desktop->layout.screens()[0].logical;
        const PixelPoint end = desktop->layout.toPicture({double(logical.right()), double(logical.bottom())});
        QCOMPARE(QSize(qRound(end.x), qRound(end.y)), screenPixels());
        QCOMPARE(test.image().screenshot().scale, double(picture.width()) / logical.width);
        qInfo("picture %d x %d, logical %d x %d, Qt's scale %g, scale %g", picture.width(), picture.height(),
              logical.width, logical.height, desktop->layout.screens()[0].scale, test.image().screenshot().scale);
    }

    void aRegionIsDrawnOverTheScreen() {
        TestWindow test;
        test.window().input().capture({CaptureKind::Region});
        RegionOverlay* overlay = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((overlay = visibleOverlay()) != nullptr, kWaitMs);
        QVERIFY(QTest::qWaitForWindowExposed(overlay));
        const QSize logical = screenPixels() / (screenPixels().width() / double(overlay->width()));
        QTRY_COMPARE(overlay->size(), logical);
        QTest::mousePress(overlay, Qt::LeftButton, {}, {2, 2}); // {0, 0} is the middle for QTest
        const QString picture = qEnvironmentVariable("PRUNESCOPE_OVERLAY_PNG");
        QTest::mouseMove(overlay, QPoint(overlay->width() / 2, overlay->height() / 2));
        if (!picture.isEmpty())
            QVERIFY(overlay->grab().save(picture));
        QTest::mouseRelease(overlay, Qt::LeftButton, {}, QPoint(overlay->width() / 2, overlay->height() / 2));
        QTRY_VERIFY(!test.image().isEmpty());
        QVERIFY(test.settle());
        const int inset = qRound(2 * screenPixels().width() / double(logical.width()));
        QCOMPARE(test.image().size(), (Size{screenPixels().width() / 2 - inset, screenPixels().height() / 2 - inset}));
        for (int i = 0; i < 4; ++i)
            QCOMPARE(quarter(test.image().screenshot().picture, i), kColours[0]);
    }

    void windowsCannotBeCapturedAndThatIsSaid() {
        TestWindow test;
        test.window().input().capture({CaptureKind::Window});
        QVERIFY(test.window().isVisible());
        QVERIFY(test.window().messages().text().startsWith("Wayland does not tell where windows are"));
    }

private:
    KnownWindow m_known;
};

int main(int argc, char** argv) {
    if (!qEnvironmentVariable("QT_QPA_PLATFORM").startsWith("wayland") ||
        qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY")) {
        qWarning("no Wayland desktop: skipped");
        return kSkip;
    }
    QApplication app(argc, argv);
    TestWaylandCapture test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_wayland_capture.moc"
