// Places of records that are kept as steps from one to the next.
#include "core/base/error.h"
#include "model/datasets/row_places.h"

#include <QtTest>
#include <random>

using namespace prunescope;
using namespace prunescope::model;

class TestRowPlaces : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyPlaceIsFoundAgain_data() {
        QTest::addColumn<quint64>("largestSize");
        QTest::addColumn<quint64>("largestGap");
        QTest::addColumn<quint32>("mostLines");
        QTest::newRow("one record a line") << quint64{300} << quint64{1} << quint32{1};
        QTest::newRow("lines left out between") << quint64{5} << quint64{1000} << quint32{3};
        QTest::newRow("pictures of megabytes") << quint64{1 << 24} << quint64{1} << quint32{1};
        QTest::newRow("as large as may be") << quint64{UINT32_MAX} << quint64{1} << quint32{1};
        QTest::newRow("far apart") << quint64{UINT32_MAX} << (quint64{1} << 40) << quint32{1 << 20};
        QTest::newRow("within one line") << quint64{40} << quint64{3} << quint32{0};
    }
    void everyPlaceIsFoundAgain() {
        QFETCH(quint64, largestSize);
        QFETCH(quint64, largestGap);
        QFETCH(quint32, mostLines);
        std::mt19937_64 random(5);
        RowPlaces places;
        std::vector<RecordPlace> expected;
        RecordPlace place{0, 0, 1};
        for (int i = 0; i < 1000; ++i) {
            place.begin += place.size + (i == 0 ? 7 : 1 + random() % largestGap);
            place.size = static_cast<std::uint32_t>(random() % (largestSize + 1));
            place.line += mostLines == 0 ? 0 : 1 + static_cast<std::uint32_t>(random() % mostLines);
            places.add(place);
            expected.push_back(place);
        }
        QCOMPARE(places.size(), expected.size());
        for (std::size_t i = expected.size(); i-- > 0;)
            QVERIFY(places.at(i) == expected[i]);
    }

    void recordsThatTouch() {
        RowPlaces places;
        for (std::uint32_t i = 0; i < 100; ++i)
            places.add({std::uint64_t{i} * 10, 10, 1});
        for (std::uint32_t i = 0; i < 100; ++i)
            QVERIFY((places.at(i) == RecordPlace{std::uint64_t{i} * 10, 10, 1}));
    }

    void outOfOrder() {
        RowPlaces places;
        places.add({100, 10, 5});
        QVERIFY_EXCEPTION_THROWN(places.add({105, 10, 6}), Error);
        QVERIFY_EXCEPTION_THROWN(places.add({111, 10, 4}), Error);
    }
};

QTEST_APPLESS_MAIN(TestRowPlaces)
#include "tst_row_places.moc"
