#include "core/base/text.h"

#include <QtTest>

/// Numbers and units as people read them.
class TestText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void durations_data() {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << 0.0 << QByteArray("0.0 s");
        QTest::newRow("short") << 0.12 << QByteArray("0.1 s");
        QTest::newRow("nearly ten seconds") << 9.7 << QByteArray("10 s");
        QTest::newRow("nearly a minute") << 59.6 << QByteArray("1 min 0 s");
        QTest::newRow("minutes") << 192.0 << QByteArray("3 min 12 s");
        QTest::newRow("nearly an hour") << 3599.4 << QByteArray("59 min 59 s");
        QTest::newRow("hours") << 7260.0 << QByteArray("2 h 1 min");
    }
    void durations() {
        QFETCH(double, seconds);
        QFETCH(QByteArray, text);
        QCOMPARE(QByteArray::fromStdString(prunescope::formatDuration(seconds)), text);
    }
};

QTEST_GUILESS_MAIN(TestText)
#include "tst_text.moc"
