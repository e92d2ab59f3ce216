#include "core/pruning/reference_random.h"

#include <QtTest>
#include <algorithm>
#include <numeric>

using namespace prunescope;

/// Against numbers that LibTorch 2.11 (`manual_seed`, `randperm` on the CPU) and the reference's general-purpose
/// generator gave.
class TestReferenceRandom : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void permutations_data() {
        QTest::addColumn<quint64>("seed");
        QTest::addColumn<QList<int>>("first");
        QTest::addColumn<QList<int>>("second");
        QTest::newRow("42") << quint64{42} << QList<int>{2, 6, 1, 8, 4, 5, 0, 9, 3, 7} << QList<int>{3, 0, 1, 2, 4};
        QTest::newRow("one draws nothing") << quint64{42} << QList<int>{0} << QList<int>{2, 4, 3, 0, 1};
        QTest::newRow("7") << quint64{7} << QList<int>{10, 15, 1,  9, 11, 20, 7, 14, 21, 12, 5, 18,
                                                       17, 0,  16, 3, 6,  8,  2, 4,  13, 19, 22}
                           << QList<int>{0, 4, 3, 2, 1};
        QTest::newRow("a long seed: its lower half")
            << (quint64{1} << 32) + 5 << QList<int>{11, 0, 9, 6, 10, 3, 4, 5, 8, 7, 1, 2} << QList<int>{0, 4, 1, 3, 2};
    }
    void permutations() {
        QFETCH(quint64, seed);
        QFETCH(QList<int>, first);
        QFETCH(QList<int>, second);
        ReferenceRandom draws(seed);
        QCOMPARE(asList(draws.permutation(static_cast<int>(first.size()))), first);
        QCOMPARE(asList(draws.permutation(static_cast<int>(second.size()))), second); // the stream goes on
    }

    void samples_data() {
        QTest::addColumn<quint64>("seed");
        QTest::addColumn<int>("count");
        QTest::addColumn<QList<int>>("expected");
        QTest::addColumn<QList<int>>("next"); // 2 of 9
        QTest::newRow("rejecting") << quint64{42} << 30 << QList<int>{20, 3, 0, 23} << QList<int>{4, 3};
        QTest::newRow("few of many") << quint64{42} << 1000 << QList<int>{654, 114, 25} << QList<int>{4, 3};
        QTest::newRow("all, from a pool")
            << quint64{42} << 21 << QList<int>{20, 3, 0, 8, 7, 16, 2, 11, 1, 10, 17, 12, 6, 18, 15, 13, 9, 4, 14, 5, 19}
            << QList<int>{8, 6};
        QTest::newRow("many, from a pool")
            << quint64{7} << 100
            << QList<int>{41, 19, 50, 83, 6,  9,  68, 12, 46, 74, 7, 64, 27, 4,  11, 55, 53, 8,  30, 85,
                          70, 54, 89, 72, 15, 28, 77, 97, 95, 90, 5, 17, 37, 96, 18, 75, 39, 35, 52, 43}
            << QList<int>{2, 1};
        QTest::newRow("a seed of two words")
            << (quint64{1} << 40) + 9 << 50 << QList<int>{7, 22, 41, 16, 42, 36} << QList<int>{4, 5};
        QTest::newRow("seed 0") << quint64{0} << 10 << QList<int>{6, 9, 0} << QList<int>{4, 7};
    }
    void samples() {
        QFETCH(quint64, seed);
        QFETCH(int, count);
        QFETCH(QList<int>, expected);
        QFETCH(QList<int>, next);
        ReferenceRandom draws(seed);
        QCOMPARE(asList(draws.sample(count, static_cast<int>(expected.size()))), expected);
        QCOMPARE(asList(draws.sample(9, 2)), next);
    }

    void samplesAreDifferentNumbers() {
        ReferenceRandom draws(1);
        for (int count = 1; count < 300; count += 7)
            for (int size = 0; size <= count; size += 1 + count / 5) {
                std::vector<int> drawn = draws.sample(count, size);
                std::sort(drawn.begin(), drawn.end());
                QCOMPARE(drawn.size(), static_cast<std::size_t>(size));
                QVERIFY(std::adjacent_find(drawn.begin(), drawn.end()) == drawn.end());
                QVERIFY(drawn.empty() || (drawn.front() >= 0 && drawn.back() < count));
            }
    }

private:
    static QList<int> asList(const std::vector<int>& values) { return {values.begin(), values.end()}; }
};

QTEST_APPLESS_MAIN(TestReferenceRandom)
#include "tst_reference_random.moc"
