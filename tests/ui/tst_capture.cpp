#include "core/base/picture_stages.h"
#include "tests/ui/test_window.h"
#include "ui/capture/region_overlay.h"
#include "ui/window/message_bar.h"
#include "ui/window/picture_input.h"

#include <QApplication>
#include <QMenu>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

/// What has become of the grabbers of a test.
struct Grabs {
    int made = 0, asked = 0, gone = 0;
    QString whyNoWindows;
    std::function<void(DesktopPicture)> done;
    std::function<void(QString)> failed;
};

/// Answers when the test does.
class LateGrabber final : public ScreenGrabber {
public:
    explicit LateGrabber(std::shared_ptr<Grabs> grabs) : m_grabs(std::move(grabs)) { ++m_grabs->made; }
    ~LateGrabber() override { ++m_grabs->gone; }

    QString unavailable() const override { return {}; }
    QString whyNoWindows() const override { return m_grabs->whyNoWindows; }
    void grab(std::function<void(DesktopPicture)> done, std::function<void(QString)> failed) override {
        ++m_grabs->asked;
        m_grabs->done = std::move(done);
        m_grabs->failed = std::move(failed);
    }

private:
    std::shared_ptr<Grabs> m_grabs;
};

/// Each pixel says where it is: red its column, green its row, blue how often it was changed.
QImage places(QSize size, int blue = 0) {
    QImage image(size, QImage::Format_RGB32);
    for (int y = 0; y < size.height(); ++y)
        for (int x = 0; x < size.width(); ++x)
            image.setPixel(x, y, qRgb(x / 4, y / 4, blue));
    return image;
}

/// Two screens side by side, as a compositor pictures them at 2; the second is enlarged.
DesktopPicture twoScreens(int blue = 0) {
    DesktopPicture desktop{places({960, 320}, blue), {}};
    desktop.layout =
        *ScreenLayout::ofPicture({960, 320}, {{"left", {0, 0, 320, 160}, 2}, {"right", {320, 0, 160, 160}, 1}});
    desktop.window = WindowPlace{{100, 40, 200, 120}, "Editor"};
    return desktop;
}

DesktopPicture oneScreen() {
    return {places({64, 96}), {}};
}

} // namespace

/// What the window makes of what grabbers answer when they like, as those that ask a portal do.
class TestCapture : public QObject {
    Q_OBJECT

    std::shared_ptr<Grabs> m_grabs;

    // Has hidden itself and asks.
    void capture(TestWindow& test, const CaptureTarget& target = {}) {
        const int asked = m_grabs->asked;
        test.window().input().capture(target);
        QTRY_COMPARE(m_grabs->asked, asked + 1);
        QVERIFY(!test.window().isVisible());
    }

    void useLateGrabber(TestWindow& test) {
        test.setGrabber([grabs = m_grabs] { return std::make_unique<LateGrabber>(grabs); });
        test.reopen();
    }

    static RegionOverlay* overlay() {
        for (QWidget* widget : QApplication::topLevelWidgets())
            if (auto* found = qobject_cast<RegionOverlay*>(widget); found && found->isVisible())
                return found;
        return nullptr;
    }

    static QPoint firstPixel(TestWindow& test) {
        const std::uint8_t* rgb = test.image().screenshot().picture.row(0);
        return {rgb[0] * 4, rgb[1] * 4};
    }

    static PixelRect part(TestWindow& test) { return test.image().screenshot().desktop.value().part; }

private Q_SLOTS:
    void init() { m_grabs = std::make_shared<Grabs>(); }

    void aLaterAnswerIsOpened() {
        TestWindow test;
        useLateGrabber(test);
        capture(test);
        QTest::qWait(20);
        QVERIFY(m_grabs->gone < m_grabs->made); // owned until it has answered
        m_grabs->done(oneScreen());
        QVERIFY(test.settle());
        QVERIFY(test.window().isVisible());
        QCOMPARE(test.image().size(), (Size{64, 96}));
        const StageTimes& times = test.image().screenshot().times;
        QVERIFY(times.ms(stage::kCapture) >= 20 && times.has(stage::kReadImage));
        QTRY_COMPARE(m_grabs->gone, m_grabs->made);
    }

    void aLaterFailureIsSaid() {
        TestWindow test;
        useLateGrabber(test);
        capture(test);
        m_grabs->failed("The portal was closed.");
        QVERIFY(test.window().isVisible());
        QCOMPARE(test.window().messages().text(), "The portal was closed.");
        QVERIFY(test.image().isEmpty());
        QTRY_COMPARE(m_grabs->gone, m_grabs->made);
        capture(test); // can be tried again
    }

    void anotherCaptureWaitsForTheAnswer() {
        TestWindow test;
        useLateGrabber(test);
        capture(test);
        test.window().input().capture();
        QTest::qWait(400); // longer than the window takes to hide
        QCOMPARE(m_grabs->asked, 1);
        m_grabs->done(oneScreen());
        QVERIFY(test.window().isVisible());
    }

    void withoutAnAnswerItGoesWithTheWindow() {
        TestWindow test;
        useLateGrabber(test);
        capture(test);
        test.close();
        QCOMPARE(m_grabs->gone, m_grabs->made);
        m_grabs->done(oneScreen()); // of a reply that was under way: there is nobody left
        m_grabs->failed("The portal was closed.");
        test.reopen();
        QVERIFY(test.settle());
        QVERIFY(test.image().isEmpty() && test.window().messages().text().isEmpty());
    }

    void closingBeforeItWasAskedAsksNothing() {
        TestWindow test;
        useLateGrabber(test);
        test.window().input().capture();
        test.close();
        QCOMPARE(m_grabs->gone, m_grabs->made);
        QTest::qWait(400); // longer than the window takes to hide
        QCOMPARE(m_grabs->asked, 0);
        test.reopen();
    }

    void everyKindIsItsPart_data() {
        QTest::addColumn<CaptureTarget>("target");
        QTest::addColumn<QRect>("rect");
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("scale");
        QTest::newRow("desktop") << CaptureTarget{CaptureKind::Desktop} << QRect(0, 0, 960, 320) << "Desktop" << 2.0;
        QTest::newRow("a screen") << CaptureTarget{CaptureKind::Screen, "right"} << QRect(640, 0, 320, 320)
                                  << "Screen 2" << 2.0;
        QTest::newRow("window") << CaptureTarget{CaptureKind::Window} << QRect(100, 40, 200, 120) << "Editor" << 2.0;
    }
    void everyKindIsItsPart() {
        QFETCH(CaptureTarget, target);
        QFETCH(QRect, rect);
        QFETCH(QString, name);
        QFETCH(double, scale);
        TestWindow test;
        useLateGrabber(test);
        capture(test, target);
        m_grabs->done(twoScreens());
        QVERIFY(test.settle());
        QCOMPARE(part(test), (PixelRect{rect.x(), rect.y(), rect.width(), rect.height()}));
        QCOMPARE(test.image().size(), (Size{rect.width(), rect.height()}));
        QCOMPARE(firstPixel(test), rect.topLeft());
        QCOMPARE(test.image().screenshot().name, name.toStdString());
        QCOMPARE(test.image().screenshot().scale, scale);
    }

    void refusals() {
        TestWindow test;
        useLateGrabber(test);
        capture(test, {CaptureKind::Screen, "gone"});
        m_grabs->done(twoScreens());
        QVERIFY(test.window().messages().text().contains("'gone' is no longer there"));
        capture(test, {CaptureKind::Window});
        DesktopPicture nothing = twoScreens();
        nothing.window.reset();
        m_grabs->done(nothing);
        QVERIFY(test.window().messages().text().contains("no window under the mouse pointer"));
        m_grabs->whyNoWindows = "No windows here: capture a region.";
        test.window().input().capture({CaptureKind::Window});
        QVERIFY(test.window().isVisible()); // it did not even hide
        QCOMPARE(test.window().messages().text(), m_grabs->whyNoWindows);
    }

    void whatThePictureIsLikeIsTold() {
        TestWindow test;
        useLateGrabber(test);
        capture(test);
        DesktopPicture odd = oneScreen();
        odd.note = "This one is enlarged.";
        m_grabs->done(odd);
        QVERIFY(test.settle());
        QCOMPARE(test.window().messages().text(), odd.note);
    }

    void aRegionIsDrawnAndTakenAgain() {
        TestWindow test;
        useLateGrabber(test);
        capture(test, {CaptureKind::Region});
        m_grabs->done(twoScreens()); // none of them is a screen here: all of it is on one
        QTRY_VERIFY(overlay());
        const auto at = [&](QPointF picture) { return overlay()->transform().toView(picture).toPoint(); };
        QTest::mousePress(overlay(), Qt::LeftButton, {}, at({200, 80}));
        QTest::mouseMove(overlay(), at({300, 200}));
        QTest::mouseRelease(overlay(), Qt::LeftButton, {}, at({520, 240}));
        QVERIFY(test.settle());
        QVERIFY(!overlay() && test.window().isVisible());
        QVERIFY(std::abs(part(test).x - 200) <= 2 && std::abs(part(test).right() - 520) <= 2);
        const PixelRect drawn = part(test);
        const int asked = m_grabs->asked;
        QTest::keyClick(&test.window(), Qt::Key_F5);
        QTRY_COMPARE(m_grabs->asked, asked + 1);
        m_grabs->done(twoScreens(80));
        QVERIFY(test.settle());
        QVERIFY(!overlay()); // nobody is asked again
        QCOMPARE(part(test), drawn);
        QCOMPARE(static_cast<int>(test.image().screenshot().picture.row(0)[2]), 80);
        QTest::keyClick(&test.window(), Qt::Key_F5);
        QTRY_COMPARE(m_grabs->asked, asked + 2);
        m_grabs->done(oneScreen());
        QVERIFY(test.window().messages().text().contains("The screens have changed"));
    }

    void drawingIsGivenUp_data() {
        QTest::addColumn<int>("way");
        QTest::newRow("Esc") << 0;
        QTest::newRow("right button") << 1;
        QTest::newRow("closed") << 2;
    }
    void drawingIsGivenUp() {
        QFETCH(int, way);
        TestWindow test;
        useLateGrabber(test);
        capture(test, {CaptureKind::Region});
        m_grabs->done(twoScreens());
        QTRY_VERIFY(overlay());
        if (way == 0)
            QTest::keyClick(overlay(), Qt::Key_Escape);
        else if (way == 1)
            QTest::mouseClick(overlay(), Qt::RightButton);
        else
            overlay()->close();
        QTRY_VERIFY(!overlay() && test.window().isVisible());
        QVERIFY(test.settle());
        QVERIFY(test.image().isEmpty() && test.window().messages().text().isEmpty());
        capture(test); // can be tried again
    }

    void aDelayIsWaitedFor() {
        TestWindow test;
        useLateGrabber(test);
        test.window().input().capturer().capture({CaptureKind::Desktop}, std::chrono::milliseconds(900));
        QVERIFY(!test.window().isVisible());
        QTest::qWait(600);
        QCOMPARE(m_grabs->asked, 0);
        QTRY_COMPARE(m_grabs->asked, 1);
    }

    void liveFollowsOnePlace() {
        TestWindow test;
        useLateGrabber(test);
        test.load();
        capture(test, {CaptureKind::Screen, "left"});
        m_grabs->done(twoScreens());
        QVERIFY(test.settle());
        test.ask("Where?");
        QCOMPARE(test.conversation().turns().size(), std::size_t{1});
        Capturer& capturer = test.window().input().capturer();
        capturer.setLiveInterval(std::chrono::milliseconds(20));
        test.window().canvas().zoomBy(3);
        const ViewTransform view = test.window().canvas().transform();
        capturer.setLive(true);
        QTRY_COMPARE(m_grabs->asked, 2);
        QVERIFY(test.window().isVisible()); // it does not hide for that
        m_grabs->done(twoScreens());
        QTRY_COMPARE(m_grabs->asked, 3);
        QVERIFY(test.settle());
        const quint64 before = test.image().id();
        m_grabs->done(twoScreens()); // nothing has happened
        QTRY_COMPARE(m_grabs->asked, 4);
        QVERIFY(test.settle());
        QCOMPARE(test.image().id(), before);
        DesktopPicture other = twoScreens();
        other.image.setPixel(40, 70, qRgb(255, 255, 255));
        m_grabs->done(other);
        QTRY_VERIFY(test.image().id() > before);
        QVERIFY(test.settle());
        QTRY_VERIFY(test.maskView().changes().has_value());
        QCOMPARE(test.maskView().changes()->blocks, 1);
        QVERIFY(test.image().isNextFrame());
        QCOMPARE(test.conversation().turns().size(), std::size_t{1}); // what was said of the place stays
        QCOMPARE(test.window().canvas().transform(), view);
        test.open(test.image().before()); // something else
        QVERIFY(!capturer.isLive());
        QVERIFY(test.conversation().turns().empty());
    }

    void liveStopsWhereItFails() {
        TestWindow test;
        useLateGrabber(test);
        test.window().input().capturer().setLive(true); // there was nothing yet: one screen
        QTRY_COMPARE(m_grabs->asked, 1);
        m_grabs->done(twoScreens());
        QVERIFY(test.settle());
        QTRY_COMPARE(m_grabs->asked, 2);
        QVERIFY(test.window().input().capturer().isLive());
        m_grabs->failed("The portal was closed.");
        QVERIFY(!test.window().input().capturer().isLive());
        QCOMPARE(test.window().messages().text(), "The portal was closed.");
    }

    void theMenuOffersWhatThereIs() {
        TestWindow test;
        m_grabs->whyNoWindows = "No windows here.";
        useLateGrabber(test);
        QMenu menu;
        test.window().input().fillCaptureMenu(menu);
        QStringList able, unable;
        for (const QAction* action : menu.actions())
            (action->isEnabled() ? able : unable) << action->text();
        QVERIFY(able.contains("Region…") && able.contains("Live") && able.contains("After 3 s"));
        QCOMPARE(unable, QStringList{"Window under the pointer"});
    }
};

QTEST_MAIN(TestCapture)
#include "tst_capture.moc"
