#include "core/base/format.h"

#include <QtTest>

/// Numbers and units as people read them.
class TestFormat : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void durations_data() {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << 0.0 << QByteArray("0.0 s");
        QTest::newRow("a moment") << 0.012 << QByteArray("0.01 s");
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

    void shares_data() {
        QTest::addColumn<double>("share");
        QTest::addColumn<int>("decimals");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << 0.0 << 1 << QByteArray("0.0 %");
        QTest::newRow("one block of a 4K screen") << 1 / 8160.0 << 1 << QByteArray("0.01 %");
        QTest::newRow("one block of a screen") << 1 / 2040.0 << 1 << QByteArray("0.05 %");
        QTest::newRow("rounds up") << 0.0006 << 1 << QByteArray("0.1 %");
        QTest::newRow("usual") << 0.21342 << 1 << QByteArray("21.3 %");
        QTest::newRow("half") << 0.5 << 1 << QByteArray("50.0 %");
        QTest::newRow("all but one block") << 8159 / 8160.0 << 1 << QByteArray("99.99 %");
        QTest::newRow("all") << 1.0 << 1 << QByteArray("100.0 %");
        QTest::newRow("more than all") << 1.5 << 1 << QByteArray("150.0 %");
        QTest::newRow("less than nothing") << -0.0001 << 1 << QByteArray("-0.01 %");
        QTest::newRow("whole percents") << 0.003 << 0 << QByteArray("0.3 %");
        QTest::newRow("whole percents, nearly all") << 0.998 << 0 << QByteArray("99.8 %");
        QTest::newRow("very little") << 1e-15 << 1 << QByteArray("1e-13 %");
    }
    void shares() {
        QFETCH(double, share);
        QFETCH(int, decimals);
        QFETCH(QByteArray, text);
        QCOMPARE(QByteArray::fromStdString(prunescope::formatPercent(share, decimals)), text);
    }

    void sharesOfCountsAreNeverNothingNorAllByMistake() {
        for (const int count : {2, 3, 7, 1000, 8160, 262'144, 67'108'864})
            for (const int part : {1, count / 2, count - 1}) {
                const std::string text = prunescope::formatPercent(static_cast<double>(part) / count);
                const double read = std::stod(text);
                QVERIFY2(read > 0 && read < 100, text.c_str());
            }
    }

    void smallNumbers_data() {
        QTest::addColumn<double>("value");
        QTest::addColumn<QByteArray>("three");
        QTest::addColumn<QByteArray>("ms");
        QTest::newRow("nothing") << 0.0 << QByteArray("0.000") << QByteArray("0.00 ms");
        QTest::newRow("tiny") << 0.00021 << QByteArray("0.0002") << QByteArray("0.0002 ms");
        QTest::newRow("small") << 0.0021 << QByteArray("0.002") << QByteArray("0.002 ms");
        QTest::newRow("usual") << 0.4213 << QByteArray("0.421") << QByteArray("0.42 ms");
        QTest::newRow("below zero") << -0.00021 << QByteArray("-0.0002") << QByteArray("-0.0002 ms");
        QTest::newRow("large") << 4750.0 << QByteArray("4750.000") << QByteArray("4.75 s");
    }
    void smallNumbers() {
        QFETCH(double, value);
        QFETCH(QByteArray, three);
        QFETCH(QByteArray, ms);
        QCOMPARE(QByteArray::fromStdString(prunescope::formatNonZero(value, 3)), three);
        QCOMPARE(QByteArray::fromStdString(prunescope::formatMs(value)), ms);
    }

    void expectedTimes_data() {
        QTest::addColumn<double>("ms");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("below one") << 0.4249 << QByteArray("0.42 ms");
        QTest::newRow("nearly one") << 0.996 << QByteArray("1.0 ms");
        QTest::newRow("one digit before the point") << 5.349 << QByteArray("5.3 ms");
        QTest::newRow("nearly ten") << 9.96 << QByteArray("10 ms");
        QTest::newRow("two") << 53.4 << QByteArray("53 ms");
        QTest::newRow("three") << 530.6 << QByteArray("530 ms");
        QTest::newRow("nearly a second") << 996.0 << QByteArray("1.0 s");
        QTest::newRow("seconds") << 4750.0 << QByteArray("4.8 s");
        QTest::newRow("minutes") << 123456.0 << QByteArray("120 s");
    }
    void expectedTimes() {
        QFETCH(double, ms);
        QFETCH(QByteArray, text);
        QCOMPARE(QByteArray::fromStdString(prunescope::formatAboutMs(ms)), text);
    }

    void work_data() {
        QTest::addColumn<double>("flop");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << 0.0 << QByteArray("0 FLOP");
        QTest::newRow("a tiny model") << 4.2e8 << QByteArray("420 MFLOP");
        QTest::newRow("a small one") << 3.14e9 << QByteArray("3.14 GFLOP");
        QTest::newRow("a screen") << 12.34e12 << QByteArray("12.3 TFLOP");
        QTest::newRow("many screens") << 1.2e16 << QByteArray("12.0 PFLOP");
    }
    void work() {
        QFETCH(double, flop);
        QFETCH(QByteArray, text);
        QCOMPARE(QByteArray::fromStdString(prunescope::formatFlop(flop)), text);
    }

    void counts_data() {
        QTest::addColumn<qint64>("value");
        QTest::addColumn<QByteArray>("lines");
        QTest::addColumn<QByteArray>("copies");
        QTest::newRow("none") << qint64{0} << QByteArray("0 lines") << QByteArray("0 copies");
        QTest::newRow("one") << qint64{1} << QByteArray("1 line") << QByteArray("1 copy");
        QTest::newRow("two") << qint64{2} << QByteArray("2 lines") << QByteArray("2 copies");
        QTest::newRow("many") << qint64{2040} << QByteArray("2\u202f040 lines") << QByteArray("2\u202f040 copies");
        QTest::newRow("below zero") << qint64{-1} << QByteArray("-1 lines") << QByteArray("-1 copies");
    }
    void counts() {
        QFETCH(qint64, value);
        QFETCH(QByteArray, lines);
        QFETCH(QByteArray, copies);
        QCOMPARE(QByteArray::fromStdString(prunescope::formatCounted(value, "line")), lines);
        QCOMPARE(QByteArray::fromStdString(prunescope::formatCounted(value, "copy", "copies")), copies);
    }
};

QTEST_GUILESS_MAIN(TestFormat)
#include "tst_format.moc"
