#include "tests/ui/test_window.h"
#include "ui/canvas/screen_canvas.h"
#include "ui/session/pixels.h"
#include "ui/window/message_bar.h"
#include "ui/window/picture_input.h"

#include <QApplication>
#include <QPainter>
#include <QScreen>
#include <QtTest>
#include <algorithm>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;
using prunescope::test::visibleOverlay;

namespace {

constexpr int kSkip = 77; ///< what CTest takes for "skipped"
const QRect kPlace(200, 120, 640, 400);
const QColor kColours[]{QColor(200, 30, 40), QColor(20, 160, 60), QColor(30, 60, 210), QColor(240, 220, 50)};

/// Four coloured quarters at a known place of the screen.
class KnownWindow : public QWidget {
public:
    KnownWindow() {
        setWindowFlags(Qt::FramelessWindowHint | Qt::BypassWindowManagerHint);
        setGeometry(kPlace);
        setWindowTitle(QStringLiteral("Four quarters – ä"));
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        for (int i = 0; i < 4; ++i)
            painter.fillRect(quarter(i), kColours[i]);
    }

public:
    QRect quarter(int i) const { return {i % 2 * width() / 2, i / 2 * height() / 2, width() / 2, height() / 2}; }
};

QColor pixel(const Picture& picture, QPoint at) {
    const std::uint8_t* rgb = picture.row(at.y()) + at.x() * 3;
    return QColor(rgb[0], rgb[1], rgb[2]);
}

bool showsQuarters(const Picture& picture, const KnownWindow& window) {
    for (int i = 0; i < 4; ++i)
        for (const QPoint inset : {QPoint(3, 3), window.quarter(i).size().isEmpty() ? QPoint() : QPoint(150, 90)})
            if (pixel(picture, kPlace.topLeft() + window.quarter(i).topLeft() + inset) != kColours[i])
                return false;
    return true;
}

} // namespace

/// On a real X server: what is on the screen is what the window shows.
class TestRealWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_known.show();
        QVERIFY(QTest::qWaitForWindowExposed(&m_known));
    }

    void everyGrabberSeesTheScreen_data() {
        QTest::addColumn<QString>("name");
        for (const GrabberEntry& entry : grabbers())
            if (entry.make()->unavailable().isEmpty())
                QTest::newRow(entry.name) << QString(entry.name);
    }
    void everyGrabberSeesTheScreen() {
        QFETCH(QString, name);
        const auto entry = std::ranges::find(grabbers(), name, &GrabberEntry::name);
        DesktopPicture seen;
        const auto look = [&] {
            const auto grabber = entry->make();
            bool answered = false;
            QString problem;
            grabber->grab(
                [&](const DesktopPicture& desktop) {
                    seen = desktop;
                    answered = true;
                },
                [&](const QString& message) {
                    problem = message;
                    answered = true;
                });
            return QTest::qWaitFor([&] { return answered; }) && problem.isEmpty();
        };
        // The X server paints when it likes to.
        QTRY_VERIFY(look() && showsQuarters(pictureOf(seen.image), m_known));
        QCOMPARE(seen.image.format(), QImage::Format_RGB32);
        QCOMPARE(seen.image.size(), QGuiApplication::primaryScreen()->size());
        QCOMPARE(seen.layout.screens().size(), std::size_t(QGuiApplication::screens().size()));
        QCOMPARE(seen.layout.pixels(0), (PixelRect{0, 0, seen.image.width(), seen.image.height()}));
    }

    void theWindowUnderThePointerIsCaptured() {
        TestWindow test;
        QCursor::setPos(kPlace.center());
        test.window().input().capture({CaptureKind::Window});
        QTRY_VERIFY(!test.image().isEmpty());
        QVERIFY(test.settle());
        QCOMPARE(test.image().size(), (Size{kPlace.width(), kPlace.height()}));
        QCOMPARE(pixel(test.image().screenshot().picture, {3, 3}), kColours[0]);
        QCOMPARE(test.image().screenshot().name, m_known.windowTitle().toStdString());
        const auto& desktop = test.image().screenshot().desktop;
        QVERIFY(desktop);
        QCOMPARE(desktop->part, (PixelRect{kPlace.x(), kPlace.y(), kPlace.width(), kPlace.height()}));
    }

    void withoutAWindowUnderThePointerItSaysSo() {
        TestWindow test;
        QCursor::setPos(kPlace.bottomRight() + QPoint(60, 60));
        test.window().input().capture({CaptureKind::Window});
        QTRY_VERIFY(test.window().messages().text().contains("no window under the mouse pointer"));
        QVERIFY(test.window().isVisible() && test.image().isEmpty());
    }

    void aRegionIsDrawnOnTheScreen() {
        TestWindow test;
        test.window().input().capture({CaptureKind::Region});
        RegionOverlay* overlay = nullptr;
        QTRY_VERIFY((overlay = visibleOverlay()) != nullptr);
        QVERIFY(!test.window().isVisible());
        QTest::mousePress(overlay, Qt::LeftButton, {}, kPlace.topLeft());
        QTest::mouseMove(overlay, kPlace.center());
        QTest::mouseRelease(overlay, Qt::LeftButton, {}, kPlace.topLeft() + QPoint(320, 200));
        QTRY_VERIFY(!test.image().isEmpty());
        QVERIFY(test.settle());
        QVERIFY(test.window().isVisible() && !visibleOverlay());
        QCOMPARE(test.image().size(), (Size{320, 200})); // the first quarter
        QCOMPARE(pixel(test.image().screenshot().picture, {3, 3}), kColours[0]);
        QCOMPARE(pixel(test.image().screenshot().picture, {316, 196}), kColours[0]);
    }

    void capturingHidesTheWindowAndShowsWhatWasBehind() {
        TestWindow test;
        test.window().setGeometry(kPlace.adjusted(-40, -40, 400, 200)); // in front of the known window
        QVERIFY(QTest::qWaitForWindowExposed(&test.window()));
        test.window().input().capture();
        QVERIFY(!test.window().isVisible());
        QTRY_VERIFY(!test.image().isEmpty());
        QVERIFY(test.settle());
        QVERIFY(test.window().isVisible());
        QVERIFY(showsQuarters(test.image().screenshot().picture, m_known));
        // Flat quarters: a block each is kept, and a little along the edges.
        QVERIFY(test.maskView().mask().mask.keptShare() < 0.5);
    }

private:
    KnownWindow m_known;
};

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("DISPLAY")) {
        qWarning("no X server: skipped");
        return kSkip;
    }
    QApplication app(argc, argv);
    TestRealWindow test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_real_window.moc"
