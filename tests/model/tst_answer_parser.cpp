#include "model/tokenizer/answer_parser.h"

#include <QList>
#include <QTest>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

using namespace prunescope;
using namespace prunescope::model;

namespace {

constexpr Size kOriginal{2000, 1000};
constexpr PixelRect kWhole{0, 0, 2000, 1000};

std::vector<Region> parse(const std::string& answer) {
    return parseRegions(answer, {kWhole, kOriginal}).regions;
}

/// `label@left,top,right,bottom` or `label@x,y`, on the scale of the model, joined by a space.
QByteArray summary(const std::vector<Region>& regions) {
    QByteArray text;
    for (const Region& region : regions) {
        text += (text.isEmpty() ? "" : " ") + QByteArray::fromStdString(region.label) + "@";
        for (std::size_t i = 0; i < region.norm.size(); ++i)
            text += (i == 0 ? "" : ",") + QByteArray::number(region.norm[i]);
        if ((region.kind == Region::Kind::Box ? 4U : 2U) != region.norm.size())
            text += "?";
    }
    return text;
}

} // namespace

class TestAnswerParser : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void answers_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QByteArray>("regions");
        const auto row = [](const char* name, const char* answer, const char* regions) {
            QTest::newRow(name) << QByteArray(answer) << QByteArray(regions);
        };
        row("nothing", "", "");
        row("words", "I see a [button] {here}.", "");
        row("array", R"([{"bbox_2d": [1, 2, 3, 4], "label": "a"}, {"point_2d": [5, 6], "label": "b"}])",
            "a@1,2,3,4 b@5,6");
        row("one object", R"({"bbox_2d": [1, 2, 3, 4], "label": "a"})", "a@1,2,3,4");
        row("fence", "```json\n[{\"point_2d\": [1, 2], \"label\": \"a\"}]\n```", "a@1,2");
        row("fence that is not closed", "```json\n[{\"point_2d\": [1, 2], \"label\": \"a\"}]", "a@1,2");
        row("text around", "It is 5\" wide, {see}: {\"point_2d\": [1, 2], \"label\": \"a\"} and that's all.", "a@1,2");
        row("several arrays", R"([{"point_2d": [1, 2]}] then [{"point_2d": [3, 4]}])", "@1,2 @3,4");
        row("cut inside an object", "[{\"point_2d\": [1, 2]}, {\"point_2d\": [3, 4], \"label\": \"S", "@1,2 @3,4");
        row("cut inside a list", R"([{"point_2d": [1, 2]}, {"point_2d": [3)", "@1,2");
        row("cut after an object", R"([{"point_2d": [1, 2]},)", "@1,2");
        row("cut outside", R"({"found": [{"point_2d": [1, 2]}, {"point_2d": [3, 4]})", "@1,2 @3,4");
        row("numbers as strings", R"({"bbox_2d": ["1", " 2 ", "3.5", "4"]})", "@1,2,3.5,4");
        row("floats", R"({"point_2d": [1.25, 1e2]})", "@1.25,100");
        row("label keys", R"([{"point_2d": [1, 2], "text": "t"}, {"point_2d": [3, 4], "name": "n", "label": "l"}])",
            "t@1,2 l@3,4");
        row("label as a number", R"({"point_2d": [1, 2], "label": 7})", "7@1,2");
        row("tool call",
            "<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"left_click\", \"coordinate\": "
            "[507, 233]}}\n</tool_call>",
            "left_click@507,233");
        row("tool call that is cut", R"(<tool_call>{"name": "f", "arguments": {"coordinate": [507, 233]})", "@507,233");
        row("box and point in one", R"({"bbox_2d": [1, 2, 3, 4], "point_2d": [5, 6]})", "@1,2,3,4 @5,6");
        row("inner objects", R"({"a": {"b": [{"point_2d": [1, 2]}]}})", "@1,2");
        row("single quotes", "{'point_2d': [1, 2], 'label': 'a \"b\"'}", "a \"b\"@1,2");
        row("commas too many", R"([{"point_2d": [1, 2,], "label": "a",},])", "a@1,2");
        row("words for values", R"({"point_2d": [1, 2], "seen": True, "who": None})", "@1,2");
        row("escapes", "{\"point_2d\": [1, 2], \"label\": \"\\u00e9\\ud83d\\ude00\\\"\\n\\ud800\"}",
            "\u00e9\U0001F600\"\n\uFFFD@1,2");
        row("bytes that are no text", "{\"point_2d\": [1, 2], \"label\": \"a\xFF\"}", "a\uFFFD@1,2");
        row("corners swapped", R"({"bbox_2d": [30, 4, 10, 2]})", "@10,2,30,4");
        row("a little outside", R"({"bbox_2d": [-1, -0.5, 1000.5, 1001]})", "@0,0,1000,1000");
        row("outside", R"([{"point_2d": [1001.5, 2]}, {"point_2d": [3, -1.01]}, {"point_2d": [5, 6]}])", "@5,6");
        row("no numbers",
            R"([{"point_2d": ["x", 2]}, {"point_2d": [null, 2]}, {"point_2d": [NaN, 2]}, {"point_2d": ["inf", 2]}])",
            "");
        row("too large to be a number", R"({"point_2d": [1e999, 2]})", "");
        row("wrong count", R"([{"bbox_2d": [1, 2, 3]}, {"point_2d": [1, 2, 3]}, {"bbox_2d": 5}, {"point_2d": []}])",
            "");
        row("several points", R"({"point_2d": [[1, 2], [3, 4]]})", "@1,2 @3,4");
        row("another key", R"({"bbox": [1, 2, 3, 4]})", "@1,2,3,4");
        row("box in tags", "<box>[[1, 2, 3, 4]]</box>", "@1,2,3,4");
        row("box in tags with its label", "It is <ref> the <b> button</ref><box>[[1, 2, 3, 4]]</box>.",
            "the <b> button@1,2,3,4");
        row("label and box apart", "<ref>a</ref> \n<box> [[1, 2, 3, 4]] </box>", "a@1,2,3,4");
        row("label that belongs to nothing", "<ref>a</ref> is at <box>[[1, 2, 3, 4]]</box>", "@1,2,3,4");
        row("label of the first box alone", "<ref>a</ref><box>[[1, 2, 3, 4]]</box><box>[[5, 6, 7, 8]]</box>",
            "a@1,2,3,4 @5,6,7,8");
        row("label that ends twice", "<ref>a</ref></ref><box>[[1, 2, 3, 4]]</box>", "a</ref>@1,2,3,4");
        row("label that never began", "a</ref><box>[[1, 2, 3, 4]]</box>", "@1,2,3,4");
        row("label that never ended", "<ref>a<box>[[1, 2, 3, 4]]</box>", "@1,2,3,4");
        row("several boxes in tags", "<ref>a</ref><box>[[1, 2, 3, 4], [7, 8, 5, 6]]</box>", "a@1,2,3,4 a@5,6,7,8");
        row("one bracket", "<box>[1, 2, 3, 4]</box>", "@1,2,3,4");
        row("box that is cut", "<ref>a</ref><box>[[1, 2, 3, 4]]</b", "");
        row("box in tags with too few numbers", "<box>[[1, 2, 3]]</box><box>[[]]</box><box>[]</box><box></box>", "");
        row("box in tags outside", "<box>[[1, 2, 3, 1002]]</box><box>[[1, 2, 3, 1001]]</box>", "@1,2,3,1000");
        row("box in a box that is none", "<box>[[1, <box>[[1, 2, 3, 4]]</box>", "@1,2,3,4");
        row("tags and objects", R"({"point_2d": [1, 2]} <box>[[1, 2, 3, 4]]</box> {"point_2d": [5, 6]})",
            "@1,2 @1,2,3,4 @5,6");
        row("list without tags", "[[1, 2, 3, 4]]", "@1,2,3,4");
    }
    void answers() {
        QFETCH(QByteArray, answer);
        QFETCH(QByteArray, regions);
        QCOMPARE(summary(parse(answer.toStdString())), regions);
    }

    void pixelsOfTheOriginal() {
        const auto regions = parse(R"([{"bbox_2d": [0, 250, 1000, 500]}, {"point_2d": [507, 233]}])");
        QCOMPARE(regions.size(), std::size_t{2});
        QCOMPARE(regions[0].kind, Region::Kind::Box);
        QCOMPARE(regions[0].px, (std::vector<double>{0, 250, 2000, 500}));
        QCOMPARE(regions[1].kind, Region::Kind::Point);
        QCOMPARE(regions[1].px, (std::vector<double>{1014, 233}));
    }
    void pixelsOfAPart() {
        const auto regions =
            parseRegions(R"({"bbox_2d": [0, 500, 1000, 1000]})", {{100, 40, 300, 60}, kOriginal}).regions;
        QCOMPARE(regions.at(0).px, (std::vector<double>{100, 70, 400, 100}));
    }
    void pixelsStayOnThePicture() {
        const auto regions =
            parseRegions(R"({"bbox_2d": [0, 0, 1000, 1000]})", {{-50, 900, 3000, 300}, kOriginal}).regions;
        QCOMPARE(regions.at(0).px, (std::vector<double>{0, 900, 2000, 1000}));
    }

    void pixelsOfTheResizedPicture() {
        constexpr Size kSeen{1400, 700};
        const auto regions =
            parseRegions(R"([{"bbox_2d": [140, 70, 700, 350]}, {"point_2d": [1400, 700]}])", {kWhole, kOriginal, kSeen})
                .regions;
        QCOMPARE(regions.size(), std::size_t{2});
        QCOMPARE(regions[0].norm, (std::vector<double>{100, 100, 500, 500}));
        QCOMPARE(regions[0].px, (std::vector<double>{200, 100, 1000, 500}));
        QCOMPARE(regions[1].norm, (std::vector<double>{1000, 1000}));
        QCOMPARE(regions[1].px, (std::vector<double>{2000, 1000}));
        const auto ofAPart =
            parseRegions(R"({"point_2d": [700, 350]})", {{100, 40, 300, 60}, kOriginal, kSeen}).regions;
        QCOMPARE(ofAPart.at(0).px, (std::vector<double>{250, 70}));
    }
    void outsideOfTheResizedPicture_data() {
        QTest::addColumn<QByteArray>("point");
        QTest::addColumn<QByteArray>("regions");
        QTest::newRow("a little") << QByteArray("[1401, -1]") << QByteArray("@1000,0");
        QTest::newRow("too far right") << QByteArray("[1401.5, 0]") << QByteArray();
        QTest::newRow("too far down, though not too far right") << QByteArray("[0, 702]") << QByteArray();
        QTest::newRow("more than a thousand") << QByteArray("[1260, 0]") << QByteArray("@900,0");
    }
    void outsideOfTheResizedPicture() {
        QFETCH(QByteArray, point);
        QFETCH(QByteArray, regions);
        const std::string answer = "{\"point_2d\": " + point.toStdString() + "}";
        QCOMPARE(summary(parseRegions(answer, {kWhole, kOriginal, {1400, 700}}).regions), regions);
    }
    void aScaleOfNothingIsHarmless() {
        checkSane(parseRegions(R"([{"point_2d": [0, 1]}, {"point_2d": [7, 7]}])", {kWhole, kOriginal, {0, -5}}).regions,
                  60);
    }

    void bytesThatSayIt() {
        const std::string first = R"({"point_2d": [1, 2], "label": "é"})";
        const std::string second = R"({"coordinate": [3, 4]})";
        std::string answer = "Æ: [";
        answer.append(first).append(R"(, {"arguments": )").append(second).append("}] end");
        const auto regions = parse(answer); // what a tool is told comes first
        QCOMPARE(regions.size(), std::size_t{2});
        const auto said = [&](const Region& region) {
            return answer.substr(region.textBegin, region.textEnd - region.textBegin);
        };
        QCOMPARE(said(regions[0]), second);
        QCOMPARE(said(regions[1]), first);
    }
    void bytesOfABoxInTags() {
        const std::string first = "<ref>é</ref><box>[[1, 2, 3, 4]]</box>", second = "<box>[[5, 6, 7, 8]]</box>";
        const std::string answer = std::string("Æ: ").append(first).append(", ").append(second).append(" end");
        const auto regions = parse(answer);
        QCOMPARE(regions.size(), std::size_t{2});
        QCOMPARE(answer.substr(regions[0].textBegin, regions[0].textEnd - regions[0].textBegin), first);
        QCOMPARE(answer.substr(regions[1].textBegin, regions[1].textEnd - regions[1].textBegin), second);
    }

    /// Every prefix of an answer, while it streams in: never more than is there, and what is found stays.
    void prefixesOnlyAdd() {
        const std::string answer =
            "Here:\n```json\n[{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"a\\n\"}, {\"point_2d\": [5, 6]}]\n```";
        QByteArray before;
        for (std::size_t length = 0; length <= answer.size(); ++length) {
            const QByteArray now = summary(parse(answer.substr(0, length))).replace("a\n@", "@"); // a label comes later
            QVERIFY2(now.startsWith(before), now.constData());
            before = now;
        }
        QCOMPARE(before, QByteArray("@1,2,3,4 @5,6"));
    }

    void damagedAnswersAreReadOrSkipped() {
        const std::string answer = R"([{"bbox_2d": ["1", 2, 3.5, 4], "label": "\u00e9"}, {'coordinate': [5, 6]}])"
                                   "<ref>é</ref><box>[[1, 2, 3, 4]]</box>";
        std::mt19937 random(1);
        for (int i = 0; i < 20'000; ++i) {
            std::string damaged = answer;
            for (unsigned left = 1 + random() % 6; left > 0; --left) {
                const std::size_t at = random() % damaged.size();
                if (random() % 3 == 0)
                    damaged.insert(at, 1, "{}[]\",:\\u'-e9"[random() % 13]);
                else if (random() % 2 == 0)
                    damaged[at] = static_cast<char>(random());
                else
                    damaged.erase(at, 1 + random() % 3);
                if (damaged.empty())
                    damaged.push_back('{');
            }
            checkSane(parse(damaged), damaged.size());
        }
    }
    void hostileAnswersEnd() {
        for (const char* part : {"[", "{", "{\"a\":", "{\"a\":[", "[{\"a\":\"{", "{\"", "{'a':{\"b\":[", "{\"a\\",
                                 "\\u", "{}", "<box>", "<box>[", "<box>['", "</ref>", "<ref>", "<ref></ref><box>[",
                                 "<box>[[1,2,3,4]]</box>", "<ref></ref>        <box>[[1,2]]"}) {
            std::string answer;
            while (answer.size() < 60'000)
                answer += part;
            checkSane(parse(answer), answer.size());
            const std::string wrapped = std::string("{\"k\":[").append(answer);
            checkSane(parse(wrapped), wrapped.size());
        }
    }

private:
    static void checkSane(const std::vector<Region>& regions, std::size_t size) {
        for (const Region& region : regions) {
            QCOMPARE(region.norm.size(), region.kind == Region::Kind::Box ? std::size_t{4} : std::size_t{2});
            QCOMPARE(region.px.size(), region.norm.size());
            for (std::size_t i = 0; i < region.norm.size(); ++i) {
                QVERIFY(region.norm[i] >= 0 && region.norm[i] <= 1000);
                QVERIFY(region.px[i] >= 0 && region.px[i] <= (i % 2 == 0 ? kOriginal.width : kOriginal.height));
            }
            QVERIFY(region.textBegin < region.textEnd && region.textEnd <= size);
            QVERIFY(!nlohmann::json(region.label).dump().empty()); // throws unless it is UTF-8
        }
    }
};

QTEST_GUILESS_MAIN(TestAnswerParser)
#include "tst_answer_parser.moc"
