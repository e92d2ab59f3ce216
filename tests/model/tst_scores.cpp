#include "core/base/base64.h"
#include "core/base/stats.h"
#include "model/scores/score.h"

#include <QtTest>
#include <algorithm>
#include <set>

using namespace prunescope;

namespace {

double value(std::string_view name, const GivenAnswer& answer) {
    const auto found = std::ranges::find(scores(), name, &ScoreEntry::name);
    return found == scores().end() ? -1 : found->judge(answer).score;
}

double words(std::string_view name, const char* given, const char* expected) {
    return value(name, {given, {expected}, {}, {}, {}, {}, {}, {}});
}

double place(std::string_view name, std::optional<PixelBox> box, std::optional<PixelRect> trueBox) {
    return value(name, {"", {""}, {}, {}, box, trueBox ? std::optional(boxOf(*trueBox)) : std::nullopt, {}, {}});
}

bool isClose(double a, double b, double tolerance = 1e-4) {
    return std::abs(a - b) <= tolerance;
}

} // namespace

/// How answers are judged, and what follows from how many of them are right.
class TestScores : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyScoreHasANameOfItsOwnAndStaysInItsRange() {
        std::set<std::string_view> names;
        const std::vector<GivenAnswer> answers{{"", {""}, {}, {}, {}, {}, {}, {}},
                                               {"a", {"b"}, {}, {}, PixelBox{0, 0, 4, 4}, PixelBox{2, 2, 6, 6}, {}, {}},
                                               {"B", {"b"}, {}, {}, PixelBox{2, 2, 2, 2}, PixelBox{2, 2, 6, 6}, {}, {}},
                                               {"\xff\xc3", {"\xc3"}, {}, {}, {}, PixelBox{0, 0, 1, 1}, {}, {}}};
        for (const ScoreEntry& score : scores()) {
            QVERIFY(names.insert(score.name).second && !score.title.empty());
            for (const GivenAnswer& answer : answers)
                QVERIFY2(score.judge(answer).score >= 0 && score.judge(answer).score <= 1, score.name.data());
        }
    }

    void aTaskIsJudgedByItsScores() {
        const auto firstOf = [](std::string_view task) { return scoresOf(task).front(); };
        QCOMPARE(firstOf("locate"), std::string_view("point_in_box"));
        QCOMPARE(firstOf("choice"), std::string_view("own_choice"));
        for (const char* task : {"read", "value", "title", "cell", "count", "checked", "chat", "of another set"})
            QCOMPARE(firstOf(task), std::string_view("exact_match"));
        QCOMPARE(scoresOf("locate").back(), std::string_view("box_iou"));
        QCOMPARE(scoresOf("read").back(), std::string_view("anls"));
    }

    void exactMatch_data() {
        QTest::addColumn<QByteArray>("given");
        QTest::addColumn<QByteArray>("expected");
        QTest::addColumn<double>("score");
        QTest::newRow("same") << QByteArray("Save") << QByteArray("Save") << 1.0;
        QTest::newRow("case and ends") << QByteArray("  SAVE as\n") << QByteArray("save As") << 1.0;
        QTest::newRow("spaces inside") << QByteArray("save \t as") << QByteArray("save as") << 1.0;
        QTest::newRow("no-break space") << QByteArray("1\xC2\xA0"
                                                      "000")
                                        << QByteArray("1 000") << 1.0;
        QTest::newRow("umlauts") << QByteArray("\u00c4PFEL \u0141\u00d3D\u0179")
                                 << QByteArray("\u00e4pfel \u0142\u00f3d\u017a") << 1.0;
        QTest::newRow("Greek, Cyrillic") << QByteArray("\u03a9 \u0416 \u0401") << QByteArray("\u03c9 \u0436 \u0451")
                                         << 1.0;
        QTest::newRow("no letter") << QByteArray("\u00d7") << QByteArray("\u00f7") << 0.0;
        QTest::newRow("joined") << QByteArray("saveas") << QByteArray("save as") << 0.0;
        QTest::newRow("more") << QByteArray("Save.") << QByteArray("Save") << 0.0;
        QTest::newRow("nothing") << QByteArray("") << QByteArray("Save") << 0.0;
    }
    void exactMatch() {
        QFETCH(QByteArray, given);
        QFETCH(QByteArray, expected);
        QFETCH(double, score);
        QCOMPARE(words("exact_match", given.constData(), expected.constData()), score);
    }

    void anls() {
        QCOMPARE(words("anls", "Invoice", "invoice "), 1.0);
        QVERIFY(isClose(words("anls", "kitten", "sitting"), 1 - 3.0 / 7)); // two substitutions, one insertion
        QVERIFY(isClose(words("anls", "12.50", "12.60"), 0.8));
        QCOMPARE(words("anls", "ab", "cb"), 0.5); // a half still counts in the toolkit, and not by our own rule
        QCOMPARE(words("own_anls", "ab", "cb"), 0.0);
        QVERIFY(isClose(words("anls", "abc   ", "abd"), 1 - 1.0 / 6)); // lengths with the blanks around, and without
        QVERIFY(isClose(words("own_anls", "abc   ", "abd"), 1 - 1.0 / 3));
        QCOMPARE(words("own_anls", "<think>abd?</think>\nABC", "abc"), 1.0);
        QCOMPARE(words("anls", "abc", "xbz"), 0.0);
        QCOMPARE(words("anls", "", "abc"), 0.0);
        // Characters, not bytes; the toolkit's length is that in capitals, of which a sharp s has two.
        QVERIFY(isClose(words("own_anls", "\u00e4\u00f6\u00fc\u00df", "\u00e4\u00f6\u00fcs"), 0.75));
        QVERIFY(isClose(words("anls", "\u00e4\u00f6\u00fc\u00df", "\u00e4\u00f6\u00fcs"), 0.8));
    }

    void ownChoiceWithoutOptions() {
        for (const char* given :
             {"B", "b", " B. blue", "(B) blue", "B) blue", "**B**", "B: blue", "\"B\"", "b.", "[b]"})
            QVERIFY2(words("own_choice", given, "B") == 1, given);
        for (const char* given : {"", "A", "Blue", "A blue one", "blue B", "1", "?"})
            QVERIFY2(words("own_choice", given, "A") == (std::string_view(given) == "A" ? 1 : 0), given);
    }

    void pointInBox() {
        const PixelRect box{10, 20, 30, 10};
        QCOMPARE(place("point_in_box", PixelBox{0, 15, 20, 25}, box), 1.0); // centre on the left top corner
        QCOMPARE(place("point_in_box", PixelBox{0, 15, 19.9, 25}, box), 0.0);
        QCOMPARE(place("point_in_box", PixelBox{39.9, 29.9, 39.9, 29.9}, box), 1.0);
        QCOMPARE(place("point_in_box", PixelBox{40, 25, 40, 25}, box), 0.0); // the right edge is outside
        QCOMPARE(place("point_in_box", {}, box), 0.0);
        QCOMPARE(place("point_in_box", PixelBox{10, 20, 40, 30}, {}), 0.0);
    }

    void boxIou() {
        const PixelRect box{10, 20, 30, 10};
        QVERIFY(isClose(place("box_iou", PixelBox{10, 20, 40, 30}, box), 1));
        QVERIFY(isClose(place("box_iou", PixelBox{25, 20, 55, 30}, box), 150.0 / 450));
        QVERIFY(isClose(place("box_iou", PixelBox{10, 25, 40, 45}, box), 150.0 / 750));
        QCOMPARE(place("box_iou", PixelBox{40, 20, 70, 30}, box), 0.0);
        QCOMPARE(place("box_iou", PixelBox{15, 25, 15, 25}, box), 0.0); // a point
        QCOMPARE(place("box_iou", {}, box), 0.0);
    }

    /// Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3.
    void wilson_data() {
        QTest::addColumn<int>("hits");
        QTest::addColumn<int>("trials");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::newRow("81 of 263") << 81 << 263 << 0.2553 << 0.3662;
        QTest::newRow("15 of 148") << 15 << 148 << 0.0624 << 0.1605;
        QTest::newRow("0 of 20") << 0 << 20 << 0.0000 << 0.1611;
        QTest::newRow("1 of 29") << 1 << 29 << 0.0061 << 0.1718;
        QTest::newRow("all of 20") << 20 << 20 << 1 - 0.1611 << 1.0;
        QTest::newRow("nothing asked") << 0 << 0 << 0.0 << 1.0;
    }
    void wilson() {
        QFETCH(int, hits);
        QFETCH(int, trials);
        QFETCH(double, low);
        QFETCH(double, high);
        const Interval interval = wilsonInterval(hits, trials);
        QVERIFY2(isClose(interval.low, low, 6e-5) && isClose(interval.high, high, 6e-5),
                 qPrintable(QString("%1 .. %2").arg(interval.low).arg(interval.high)));
    }

    void mcnemar() {
        QCOMPARE(mcnemarExact(0, 0), 1.0);
        QCOMPARE(mcnemarExact(4, 4), 1.0);
        QVERIFY(isClose(mcnemarExact(0, 5), 2.0 / 32, 1e-12));
        QVERIFY(isClose(mcnemarExact(1, 9), 2.0 * (1 + 10) / 1024, 1e-12));
        QVERIFY(isClose(mcnemarExact(9, 1), 2.0 * (1 + 10) / 1024, 1e-12));
        QVERIFY(isClose(mcnemarExact(3, 1), 2.0 * (1 + 4) / 16, 1e-12));
        QVERIFY(isClose(mcnemarExact(1000, 1100), 0.0307207, 1e-6)); // 2^-2100 is no double
    }

    void pairedDifferences() {
        // (10.5 - 5.5) / 102 -+ 1.95996 sqrt(16 - 25 / 102) / 102
        const Interval interval = pairedDifference(5, 10, 100);
        QVERIFY(isClose(interval.low, -0.027251, 1e-6) && isClose(interval.high, 0.125290, 1e-6));
        const Interval turned = pairedDifference(10, 5, 100);
        QVERIFY(isClose(turned.low, -interval.high, 1e-12) && isClose(turned.high, -interval.low, 1e-12));
        const Interval same = pairedDifference(0, 0, 1000);
        QVERIFY(same.low < 0 && same.high > 0 && same.high < 0.002);
        QVERIFY(pairedDifference(0, 1, 1).high <= 1);
        QVERIFY(pairedDifference(0, 0, 0).low == -1);
    }

    void base64() {
        std::vector<std::uint8_t> bytes;
        for (int length = 0; length < 70; ++length) {
            const std::string text = encodeBase64(bytes);
            QCOMPARE(QByteArray::fromStdString(text),
                     QByteArray(reinterpret_cast<const char*>(bytes.data()), length).toBase64());
            QVERIFY(decodeBase64(text) == bytes);
            bytes.push_back(static_cast<std::uint8_t>(length * 37 + 11));
        }
        for (const char* text : {"A", "AB", "ABC", "====", "A===", "AB=C", "AB C", "ABC\n", "AB-_"})
            QVERIFY2(!decodeBase64(text), text);
    }
};

QTEST_APPLESS_MAIN(TestScores)
#include "tst_scores.moc"
