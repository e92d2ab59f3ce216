// Every notation that models use for places: written from random ones, and read back.
#include "model/tokenizer/answer_parser.h"
#include "model/values/thought.h"
#include "tests/support/golden.h"

#include <QTest>
#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>
#include <random>

using namespace prunescope;
using namespace prunescope::model;

namespace {

constexpr Size kOriginal{2000, 1000};
constexpr PixelRect kWhole{0, 0, 2000, 1000};

NamedPlaces parse(const std::string& answer, bool asked = false, Size units = {1000, 1000}) {
    return parseRegions(answer, {kWhole, kOriginal, units}, asked);
}

/// A box, as texts of its numbers, to be written into notations.
struct Numbers {
    std::string x, y, right, bottom;
};

/// A way to write a place: a box, or its first corner.
struct Notation {
    const char* name;
    bool isBox;
    const char* text; ///< %x %y %r %b are the numbers
    bool needsQuestion = false;
};

constexpr std::array kNotations{
    Notation{"object", true, R"({"bbox_2d": [%x, %y, %r, %b], "label": "Save"})"},
    Notation{"array", true, R"([{"bbox_2d": [%x, %y, %r, %b]}])"},
    Notation{"fence", true, "```json\n[\n\t{\"bbox_2d\": [%x, %y, %r, %b], \"label\": \"Save\"}\n]\n```"},
    Notation{"fence in prose", true, "Here:\n```\n{\"bbox_2d\": [%x, %y, %r, %b]}\n```\nAnything else?"},
    Notation{"single quotes", true, "{'bbox_2d': [%x, %y, %r, %b], 'label': 'Save'}"},
    Notation{"keys without quotes", true, "{bbox_2d: [%x, %y, %r, %b], label: \"Save\"}"},
    Notation{"text for numbers", true, R"({"bbox_2d": ["%x", "%y", "%r", "%b"]})"},
    Notation{"text for a list", true, R"({"bbox_2d": "[%x, %y, %r, %b]"})"},
    Notation{"text without brackets", true, R"({"bbox": "%x %y %r %b"})"},
    Notation{"tuple", true, R"({"bbox_2d": (%x, %y, %r, %b), "label": "Save"})"},
    Notation{"corners", true, R"({"bbox_2d": [[%x, %y], [%r, %b]]})"},
    Notation{"tuples as corners", true, R"({"bbox_2d": [(%x, %y), (%r, %b)]})"},
    Notation{"list in a list", true, R"({"bbox_2d": [[%x, %y, %r, %b]]})"},
    Notation{"corners swapped", true, R"({"bbox_2d": [%r, %b, %x, %y]})"},
    Notation{"bbox", true, R"({"label": "Save", "bbox": [%x, %y, %r, %b]})"},
    Notation{"named corners", true, R"({"bbox": {"x1": %x, "y1": %y, "x2": %r, "y2": %b}})"},
    Notation{"missing comma", true, R"([{"bbox_2d": [%x, %y, %r, %b] "label": "Save"}])"},
    Notation{"missing commas in the list", true, R"({"bbox_2d": [%x %y %r %b]})"},
    Notation{"inner quotes", true, R"([{"label": "the "Save" button", "bbox_2d": [%x, %y, %r, %b]}])"},
    Notation{"inner quotes and comma", true, R"([{"label": "a "b", c", "bbox_2d": [%x, %y, %r, %b]}])"},
    Notation{"apostrophe", true, "[{\"label\": \"Don't save\", \"bbox_2d\": [%x, %y, %r, %b]}]"},
    Notation{"apostrophe in single quotes", true, "[{'label': 'Don't save', 'bbox_2d': [%x, %y, %r, %b]}]"},
    Notation{"ellipsis", true, R"([{"bbox_2d": [%x, %y, %r, %b], "label": "Save", ...}, ...])"},
    Notation{"comment", true, "{\"bbox_2d\": [%x, %y, %r, %b], // the button\n\"label\": \"Save\"}"},
    Notation{"wrong bracket", true, R"({"bbox_2d": [%x, %y, %r, %b}})"},
    Notation{"cut", true, "[{\"bbox_2d\": [%x, %y, %r, %b], \"label\": \"Sa"},
    Notation{"cut in the next", true, R"([{"bbox_2d": [%x, %y, %r, %b]}, {"bbox_2d": [500, 2)"},
    Notation{"bare list", true, "[%x, %y, %r, %b]"},
    Notation{"bare list in a fence", true, "```json\n[%x, %y, %r, %b]\n```"},
    Notation{"bare list in ticks", true, "`[%x, %y, %r, %b]`"},
    Notation{"bare list with its name", true, "bbox_2d: [%x, %y, %r, %b]."},
    Notation{"bare tuples", true, "(%x,%y),(%r,%b)"},
    Notation{"bare corners", true, "[[%x, %y], [%r, %b]]"},
    Notation{"bare list that is cut", true, "[[%x, %y, %r, %b], [500, 2"},
    Notation{"answer", true, "<answer>\n[%x, %y, %r, %b]\n</answer>"},
    Notation{"answer behind words", true, "I looked in [12] rows.\n<answer>[%x, %y, %r, %b]</answer>"},
    Notation{"box tokens", true, "<|object_ref_start|>Save<|object_ref_end|><|box_start|>(%x,%y),(%r,%b)<|box_end|>"},
    Notation{"quad tokens", true, "<|quad_start|>(%x,%y),(%r,%y),(%r,%b),(%x,%b)<|quad_end|>"},
    Notation{"box tags", true, "<ref>Save</ref><box>[[%x, %y, %r, %b]]</box>"},
    Notation{"box tags with corners", true, "<box>(%x,%y),(%r,%b)</box>"},
    Notation{"box tags with blanks", true, "<bbox>%x %y %r %b</bbox>"},
    Notation{"call with a box", true, "CLICK(box=[[%x,%y,%r,%b]], element_type=\"button\")"},
    Notation{"full-width box", true, "（%x，%y，%r，%b）"},
    Notation{"full-width brackets of a list", true, "【%x, %y, %r, %b】"},
    Notation{"full-width corners", true, "<|box_start|>（%x，%y），（%r，%b）<|box_end|>"},
    Notation{"prose with a box", true, "It spans (%x, %y) to (%r, %b) of the screen.", true},
    Notation{"numbers alone", true, "%x, %y, %r, %b", true},
    Notation{"box tokens of a point", false, "<|box_start|>(%x,%y)<|box_end|>"},
    Notation{"point", false, R"({"point_2d": [%x, %y], "label": "Save"})"},
    Notation{"point in an object", false, R"({"point": {"x": %x, "y": %y}})"},
    Notation{"point tag", false, "<point>%x %y</point>"},
    Notation{"point tag with a comma", false, "It is here: <point>(%x, %y)</point>."},
    Notation{"point attributes", false, R"(<point x="%x" y="%y" alt="Save">Save</point>)"},
    Notation{"start box", false, "Thought: I click Save.\nAction: click(start_box='(%x,%y)')"},
    Notation{"start box with tokens", false, "Action: click(start_box='<|box_start|>(%x,%y)<|box_end|>')"},
    Notation{"call with a point tag", false, "Action: left_double(point='<point>%x %y</point>')"},
    Notation{"pyautogui", false, "pyautogui.click(x=%x, y=%y)"},
    Notation{"pyautogui in a fence", false, "```python\nimport pyautogui\npyautogui.click(x=%x, y=%y)\n```"},
    Notation{"pyautogui without names", false, "pyautogui.doubleClick(%x, %y)"},
    Notation{"pyautogui with more", false, "pyautogui.moveTo(%x, %y, duration=0.5)"},
    Notation{"pyautogui with more without names", false, "pyautogui.click(%x, %y, 2, 0.25)"},
    Notation{"click", false, "click(%x, %y)"},
    Notation{"x and y", false, "x=%x, y=%y"},
    Notation{"full-width x and y", false, "x：%x，y：%y"},
    Notation{"full-width point", false, "（%x，%y）"},
    Notation{"full-width comma", false, "(%x，%y)"},
    Notation{"x and y in an object", false, R"({"x": %x, "y": %y})"},
    Notation{"tool call", false,
             "<tool_call>\n{\"name\": \"computer_use\", \"arguments\": {\"action\": \"left_click\", \"coordinate\": "
             "[%x, %y]}}\n</tool_call>"},
    Notation{"tool call with text", false,
             "{\"name\": \"computer_use\", \"arguments\": \"{\\\"action\\\": \\\"left_click\\\", \\\"coordinate\\\": "
             "[%x, %y]}\"}"},
    Notation{"tool call with x and y", false, R"(It calls {"name": "click", "arguments": {"x": %x, "y": %y}} now.)"},
    Notation{
        "tool call in tags", false,
        "<tool_call>\n<function=click>\n<parameter=coordinate>\n[%x, %y]\n</parameter>\n</function>\n</tool_call>"},
    Notation{
        "tool call in tags with x and y", false,
        "<tool_call><function=click><parameter=x>%x</parameter><parameter=y>%y</parameter></function></tool_call>"},
    Notation{"tool call behind a box", false,
             R"(First {"bbox_2d": [1, 2, 3, 4]}, then {"name": "f", "arguments": {"coordinate": [%x, %y]}})"},
    Notation{"bare point", false, "[%x, %y]"},
    Notation{"prose", false, "The button is at (%x, %y).", true},
    Notation{"full-width prose", false, "按钮（保存）位于（%x， %y）。", true},
    Notation{"prose with a page", false, "As page [3, 4] says, it is at (%x, %y).", true},
};

std::string written(const Notation& notation, const Numbers& numbers) {
    QString text = QString::fromUtf8(notation.text);
    for (const auto& [mark, number] :
         {std::pair{"%x", &numbers.x}, {"%y", &numbers.y}, {"%r", &numbers.right}, {"%b", &numbers.bottom}})
        text.replace(mark, QString::fromStdString(*number));
    return text.toStdString();
}

/// Whether the first region is `expected`, in thousandths.
bool isFirst(const NamedPlaces& places, const std::vector<double>& expected) {
    if (places.regions.empty() || places.regions.front().norm.size() != expected.size())
        return false;
    for (std::size_t i = 0; i < expected.size(); ++i)
        if (std::abs(places.regions.front().norm[i] - expected[i]) > 1e-6)
            return false;
    return true;
}

QString problemOf(const std::string& text, const NamedPlaces& places) {
    QString problem = QString::fromStdString(text) + ":";
    for (const Region& region : places.regions)
        for (const double number : region.norm)
            problem += " " + QString::number(number);
    for (const UnreadPlace& place : places.unread)
        problem += " ! " + QString::fromStdString(place.why);
    return problem;
}

} // namespace

class TestAnswerNotations : public QObject {
    Q_OBJECT

    std::mt19937 m_random{7};

    int below(int end) { return static_cast<int>(m_random() % static_cast<unsigned>(end)); }

private Q_SLOTS:
    void storedCases_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("region");
        const nlohmann::json cases = test::readJson(test::dataFolder() / "answers.json");
        for (const auto& [name, row] : cases.items())
            QTest::newRow(name.c_str()) << QByteArray::fromStdString(row[0].get<std::string>())
                                        << QByteArray::fromStdString(row[1].dump());
        QVERIFY(!cases.empty());
    }
    /// As the engine reads them, whether the question asks for a place or not.
    void storedCases() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, region);
        ThoughtSplitter splitter(false);
        std::string answer = splitter.push(text.toStdString()).answer;
        answer += splitter.finish().answer;
        const auto expected = nlohmann::json::parse(region.toStdString());
        for (const bool asked : {false, true}) {
            const NamedPlaces places = parse(answer, asked);
            const bool right =
                expected.is_null() ? places.regions.empty() : isFirst(places, expected.get<std::vector<double>>());
            QVERIFY2(right, qPrintable(problemOf(answer, places)));
        }
    }

    void everyNotation_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < kNotations.size(); ++i)
            QTest::newRow(kNotations[i].name) << static_cast<int>(i);
    }
    void everyNotation() {
        QFETCH(int, index);
        const Notation& notation = kNotations[static_cast<std::size_t>(index)];
        for (int round = 0; round < 60; ++round) {
            const int x = 10 + below(900), y = 10 + below(900);
            const std::array numbers{x, y, x + 1 + below(999 - x), y + 1 + below(999 - y)};
            checkThousandths(notation, numbers);
            checkPixels(notation, numbers);
            checkParts(notation, numbers);
            if (QTest::currentTestFailed())
                return;
        }
    }

    /// Numbers that are no places.
    void prose_data() {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const char* text) { QTest::newRow(name) << QByteArray(text); };
        row("years", "It grew from 2019 to 2021 (2019, 2021) and more in [2022, 2023].");
        row("prices", "They cost $410, $220, $470 and $260.");
        row("price list", "Prices are [199, 299, 399, 499] dollars.");
        row("page", "See page 3 and (4, 5) of the report.");
        row("citations", "As shown before [1, 2], and later [3, 4, 5, 6].");
        row("citations alone", "[1, 2]");
        row("one number", "42");
        row("two numbers", "410, 220");
        row("size", "The window has 410 x 220 pixels.");
        row("chart data", R"(The chart says {"x": 410, "y": 220} in short.)");
        row("points of a game", R"(The table reads {"team": "Reds", "points": [12, 30], "position": [1, 2]} here.)");
        row("code", "for (i = 0; i < 10; ++i) { a[i] = f(410, 220); }");
        row("function", "Use max(410, 220) or range(0, 10).");
        row("markdown", "| a | b |\n|---|---|\n| 410 | 220 |");
        row("formula", "f(x) = (410, 220) + [470, 260]^T, x = 3, y < 5");
        row("interval", "The interval [410, 470] holds it.");
        row("text keys", R"({"point": "the main point", "bbox": "none", "coordinate": null})");
        row("an empty list", R"({"bbox_2d": [], "label": "not found"})");
        row("smiley and quotes", "It's 5\" wide :( \"quoted (410\" [and so");
        row("markup", "<b>410</b> <a href='x'>220</a> <point>");
        row("nothing", "");
    }
    void prose() {
        QFETCH(QByteArray, text);
        const NamedPlaces places = parse(text.toStdString());
        QVERIFY2(places.regions.empty() && places.unread.empty(), qPrintable(problemOf(text.toStdString(), places)));
    }
    /// Also where a place was asked for, words that surely name none.
    void proseAsked_data() {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const char* text) { QTest::newRow(name) << QByteArray(text); };
        row("none", "There is no such button.");
        row("years", "It was there in (2019, 2021).");
        row("page", "It is on page (410, 220).");
        row("citations", "It is in the header [1, 2].");
        row("other counts", "Its parts are [1, 2, 3] and (410).");
    }
    void proseAsked() {
        QFETCH(QByteArray, text);
        const NamedPlaces places = parse(text.toStdString(), true);
        QVERIFY2(places.regions.empty() && places.unread.empty(), qPrintable(problemOf(text.toStdString(), places)));
    }

    void unread_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("why");
        QTest::addColumn<QByteArray>("said");
        const auto row = [](const char* name, const char* text, const char* why, const char* said) {
            QTest::newRow(name) << QByteArray(text) << QByteArray(why) << QByteArray(said);
        };
        const char* pixels = R"({"bbox_2d": [1230, 440, 1410, 520]})";
        row("pixels", pixels, "coordinates 1230, 440, 1410, 520 lie outside 0..1000", pixels);
        row("pixels in a list", "[1230, 440, 1410, 520]", "coordinates 1230, 440, 1410, 520 lie outside 0..1000",
            "[1230, 440, 1410, 520]");
        row("negative", "Go: pyautogui.click(x=-20, y=4)!", "coordinates -20, 4 lie outside 0..1000",
            "pyautogui.click(x=-20, y=4)");
        row("three", R"(So {"bbox": [1, 2, 3]}.)",
            "coordinates 1, 2, 3 are 3 numbers, expected 2 of a point or 4 of a box", R"({"bbox": [1, 2, 3]})");
        row("words", R"({"point_2d": ["left", 2]})", "coordinates left, 2 are not all numbers",
            R"({"point_2d": ["left", 2]})");
        row("zero", R"({"bbox_2d": [0, 0, 0, 0]})", "coordinates 0, 0, 0, 0 name no place",
            R"({"bbox_2d": [0, 0, 0, 0]})");
        row("minus one", R"({"point": [-1, -1]})", "coordinates -1, -1 name no place", R"({"point": [-1, -1]})");
        row("cut", R"({"bbox_2d": [500, 22)", "coordinates 500 are cut off", R"({"bbox_2d": [500)");
        row("cut tag", "<box>[[1, 2, 3", "coordinates behind <box> are cut off", "<box>[[1, 2, 3");
        row("cut call", "click(x=500, y=2", "the call of click is cut off", "click(x=500");
        row("words in a tag", "<point>top left</point>", "coordinates top left are not all numbers",
            "<point>top left</point>");
    }
    void unread() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, why);
        QFETCH(QByteArray, said);
        const NamedPlaces places = parse(text.toStdString());
        QVERIFY(places.regions.empty());
        QCOMPARE(places.unread.size(), std::size_t{1});
        const UnreadPlace& place = places.unread.front();
        QCOMPARE(QByteArray::fromStdString(place.why), why);
        QCOMPARE(
            text.mid(static_cast<qsizetype>(place.textBegin), static_cast<qsizetype>(place.textEnd - place.textBegin)),
            said);
    }
    void outsideOfPixelsIsSaid() {
        const NamedPlaces places = parse(R"({"point_2d": [1500, 20]})", false, {1400, 700});
        QCOMPARE(places.unread.at(0).why,
                 std::string("coordinates 1500, 20 lie outside the 1400 x 700 pixels that were seen"));
    }

    void severalPlaces() {
        for (const char* text :
             {R"([{"bbox_2d": [10, 20, 30, 40]} {"bbox_2d": [50, 60, 70, 80]}])",
              "[[10, 20, 30, 40], [50, 60, 70, 80]]", "<box>[[10, 20, 30, 40], [50, 60, 70, 80]]</box>",
              "<|box_start|>(10,20),(30,40)<|box_end|> and <|box_start|>(50,60),(70,80)<|box_end|>",
              "[10, 20, 30, 40]\n[50, 60, 70, 80]"}) {
            const NamedPlaces places = parse(text);
            QVERIFY2(places.regions.size() == 2 && isFirst(places, {10, 20, 30, 40}), text);
            QCOMPARE(places.regions[1].norm, (std::vector<double>{50, 60, 70, 80}));
        }
        QCOMPARE(parse("drag(start_box='(10,20)', end_box='(30,40)')").regions.size(), std::size_t{2});
        QCOMPARE(parse("[[10, 20], [30, 40], [50, 60]]").regions.size(), std::size_t{3});
    }

    void questions() {
        for (const char* question :
             {"Where is \"Save\"?", "Locate the button", "Give its bounding box.", "report bbox_2d", "Click on Save",
              "Point to it", "保存按钮在哪里？", "coordinates of x"})
            QVERIFY2(asksForPlace(question), question);
        for (const char* question : {"What is the total?", "How many rows?", "Where did sales grow?", "", "Read it."})
            QVERIFY2(!asksForPlace(question), question);
    }

    /// A megabyte of what is worst takes time in proportion to its length: ten times the text, about ten times the
    /// time.
    void hostileAnswersTakeLinearTime_data() {
        QTest::addColumn<QByteArray>("part");
        for (const char* part : {"[",
                                 "{",
                                 "(",
                                 "{\"a\":",
                                 "{\"a\":[",
                                 "[{\"a\":\"{",
                                 "{\"",
                                 "{'a':{\"b\":[",
                                 "{//",
                                 "click((",
                                 "click(x=1,y=2",
                                 "x=1,y=2 ",
                                 "x=1, ",
                                 "[1,2]",
                                 "(\"(",
                                 "['",
                                 "[\"a\" \"",
                                 "{\"a\":\"x\" y",
                                 "{\"a\":'{\"a\":\"",
                                 "{\"a\":\"{'a':'",
                                 "[1,[1,",
                                 "<box>[[",
                                 "<|box_start|>(1,2)",
                                 "<parameter=x>1",
                                 "{\"bbox\":[1,2],",
                                 "{\"bbox\":[1,2],\"a\":",
                                 "{\"bbox\":[[",
                                 "{\"arguments\":\"{",
                                 "{\"label\":\"aaaaaaaaaaaaaaa\",\"bbox\":[1,2,3,4],",
                                 "{\":\":\"{\",",
                                 "[...,",
                                 "{...,",
                                 "<point x=\"1\" ",
                                 "<answer>[1,2]",
                                 "<ref></ref>  <box>[[1,2]]",
                                 "``` bbox ",
                                 "\\u",
                                 " ",
                                 "(1, 2) to ",
                                 "{\"x\":1,\"y\":2}"})
            QTest::newRow(part) << QByteArray(part);
    }
    void hostileAnswersTakeLinearTime() {
        QFETCH(QByteArray, part);
        const double tenth = secondsFor(part, 100'000), all = secondsFor(part, 1'000'000);
        // A quadratic reader would need a hundred times as much, and minutes.
        QVERIFY2(all < 0.3 || all < 25 * tenth, qPrintable(QString("%1 s and %2 s").arg(tenth).arg(all)));
    }

private:
    void check(const std::string& text, bool asked, Size units, const std::vector<double>& expected) {
        const NamedPlaces places = parse(text, asked, units);
        QVERIFY2(isFirst(places, expected), qPrintable(problemOf(text, places)));
    }

    static std::vector<double> expectedOf(const Notation& notation, const std::array<double, 4>& norm) {
        return {norm.begin(), notation.isBox ? norm.end() : norm.begin() + 2};
    }

    void checkThousandths(const Notation& notation, const std::array<int, 4>& at) {
        const std::string fraction = below(2) == 0 ? "" : ".5";
        const double more = fraction.empty() ? 0 : 0.5;
        const std::string text = written(notation, {std::to_string(at[0]) + fraction, std::to_string(at[1]),
                                                    std::to_string(at[2]), std::to_string(at[3]) + fraction});
        check(text, notation.needsQuestion, {1000, 1000},
              expectedOf(notation, {at[0] + more, double(at[1]), double(at[2]), at[3] + more}));
    }

    void checkPixels(const Notation& notation, const std::array<int, 4>& at) {
        constexpr Size kSeen{1400, 1100};
        const std::string text = written(
            notation, {std::to_string(at[0]), std::to_string(at[1]), std::to_string(at[2]), std::to_string(at[3])});
        check(text, notation.needsQuestion, kSeen,
              expectedOf(notation, {at[0] / 1.4, at[1] / 1.1, at[2] / 1.4, at[3] / 1.1}));
    }

    void checkParts(const Notation& notation, const std::array<int, 4>& at) {
        const auto part = [](int thousandths) {
            return "0." + QString::number(thousandths).rightJustified(3, '0').toStdString();
        };
        const bool isCutInList = std::string_view(notation.text).find("500, 2") != std::string_view::npos;
        const std::string text = written(notation, {part(at[0]), part(at[1]), part(at[2]), part(at[3])});
        check(text, notation.needsQuestion, isCutInList ? Size{1000, 1000} : Size{1400, 1100},
              expectedOf(notation, {double(at[0]), double(at[1]), double(at[2]), double(at[3])}));
    }

    /// Of the processor: other programs take it, too.
    static double secondsFor(const QByteArray& part, qsizetype bytes) {
        const std::string text = part.repeated(bytes / part.size()).toStdString();
        const std::clock_t begin = std::clock();
        parse(text, true);
        return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    }
};

QTEST_GUILESS_MAIN(TestAnswerNotations)
#include "tst_answer_notations.moc"
