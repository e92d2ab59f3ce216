#include "ui/session/agreement.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;

namespace {

KeepMask maskOf(const BlockGrid& grid, const std::vector<int>& kept) {
    KeepMask mask(grid);
    for (const int block : kept)
        mask.keep(block);
    return mask;
}

model::Region box(double left, double top, double right, double bottom) {
    model::Region region;
    region.px = {left, top, right, bottom};
    return region;
}

model::Region point(double x, double y) {
    model::Region region;
    region.kind = model::Region::Kind::Point;
    region.px = {x, y};
    return region;
}

} // namespace

class TestAgreement : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void blocksAreCounted() {
        const BlockGrid grid{2, 4};
        const auto agreement = maskAgreement(maskOf(grid, {0, 1, 2}), maskOf(grid, {2, 3, 4, 5}));
        QCOMPARE(*agreement, (MaskAgreement{1, 2, 3, 2}));
        QCOMPARE(agreement->share(), 3 / 8.0);
        QCOMPARE(maskAgreement(KeepMask::all(grid), KeepMask::all(grid))->share(), 1.0);
        QCOMPARE(maskAgreement(KeepMask::all(grid), KeepMask(grid))->share(), 0.0);
    }

    void otherGridsHaveNoBlocksInCommon() {
        QVERIFY(!maskAgreement(KeepMask(BlockGrid{2, 4}), KeepMask(BlockGrid{4, 2})));
    }

    void boxesAreMeasuredByWhatTheyShare() {
        const PlaceAgreement half = placeAgreement({box(0, 0, 10, 10)}, {box(0, 5, 10, 15)});
        QCOMPARE(half.boxPairs, 1);
        QCOMPARE(half.meanIou, 50 / 150.0);
        QCOMPARE(half.alone, 0);
        QCOMPARE(placeAgreement({box(0, 0, 10, 10)}, {box(20, 20, 30, 30)}).meanIou, 0.0);
        QVERIFY(!placeAgreement({}, {}).any());
    }

    // In whatever order the answers name them.
    void eachBoxMeetsItsOwn() {
        const PlaceAgreement agreement =
            placeAgreement({box(0, 0, 10, 10), box(50, 50, 60, 60)}, {box(50, 50, 60, 60), box(0, 0, 10, 10)});
        QCOMPARE(agreement.boxPairs, 2);
        QCOMPARE(agreement.meanIou, 1.0);
    }

    void whatHasNoPartnerIsCounted() {
        const PlaceAgreement agreement =
            placeAgreement({box(0, 0, 10, 10), box(50, 50, 60, 60), point(3, 4)}, {box(0, 0, 10, 10)});
        QCOMPARE(agreement.boxPairs, 1);
        QCOMPARE(agreement.meanIou, 1.0);
        QCOMPARE(agreement.pointPairs, 0);
        QCOMPARE(agreement.alone, 2);
    }

    void pointsAreMeasuredByTheirDistance() {
        const PlaceAgreement agreement = placeAgreement({point(0, 0), point(100, 100)}, {point(103, 104), point(0, 1)});
        QCOMPARE(agreement.pointPairs, 2);
        QCOMPARE(agreement.meanDistancePx, 3.0);
    }

    void spacesAtTheEndsDoNotMatter() {
        model::Answer a, b;
        a.text = "42 EUR";
        b.text = " 42 EUR\n";
        QVERIFY(sameText(a, b));
        b.text = "42 eur";
        QVERIFY(!sameText(a, b));
    }
};

QTEST_MAIN(TestAgreement)
#include "tst_agreement.moc"
