#include "tests/ui/test_window.h"
#include "ui/canvas/screen_canvas.h"
#include "ui/capture/screen_grabber.h"
#include "ui/session/pixels.h"
#include "ui/window/picture_input.h"

#include <QApplication>
#include <QPainter>
#include <QScreen>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

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

    void theGrabberSeesTheScreen() {
        const auto grabber = usableGrabber();
        QVERIFY2(grabber->unavailable().isEmpty(), qPrintable(grabber->unavailable()));
        const auto sources = grabber->sources();
        QVERIFY(!sources.empty());
        Picture seen;
        QString name, problem;
        // The X server paints when it likes to.
        QTRY_VERIFY((grabber->grab(
                         sources.front().id,
                         [&](const QImage& image, const QString& title) {
                             seen = pictureOf(image);
                             name = title;
                         },
                         [&](const QString& message) { problem = message; }),
                     problem.isEmpty() && showsQuarters(seen, m_known)));
        QCOMPARE(QSize(seen.width(), seen.height()), QGuiApplication::primaryScreen()->size());
        QCOMPARE(name, QStringLiteral("Screen 1")); // whatever the system calls it
        QVERIFY2(sources.front().title.startsWith(name + " · "), qPrintable(sources.front().title));
    }

    void aScreenThatIsGoneIsSaid() {
        QString problem;
        usableGrabber()->grab(
            "no such screen", [](const QImage&, const QString&) { QFAIL("captured nothing"); },
            [&](const QString& message) { problem = message; });
        QVERIFY(problem.contains("no such screen"));
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
