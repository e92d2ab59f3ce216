#include "app/commands/window_door.h"

#include <QFileInfo>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>
#include <thread>

using namespace prunescope;
using namespace prunescope::app;

Q_DECLARE_METATYPE(WindowRequest)

/// Starts of the program that go to a window that is open.
class TestWindowDoor : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QString path() const { return m_folder.filePath("door"); }

    // As another program would: it waits, while the window goes on.
    bool handOverFromOutside(const WindowRequest& request) {
        bool taken = false, done = false;
        std::thread other([&] {
            taken = handOver(path(), request);
            done = true;
        });
        [&] { QTRY_VERIFY(done); }();
        other.join();
        return taken;
    }

private Q_SLOTS:
    void initTestCase() { qRegisterMetaType<WindowRequest>("prunescope::app::WindowRequest"); }

    void requestsComeBack_data() {
        QTest::addColumn<WindowRequest>("request");
        QTest::newRow("to see it") << WindowRequest{};
        QTest::newRow("pictures") << WindowRequest{{"/tmp/a b.png", "/home/ä/日本\n.png"}, {}, {}};
        for (const QString& word : ui::captureKindWords())
            QTest::newRow(qPrintable(word)) << WindowRequest{{}, ui::captureKindOf(word), std::chrono::seconds(3)};
    }
    void requestsComeBack() {
        QFETCH(WindowRequest, request);
        const QByteArray line = toLine(request);
        QCOMPARE(line.count('\n'), 1);
        const auto back = requestFrom(line);
        QVERIFY(back && *back == request);
        WindowDoor door;
        QVERIFY(door.listen(path()));
        QSignalSpy requested(&door, &WindowDoor::requested);
        QVERIFY(handOverFromOutside(request));
        QCOMPARE(requested.size(), 1);
        QVERIFY(requested[0][0].value<WindowRequest>() == request);
    }

    void othersAreTurnedAway_data() {
        QTest::addColumn<QByteArray>("line");
        for (const char* line : {"", "GET / HTTP/1.1", "[]", "{}", "{\"pictures\": 3}", "{\"pictures\": [1]}",
                                 "{\"pictures\": [], \"capture\": 1}", "{\"pictures\": [], \"delay_s\": \"x\"}"})
            QTest::newRow(line) << QByteArray(line);
    }
    void othersAreTurnedAway() {
        QFETCH(QByteArray, line);
        QVERIFY(!requestFrom(line));
        WindowDoor door;
        QVERIFY(door.listen(path()));
        QSignalSpy requested(&door, &WindowDoor::requested);
        QLocalSocket socket;
        socket.connectToServer(path());
        QVERIFY(socket.waitForConnected());
        socket.write(line + '\n');
        QTRY_COMPARE(socket.state(), QLocalSocket::UnconnectedState);
        QVERIFY(requested.isEmpty());
        QVERIFY(handOverFromOutside({})); // it still listens
    }

    void withoutAWindowNobodyTakesIt() { QVERIFY(!handOver(path(), {})); }

    void aSecondDoorStaysShut() {
        WindowDoor first, second;
        QVERIFY(first.listen(path()));
        QVERIFY(!second.listen(path()));
        QSignalSpy requested(&first, &WindowDoor::requested);
        QVERIFY(handOverFromOutside({}));
        QCOMPARE(requested.size(), 1);
    }

    void whatACrashLeftIsReplaced() {
        const QString left = path();
        QFile file(left);
        QVERIFY(file.open(QIODevice::WriteOnly)); // as a socket that nobody listens at
        file.close();
        WindowDoor door;
        QVERIFY(door.listen(left));
        QVERIFY(handOverFromOutside({}));
    }

    void onlyTheUserGetsIn() {
        WindowDoor door;
        QVERIFY(door.listen(path()));
        QCOMPARE(QFile::permissions(path()) &
                     (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
                 QFile::Permissions());
    }
};

QTEST_GUILESS_MAIN(TestWindowDoor)
#include "tst_window_door.moc"
