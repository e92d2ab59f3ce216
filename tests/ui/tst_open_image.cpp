#include "tests/support/golden.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/session/pixels.h"
#include "ui/session/session.h"

#include <QFile>
#include <QSignalSpy>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

class TestOpenImage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPictureThatCannotBeReadChangesNothing() {
        TestWindow test;
        test.open(test::blocksFromText("01/23"));
        const quint64 before = test.image().id();
        QFile bad(test.path("bad.png"));
        QVERIFY(bad.open(QIODevice::WriteOnly));
        bad.write("no picture");
        bad.close();
        QSignalSpy noticed(&test.session().notices(), &Notices::posted);
        test.image().openFile(bad.fileName());
        QVERIFY(test.settle());
        QCOMPARE(noticed.size(), 1);
        QVERIFY(noticed.front().front().value<Notice>().text.contains("bad.png"));
        QCOMPARE(test.image().id(), before);
    }

    void transparencyOnWhiteIsSaidAndKept() {
        TestWindow test;
        QSignalSpy posted(&test.session().notices(), &Notices::posted);
        const QString path =
            QString::fromStdString((test::dataFolder() / "images/diagram_black_on_clear.png").string());
        test.image().openFile(path);
        QVERIFY(test.settle());
        QCOMPARE(posted.size(), 1);
        const auto notice = posted.front().front().value<Notice>();
        QVERIFY(notice.level == Notice::Level::Info);
        QCOMPARE(notice.text, path + ": transparency was put on white");
        QVERIFY(test.image().screenshot().notes.onWhite);
        QImage clear(64, 64, QImage::Format_ARGB32);
        clear.fill(Qt::transparent);
        test.image().openPixels(clear, "pasted");
        QVERIFY(test.settle());
        QCOMPARE(posted.size(), 2);
        QCOMPARE(int{test.image().screenshot().picture.data()[0]}, 255);
        test.open(test::noise({64, 64}, 1));
        QCOMPARE(posted.size(), 2);
    }

    void theNewestWishWins() {
        OpenImage image;
        QSignalSpy changed(&image, &OpenImage::changed);
        for (const char* colours : {"01/23", "0123", "012/345"})
            image.openPixels(sharedImage(test::blocksFromText(colours)), colours);
        QTRY_VERIFY(image.isIdle());
        QCOMPARE(changed.size(), 1);
        QCOMPARE(image.screenshot().name, std::string("012/345"));
        QCOMPARE(image.levels().whole().size(), QSize(96, 64));
    }

    void theOneBeforeIsKeptWhileTheSizeIsTheSame() {
        OpenImage image;
        const auto open = [&](const char* colours) {
            image.openPixels(sharedImage(test::blocksFromText(colours)), colours);
            return QTest::qWaitFor([&] { return image.isIdle(); });
        };
        QVERIFY(open("01/23"));
        QVERIFY(image.before().empty());
        const Picture first = image.screenshot().picture;
        QVERIFY(open("43/21"));
        QVERIFY(image.before().sharesPixelsWith(first));
        QVERIFY(open("012"));
        QVERIFY(image.before().empty());
        QCOMPARE(image.id(), quint64{3});
    }
};

QTEST_MAIN(TestOpenImage)
#include "tst_open_image.moc"
