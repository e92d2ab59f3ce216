#include "core/image/mark_frame.h"
#include "model/values/asked_part.h"
#include "model/values/box_sight.h"
#include "tests/support/pictures.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::model;

namespace {

const Size kSize{320, 320}; ///< ten by ten blocks
const PixelRect kRegion{64, 64, 96, 96};

Region box(std::vector<double> px, int picture = 0) {
    Region region;
    region.kind = px.size() == 4 ? Region::Kind::Box : Region::Kind::Point;
    region.px = std::move(px);
    region.picture = picture;
    return region;
}

/// An answer about a picture of which these rows of blocks were kept.
Answer answerKeeping(const std::string& plan, Size shown, int keptRows) {
    Answer answer;
    const BlockGrid grid = BlockGrid::of(shown);
    KeepMask mask(grid);
    for (int block = 0; block < keptRows * grid.cols; ++block)
        mask.keep(block);
    answer.plan = plan;
    answer.images.push_back({"picture", shown, parsePlan(plan).pixelStage().settings, mask, {}});
    return answer;
}

const PixelRect kWhole{0, 0, kSize.width, kSize.height};

} // namespace

/// What people want a model to see of a picture, and what it has seen of the places that it names.
class TestAskedPart : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aCropIsTheImagesRegion() {
        const Picture picture = test::noise(kSize, 1);
        const AskedPart part{kRegion};
        const ImageInput image = askedImage(picture, "shot", part, true);
        QVERIFY(image.picture.sharesPixelsWith(picture));
        QCOMPARE(image.region, kRegion);
        QVERIFY(image.decodedOnWhite);
        QCOMPARE(askedText("What?", part), std::string("What?"));
    }

    void aMarkedRegionIsAFrameInTheWhole() {
        const Picture picture = test::noise(kSize, 1);
        const AskedPart part{kRegion, RegionUse::Marked};
        const ImageInput image = askedImage(picture, "shot", part, false);
        const Picture expected = framed(picture, kRegion);
        QVERIFY(image.region.empty());
        QCOMPARE(std::memcmp(image.picture.data(), expected.data(), expected.sizeBytes()), 0);
        QVERIFY(askedText("What?", part).ends_with("red frame.\nWhat?"));
        const AskedPart whole{{}, RegionUse::Marked}; // a choice that waits for a region
        QVERIFY(askedImage(picture, "shot", whole, false).picture.sharesPixelsWith(picture));
        QCOMPARE(askedText("What?", whole), std::string("What?"));
    }

    void theRecordSaysWhatIsNotUsual() {
        nlohmann::json record = nlohmann::json::object();
        addTo(record, {{}, RegionUse::Marked});
        QVERIFY(record.empty());
        addTo(record, {kRegion, RegionUse::Marked, {{1, 2, 3, 4}, {5, 6, 7, 8}}});
        QCOMPARE(record, nlohmann::json::parse(R"({"region": {"px": [64, 64, 96, 96], "shown": "marked"},
                                                   "redacted": [[1, 2, 3, 4], [5, 6, 7, 8]]})"));
        for (const RegionUse use : {RegionUse::Crop, RegionUse::Marked})
            QVERIFY(regionUseOf(toText(use)) == use);
        QVERIFY(regionUseOf("else") == RegionUse::Crop);
    }

    void aBoxOnDroppedBlocksIsUnseen() {
        const Answer answer = answerKeeping("input:pred_2d,tau=0.02", kSize, 5);
        const BoxSight seen = sightOf(answer, box({0, 0, 320, 192}), kWhole); // six rows, of which one was dropped
        QCOMPARE(seen.blocks, 60);
        QCOMPARE(seen.dropped, 10);
        QVERIFY(!seen.isMostlyUnseen() && !seen.isLossless);
        const BoxSight half = sightOf(answer, box({0, 128, 64, 192}), kWhole);
        QCOMPARE(half.blocks, 4);
        QCOMPARE(half.dropped, 2);
        QVERIFY(!half.isMostlyUnseen()); // half is not most
        QVERIFY(sightOf(answer, box({0, 159, 64, 224}), kWhole).isMostlyUnseen());
        QVERIFY(sightOf(answer, box({100, 200}), kWhole).isMostlyUnseen()); // a point
        QVERIFY(!sightOf(answer, box({100, 100}), kWhole).isMostlyUnseen());
    }

    void edgesThatTouchCountForNothing() {
        const Answer answer = answerKeeping("input:pred_2d,tau=0.02", kSize, 5);
        const BoxSight sight = sightOf(answer, box({32, 160, 64, 192}), kWhole);
        QCOMPARE(sight.blocks, 1);
        QCOMPARE(sight.dropped, 1);
    }

    void aCropsBlocksLieInTheCrop() {
        const PixelRect part{160, 160, 160, 160}; // five by five blocks of the lower right
        const Answer answer = answerKeeping("input:pred_2d,tau=0.02", {160, 160}, 1);
        QVERIFY(!sightOf(answer, box({160, 160, 320, 192}), part).isMostlyUnseen());
        const BoxSight below = sightOf(answer, box({160, 192, 224, 256}), part);
        QCOMPARE(below.blocks, 4);
        QVERIFY(below.isMostlyUnseen());
    }

    void whatTheEncoderSawWasSeen() {
        const Region region = box({0, 200, 300, 300});
        QVERIFY(sightOf(answerKeeping("input:pred_2d", kSize, 5), region, kWhole).isLossless);
        QVERIFY(sightOf(answerKeeping("input:pred_2d", kSize, 5), region, kWhole).isMostlyUnseen());
        QVERIFY(!sightOf(answerKeeping("input:random,keep=1/2", kSize, 5), region, kWhole).isLossless);
        QVERIFY(!sightOf(answerKeeping("post:pred_2d", kSize, 5), region, kWhole).isMostlyUnseen());
        QVERIFY(!sightOf(answerKeeping("input:keep_all", kSize, 10), region, kWhole).isMostlyUnseen());
        const Answer answer = answerKeeping("input:pred_2d", kSize, 5);
        QCOMPARE(sightOf(answer, box({0, 200, 300, 300}, 1), kWhole).blocks, 0); // of a picture that is not there
        QCOMPARE(sightOf(answer, box({400, 400, 500, 500}), kWhole).blocks, 0);
        QCOMPARE(sightOf(answer, box({1}), kWhole).blocks, 0);
    }
};

QTEST_APPLESS_MAIN(TestAskedPart)
#include "tst_asked_part.moc"
