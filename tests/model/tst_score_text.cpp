#include "model/scores/edit_distance.h"
#include "model/scores/plain_answer.h"
#include "model/scores/python_text.h"
#include "model/scores/python_values.h"
#include "model/scores/score.h"

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <ctime>
#include <random>

using namespace prunescope;

namespace {

/// What scores look for, and what they do not expect.
const std::vector<std::string> kPieces{"A",
                                       "b)",
                                       "(C)",
                                       " ",
                                       "\n",
                                       "x=1",
                                       ", y=2",
                                       ".",
                                       "%",
                                       "12",
                                       "0.5",
                                       "-",
                                       "[",
                                       "]",
                                       "'",
                                       "\"",
                                       "<think>",
                                       "</think>",
                                       "<answer>",
                                       "\\boxed{",
                                       "}",
                                       "{",
                                       "yes",
                                       "No",
                                       "answer is ",
                                       "not answerable",
                                       "|",
                                       "---",
                                       "<table>",
                                       "<tr>",
                                       "<td rowspan=\"2\">",
                                       "<th colspan=x>",
                                       "</table>",
                                       "$",
                                       "\\(",
                                       "\\)",
                                       "**",
                                       "_",
                                       "\xff",
                                       "\xCE\xA3",
                                       "\xC4\xB0",
                                       "e\xCC\x81",
                                       "\xF0\x9F\x98\x80",
                                       "<tool_call>\n",
                                       "{\"arguments\": {\"coordinate\": [1, 2]}}",
                                       "1e999",
                                       "nan",
                                       "\xD9\xA0",
                                       "&amp;",
                                       "&#x110000;",
                                       "(",
                                       ","};

/// Texts of such pieces, in any order.
class OddTexts {
public:
    std::string next() {
        std::string text;
        for (auto count = m_random() % 12; count > 0; --count)
            text += kPieces[m_random() % kPieces.size()];
        return text;
    }
    template <typename Entry>
    Entry oneOf(const std::vector<Entry>& entries) {
        return entries[m_random() % entries.size()];
    }
    double number() { return static_cast<double>(m_random() % 2000) / 7 - 20; }

private:
    std::mt19937 m_random{16};
};

std::string unitTest(OddTexts& texts) {
    const std::string type = texts.oneOf<std::string>({"present", "absent", "order", "table", "math", "baseline", "x"});
    return "[{\"type\": \"" + type +
           "\", \"text\": \"yes\", \"before\": \"No\", \"after\": \"12\", \"cell\": \"12\", \"up\": \"A\", \"left\": "
           "\"0.5\", \"top_heading\": \"b)\", \"left_heading\": \"A\", \"math\": \"12\", \"max_diffs\": 1, "
           "\"first_n\": "
           "9, \"last_n\": 4}]";
}

GivenAnswer oddAnswer(OddTexts& texts) {
    GivenAnswer answer;
    answer.text = texts.next();
    answer.expected = {texts.oneOf<std::string>({texts.next(), unitTest(texts), "A", "Yes", "12"})};
    if (texts.number() > 0)
        answer.options = {{'A', texts.next()}, {'B', "yes"}, {'C', ""}};
    answer.fields = {{"answer_format", texts.oneOf<std::string>({"Int", "Float", "Str", "List", ""})},
                     {"answer_type", texts.oneOf<std::string>({"integer", "float", "text"})},
                     {"category", texts.oneOf<std::string>({"", "Handwritten Mathematical Expression Recognition"})},
                     {"choices", texts.oneOf<std::string>({"", "['a', 'b']", "["})}};
    if (texts.number() > 0)
        answer.box = PixelBox{texts.number(), texts.number(), texts.number(), texts.number()};
    if (texts.number() > 0)
        answer.trueBox = PixelBox{texts.number(), texts.number(), texts.number(), texts.number()};
    answer.size = texts.oneOf<Size>({{}, {100, 50}});
    answer.seen = texts.oneOf<Size>({{}, {64, 32}});
    return answer;
}

/// By the definition: every part as long as the shorter text, and every shorter beginning and end.
double slowPartLikeness(std::u32string_view shorter, std::u32string_view longer) {
    double best = 0;
    for (std::size_t at = 0; at + shorter.size() <= longer.size(); ++at)
        best = std::max(best, likeness(shorter, longer.substr(at, shorter.size())));
    for (std::size_t length = 1; length < shorter.size(); ++length)
        best = std::max({best, likeness(shorter, longer.substr(0, length)),
                         likeness(shorter, longer.substr(longer.size() - length))});
    return best;
}

std::u32string lettersOf(std::mt19937& random, std::size_t length) {
    std::u32string text;
    for (; length > 0; --length)
        text += U"abc\u00e9"[random() % 4];
    return text;
}

const ChoiceOption kRed{'A', "red"};
const ChoiceOption kBlue{'B', "blue"};
const ChoiceOption kGreen{'C', "green"};

/// Ways to choose "B blue".
constexpr const char* kSayB[]{"B",
                              "B.",
                              "B. blue",
                              "(B) blue",
                              "**B. blue**",
                              "The correct answer is B.",
                              "Answer: B",
                              "Option B",
                              "blue",
                              "The button is blue.",
                              "\\boxed{B}",
                              "<answer>B</answer>",
                              " B",
                              "b",
                              "b.",
                              "<think>\nA is red, so no.\n</think>\n\nB",
                              "b) blue",
                              "B blue",
                              "\xE2\x80\x9C"
                              "B\xE2\x80\x9D",
                              "`B`",
                              "$\\boxed{\\text{B}}$",
                              "{\"answer\": \"B\"}",
                              "answer: b",
                              "The answer is (b).",
                              "The correct answer is **B**. Here is why: A is too red, and C is too green for it.",
                              "B is the right choice here, as the picture shows",
                              "A blue one",
                              "I think it is blue",
                              "<think>A</think>b",
                              "I choose B",
                              "\u7b54\u6848\u662fB",                     // the answer is B
                              "\u7b54\u6848\uff1a\uff22\u3002",          // answer: B., in wide letters
                              "\u9009B\u3002",                           // choose B.
                              "A\u662f\u7ea2\u8272\uff0c\u9009\u62e9B"}; // A is red, choose B

Verdict judged(std::string_view score, const char* text, const char* expected, bool hasOptions) {
    GivenAnswer answer;
    answer.text = text;
    answer.expected = {expected};
    if (hasOptions)
        answer.options = {kRed, kBlue, kGreen};
    return findScore(score)->judge(answer);
}

} // namespace

/// Text and numbers as Python has them, and what our own rules read.
class TestScoreText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyScoreOfOddAnswersIsInItsRange() {
        OddTexts texts;
        for (int i = 0; i < 4000; ++i) {
            const GivenAnswer answer = oddAnswer(texts);
            for (const ScoreEntry& score : scores()) {
                const Verdict verdict = score.judge(answer);
                QVERIFY2(verdict.score >= 0 && verdict.score <= 1,
                         (std::string(score.name) + ": " + answer.text).c_str());
                QVERIFY2(verdict.score == 0 || (verdict.decided && !verdict.formatError), score.name.data());
            }
        }
    }

    void longAnswersTakeNoTime() {
        OddTexts texts;
        GivenAnswer answer = oddAnswer(texts);
        for (const std::string piece :
             {"(", " ", "<td>", "</b><a>", "_ ", "x=", "a b ", "[[", "|a|\n", "\xCC\x81\xCC\xA7"}) {
            answer.text.clear();
            while (answer.text.size() < 20000)
                answer.text += piece;
            answer.expected = {unitTest(texts)};
            const std::clock_t start = std::clock(); // other programs may be busy
            for (const ScoreEntry& score : scores())
                if (score.name.find("anls") ==
                    score.name.npos) // which takes the product of both lengths by its definition
                    score.judge(answer);
            QVERIFY2(std::clock() - start < 5 * CLOCKS_PER_SEC, piece.c_str());
        }
    }

    void lowerCase_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("lower");
        QTest::newRow("sigma at the end") << u"\u039f\u0394\u039f\u03a3"_qs << u"\u03bf\u03b4\u03bf\u03c2"_qs;
        QTest::newRow("sigma inside") << u"\u03a3\u0391\u03a3\u0391"_qs << u"\u03c3\u03b1\u03c3\u03b1"_qs;
        QTest::newRow("sigma alone") << u"\u03a3 a\u03a3."_qs << u"\u03c3 a\u03c2."_qs;
        QTest::newRow("sigma before a mark") << u"A\u03a3\u0301B A\u03a3:b"_qs << u"a\u03c3\u0301b a\u03c3:b"_qs;
        QTest::newRow("dotted I") << u"\u0130I"_qs << u"i\u0307i"_qs;
        QTest::newRow("sharp S, wide, Cherokee") << u"\u1e9e\uff21\u13a0"_qs << u"\u00df\uff41\uab70"_qs;
    }
    void lowerCase() {
        QFETCH(QString, text);
        QFETCH(QString, lower);
        const std::u32string given = codePoints(text.toStdString());
        QCOMPARE(QString::fromStdString(utf8(prunescope::lowerCase(given))), lower);
    }

    void wordsArePythons() {
        QCOMPARE(splitWords(U" a\u00a0b\u001cc\u0085d\u2028e\u200bf\t").size(), std::size_t{5}); // U+200B is no space
        QVERIFY(comparableWords("\xff\xc3 A") == U"\ufffd\ufffd a");
        QVERIFY(normalFormC(U"e\u0301\u1100\u1161") == U"\u00e9\uac00");
    }

    void numbers_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("number");
        const auto row = [](const char* text, double number) { QTest::newRow(text) << text << number; };
        const double none = std::nan("");
        row(" 40\n", 40);
        row("+1_000.5e-1", 100.05);
        row(".5", 0.5);
        row("5.", 5);
        row("1e999", INFINITY);
        row("-1e999", -INFINITY);
        row("1e-999", 0);
        row("Infinity", INFINITY);
        row("-inF", -INFINITY);
        row("\xD9\xA4\xD9\xA2", 42); // Arabic digits
        for (const char* text :
             {"", ".", "e5", "1__0", "_1", "1_", "1_.5", "0x10", "--1", "1,000", "5%", "1 2", "infin", "1e"})
            row(text, none);
    }
    void numbers() {
        QFETCH(QString, text);
        QFETCH(double, number);
        const std::optional<double> value = pythonFloat(codePoints(text.toStdString()));
        QCOMPARE(value.has_value(), !std::isnan(number));
        QVERIFY(!value || *value == number);
    }

    void wholeNumbers() {
        const auto read = [](const char* text) { return pythonInteger(codePoints(text)); };
        QVERIFY(read(" -0012_3 ") == U"-123" && read("-0") == U"0" && read("\xEF\xBC\x91") == U"1");
        QVERIFY(!read("1.0") && !read("") && !read("+") && !read("1e2"));
        QVERIFY(read("123456789012345678901234567890") == U"123456789012345678901234567890");
        QVERIFY(pythonInteger(1e22) == U"10000000000000000000000" && pythonInteger(-0.5) == U"0");
        QVERIFY(!pythonInteger(INFINITY));
    }

    void lists_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("entries");
        const auto row = [](const char* text, const QStringList& entries) { QTest::newRow(text) << text << entries; };
        row("['a', \"b's\", 'c\\'d']", {"a", "b's", "c'd"});
        row(" [1, 2.50, -3e2, True, None,] ", {"1", "2.5", "-300.0", "True", "None"});
        row("['a' 'b']", {"ab"});
        row("['\\u00e9\\x41\\n\\q']", {QString::fromUtf8("\xC3\xA9"
                                                         "A\n\\q")});
    }
    void lists() {
        QFETCH(QString, text);
        QFETCH(QStringList, entries);
        const auto list = pythonList(text.toStdString());
        QVERIFY(list && list->size() == static_cast<std::size_t>(entries.size()));
        for (std::size_t i = 0; i < list->size(); ++i)
            QCOMPARE(QString::fromStdString((*list)[i]), entries[static_cast<qsizetype>(i)]);
    }
    void noLists() {
        QVERIFY(pythonList("[]") && pythonList("[]")->empty());
        for (const char* text :
             {"", "a", "[a]", "[1", "['a", "[,]", "[1 2]", "[[1]]", "[1]x", "['a\\", "['\\x4", "[1]]", "[nan]"})
            QVERIFY2(!pythonList(text), text);
    }

    void likenessOfParts() {
        std::mt19937 random(3);
        for (int i = 0; i < 2000; ++i) {
            const std::u32string a = lettersOf(random, 1 + random() % 90);
            const std::u32string b = lettersOf(random, a.size() + 1 + random() % 40);
            QCOMPARE(partLikeness(a, b), slowPartLikeness(a, b));
            QCOMPARE(partLikeness(b, a), partLikeness(a, b));
        }
        QCOMPARE(partLikeness(U"", U"a"), 0.0);
        QCOMPARE(likeness(U"", U""), 1.0);
    }

    void nearMatchesBeginWhereTheyAreBest() {
        QCOMPARE(nearMatches(U"abc", U"abcabc", 0), (std::vector<std::size_t>{0, 3}));
        QCOMPARE(nearMatches(U"aa", U"aaa", 0), (std::vector<std::size_t>{0, 1}));
        QCOMPARE(nearMatches(U"river", U"the rover, the river", 1), (std::vector<std::size_t>{4, 15}));
        QVERIFY(nearMatches(U"river", U"the roger", 1).empty());
    }

    void plainAnswers() {
        QCOMPARE(plainAnswer("<think>A?</think> **B**"), std::string("B"));
        QCOMPARE(plainAnswer("so \\boxed{\\text{B}}"), std::string("\\text{B}"));
        QCOMPARE(plainAnswer("<answer>\"it's\"</answer>"), std::string("it's"));
        QCOMPARE(std::string(withoutReasoning("<think>it never ends")), std::string());
        QCOMPARE(std::string(withoutReasoning("a < b")), std::string("a < b"));
    }

    void ownChoice_data() {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("read");
        const auto row = [](const char* answer, const char* read) { QTest::newRow(answer) << answer << read; };
        for (const char* b : kSayB)
            row(b, "B");
        for (const char* a : {"A red one", "A because of its colour", "A is right, not the others"})
            row(a, "A");
        for (const char* none : {"", "purple", "A or B", "I do not know", "a dog", "red or blue", "<think>B"})
            row(none, "");
    }
    void ownChoice() {
        QFETCH(QString, answer);
        QFETCH(QString, read);
        const Verdict verdict = judged("own_choice", answer.toUtf8().constData(), "B", true);
        QCOMPARE(QString::fromStdString(verdict.read), read);
        QCOMPARE(verdict.decided, !read.isEmpty());
        QCOMPARE(verdict.score, read == "B" ? 1.0 : 0.0);
        QCOMPARE(judged("own_choice", answer.toUtf8().constData(), "blue", true).score, verdict.score);
    }

    void ownWords() {
        const char* thought = "<think>\nIt reads Save.\n</think>\n\nSave";
        for (const char* score : {"exact_match", "own_anls"}) {
            QCOMPARE(judged(score, "Save", "Save", false).score, 1.0);
            QCOMPARE(judged(score, thought, "Save", false).score, 1.0);
            QCOMPARE(judged(score, "Saveabcd", "Save", false).score, 0.0);
        }
        QCOMPARE(judged("anls", "Saveabcd", "Save", false).score, 0.5);
    }

    void lenientYesAndNo() {
        for (const char* yes : {"**Yes**", "Yes:", "Answer:yes", "'Yes'", "Yes, no doubt.", "<think>no</think>yes",
                                "\xE2\x80\x9CYes\xE2\x80\x9D", "yes.it is"})
            QVERIFY2(judged("yes_no_lenient", yes, "Yes", false).score == 1, yes);
        for (const char* open : {"", "maybe", "it is yes or no", "eyes"})
            QVERIFY2(!judged("yes_no_lenient", open, "Yes", false).decided, open);
    }

    void mathVision() {
        for (const char* same : {"0.5", ".5", "1/2", "\\frac{1}{2}", " 0.50000001 "})
            QVERIFY2(judged("mathvision_no_judge", same, "0.5", false).score == 1, same);
        for (const char* other : {"", "0.51", "1/0", "half", "\\frac{1}"})
            QVERIFY2(!judged("mathvision_no_judge", other, "0.5", false).decided, other);
        QCOMPARE(judged("mathvision_no_judge", "(B)", "B", true).score, 1.0);
    }

    void documentsThatDoNotSay() {
        const char* says = "The question is not answerable from these pages.";
        QCOMPARE(judged("mmlongbench_no_judge", says, "Not answerable", false).score, 1.0);
        QCOMPARE(judged("mmlongbench", says, "Not answerable", false).score, 0.0);
        QCOMPARE(judged("mmlongbench_no_judge", says, "12", false).read, std::string("Not answerable"));
    }
};

QTEST_APPLESS_MAIN(TestScoreText)
#include "tst_score_text.moc"
