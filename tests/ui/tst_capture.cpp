#include "tests/ui/test_window.h"
#include "ui/capture/screen_grabber.h"
#include "ui/window/message_bar.h"
#include "ui/window/picture_input.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

/// What has become of the grabbers of a test.
struct Grabs {
    int made = 0, asked = 0, gone = 0;
    std::function<void(QImage, QString)> done;
    std::function<void(QString)> failed;
};

/// Answers when the test does.
class LateGrabber final : public ScreenGrabber {
public:
    explicit LateGrabber(std::shared_ptr<Grabs> grabs) : m_grabs(std::move(grabs)) { ++m_grabs->made; }
    ~LateGrabber() override { ++m_grabs->gone; }

    QString unavailable() const override { return {}; }
    std::vector<GrabSource> sources() const override { return {{"screen", "Screen 1"}}; }
    void grab(const QString&, std::function<void(QImage, QString)> done, std::function<void(QString)> failed) override {
        ++m_grabs->asked;
        m_grabs->done = std::move(done);
        m_grabs->failed = std::move(failed);
    }

private:
    std::shared_ptr<Grabs> m_grabs;
};

QImage red() {
    QImage image(64, 96, QImage::Format_RGB32);
    image.fill(Qt::red);
    return image;
}

} // namespace

/// Grabbers that answer when they like, as those that ask a portal do.
class TestCapture : public QObject {
    Q_OBJECT

    std::shared_ptr<Grabs> m_grabs;

    // Has hidden itself and asks.
    void capture(TestWindow& test) {
        test.window().input().capture();
        QTRY_COMPARE(m_grabs->asked, 1);
        QVERIFY(!test.window().isVisible());
    }

    void useLateGrabber(TestWindow& test) {
        test.setGrabber([grabs = m_grabs] { return std::make_unique<LateGrabber>(grabs); });
        test.reopen();
    }

private Q_SLOTS:
    void init() { m_grabs = std::make_shared<Grabs>(); }

    void aLaterAnswerIsOpened() {
        TestWindow test;
        useLateGrabber(test);
        capture(test);
        QTest::qWait(20);
        QCOMPARE(m_grabs->gone, 0); // owned until it has answered
        m_grabs->done(red(), "Screen 1");
        QVERIFY(test.settle());
        QVERIFY(test.window().isVisible());
        QCOMPARE(test.image().screenshot().name, std::string("Screen 1"));
        QCOMPARE(static_cast<int>(test.image().screenshot().picture.row(0)[0]), 255);
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
        m_grabs->asked = 0;
        capture(test); // can be tried again
    }

    void anotherCaptureWaitsForTheAnswer() {
        TestWindow test;
        useLateGrabber(test);
        capture(test);
        test.window().input().capture();
        QTest::qWait(400); // longer than the window takes to hide
        QCOMPARE(m_grabs->asked, 1);
        m_grabs->done(red(), "Screen 1");
        QVERIFY(test.window().isVisible());
    }

    void withoutAnAnswerItGoesWithTheWindow() {
        TestWindow test;
        useLateGrabber(test);
        capture(test);
        test.close();
        QCOMPARE(m_grabs->gone, m_grabs->made);
        m_grabs->done(red(), "Screen 1"); // of a reply that was under way: there is nobody left
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
};

QTEST_MAIN(TestCapture)
#include "tst_capture.moc"
