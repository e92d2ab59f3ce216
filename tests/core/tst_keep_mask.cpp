#include "core/base/error.h"
#include "core/blocks/keep_mask.h"

#include <QByteArray>
#include <QtTest>
#include <random>

using namespace prunescope;

class TestKeepMask : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void base64RoundTrips() {
        std::mt19937 random(3);
        for (int count = 1; count < 90; ++count) {
            KeepMask mask(BlockGrid{1, count});
            for (int i = 0; i < count; ++i)
                if (random() % 2)
                    mask.keep(i);
            const std::string text = mask.toBase64();
            QVERIFY(KeepMask::fromBase64(mask.grid(), text) == mask);
            QCOMPARE(QByteArray::fromBase64(QByteArray::fromStdString(text)).size(), (count + 7) / 8);
        }
    }

    void bitsAreMostSignificantFirst() {
        KeepMask mask(BlockGrid{3, 3});
        mask.keep(0);
        mask.keep(8);
        QCOMPARE(QByteArray::fromBase64(QByteArray::fromStdString(mask.toBase64())), QByteArray("\x80\x80", 2));
        QCOMPARE(mask.keptCount(), 2);
        QCOMPARE(mask.keptIndices(), (std::vector<int>{0, 8}));
    }

    void refusesOtherText_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("too short") << "gA==";
        QTest::newRow("too long") << "gICA";
        QTest::newRow("no base64") << "g*A=";
        QTest::newRow("no multiple of four") << "gIA";
        QTest::newRow("bits after the end") << "gP8=";
        QTest::newRow("only padding") << "====";
        QTest::newRow("empty") << "";
    }

    void refusesOtherText() {
        QFETCH(QString, text);
        QVERIFY_EXCEPTION_THROWN(KeepMask::fromBase64({3, 3}, text.toStdString()), Error);
    }

    void gridArithmetic() {
        QVERIFY_EXCEPTION_THROWN(BlockGrid::of({33, 32}), Error);
        QVERIFY_EXCEPTION_THROWN(BlockGrid::of({0, 32}), Error);
        const BlockGrid grid = BlockGrid::of({1920, 1088});
        QCOMPARE(grid.count(), 2040);
        QCOMPARE(grid.patchCount(), 8160);
        QCOMPARE(grid.rect(61), (PixelRect{32, 32, 32, 32}));
        QCOMPARE(grid.rectOn(2039, {1919, 1079}).right, 1919.0);
        QCOMPARE(grid.rectOn(2039, {1919, 1079}).bottom, 1079.0);
    }
};

QTEST_APPLESS_MAIN(TestKeepMask)
#include "tst_keep_mask.moc"
