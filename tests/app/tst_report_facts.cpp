#include "app/commands/drawn_screen.h"
#include "app/reports/report_facts.h"
#include "core/pruning/make_mask.h"
#include "core/resize/resize.h"

#include <QtTest>
#include <nlohmann/json.hpp>

using namespace prunescope;
using namespace prunescope::app;

namespace {

model::Region region(model::Region::Kind kind, const char* label, std::vector<double> px) {
    model::Region made;
    made.kind = kind;
    made.label = label;
    made.px = std::move(px);
    return made;
}

} // namespace

class TestReportFacts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void regionsAreListedInPixelsOfThePicture() {
        model::Answer answer;
        QCOMPARE(regionLines(answer), std::string());
        answer.regions = {region(model::Region::Kind::Box, "Save button", {120.4, 39.6, 360, 90}),
                          region(model::Region::Kind::Point, "", {7, 8})};
        QCOMPARE(regionLines(answer), std::string("box 120, 40 - 360, 90: Save button\npoint 7, 8\n"));
    }

    void whatIsNoPlaceIsSaid() {
        model::Answer answer;
        answer.unread = {{"coordinates 1230, 440 lie outside 0..1000", 0, 9}};
        QCOMPARE(regionLines(answer), std::string("no place: coordinates 1230, 440 lie outside 0..1000\n"));
    }

    void bothLooksAreListed() {
        model::Answer answer;
        model::Look first{0, {0, 0, 640, 320}, "", {}, {}, 300, 600, 9, {}};
        model::Look second{0, {160, 80, 320, 160}, "", {}, {}, 100, 200, 8, {}};
        first.times.set(stage::kTotal, 20);
        second.times.set(stage::kTotal, 10.5);
        answer.looks = {first, second};
        const std::string text = factsText(answerFacts(answer));
        for (const char* words : {"640 x 320 px at 0, 0: 300 of 600 tokens, 9 tokens of answer, 20.0 ms",
                                  "320 x 160 px at 160, 80: 100 of 200 tokens, 8 tokens of answer, 10.5 ms",
                                  "both looks   400 of 800 tokens, 17 tokens of answer, 30.5 ms"})
            QVERIFY2(text.find(words) != std::string::npos, text.c_str());
    }

    void columnsAreAlignedByCharactersAndNotByBytes() {
        QCOMPARE(tableText({{"a", "b"}, {"\u00e9\u00e9\u00e9", "c"}}), std::string("a    b\n\u00e9\u00e9\u00e9  c\n"));
        QCOMPARE(factsText(Facts{{"kept", "3"}, {"of", "4"}}), std::string("kept  3\nof    4\n"));
    }

    void bytesThatAreNotUtf8AreReplaced() {
        QCOMPARE(jsonLine(nlohmann::json{{"image", "caf\xe9.png"}}), std::string("{\"image\":\"caf\uFFFD.png\"}\n"));
    }

    void theDrawnScreenIsAScreenshotToAMethod() {
        const Picture first = drawScreen({1920, 1080});
        const Picture second = drawScreen({1920, 1080});
        QVERIFY(std::equal(first.data(), first.data() + first.sizeBytes(), second.data()));
        const KeepMask mask = makeMask(PixelBlocks(resizeForModel(first, {})), {});
        QVERIFY2(mask.keptShare() > 0.2 && mask.keptShare() < 0.8, qPrintable(QString::number(mask.keptShare())));
        QVERIFY(drawScreen({33, 20}).size() == (Size{33, 20}));
    }
};

QTEST_GUILESS_MAIN(TestReportFacts)
#include "tst_report_facts.moc"
