#include "core/base/error.h"
#include "core/pruning/make_mask.h"
#include "model/screens/ask_about.h"
#include "model/screens/glyph_atlas.h"
#include "model/screens/screen_maker.h"
#include "tests/model/screen_faults.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::test;

namespace {

/// FNV-1a of everything that a screen and its questions hold.
class Checksum {
public:
    void add(const void* data, std::size_t bytes) {
        for (std::size_t i = 0; i < bytes; ++i)
            m_value = (m_value ^ static_cast<const std::uint8_t*>(data)[i]) * 0x100000001b3u;
    }
    void add(const std::string& text) { add(text.data(), text.size()); }
    void add(PixelRect box) { add(&box, sizeof box); }
    std::uint64_t value() const { return m_value; }

private:
    std::uint64_t m_value = 0xcbf29ce484222325u;
};

void addTexts(Checksum& sum, const Screen& screen) {
    for (const ScreenElement& element : screen.elements) {
        sum.add(toText(element.kind) + element.text + element.value.value_or("") + element.row + element.column);
        sum.add(element.box);
    }
    for (const TextRun& run : screen.runs) {
        sum.add(run.text + run.key + run.column);
        sum.add(run.box);
    }
    for (const DrawnCharacter& character : screen.characters) {
        sum.add(&character.x, sizeof character.x);
        sum.add(&character.y, sizeof character.y);
        sum.add(&character.code, sizeof character.code);
        sum.add(&character.index, sizeof character.index);
    }
}

std::uint64_t checksum(const ScreenMaker& maker, std::uint64_t seed) {
    const Screen screen = maker.draw(seed);
    Checksum sum;
    sum.add(screen.picture.data(), screen.picture.sizeBytes());
    addTexts(sum, screen);
    for (const ScreenQuestion& question : askAbout(screen, seed, 8))
        sum.add(question.question + question.answer);
    return sum.value();
}

std::string messageOf(const std::function<void()>& action, ErrorKind kind) {
    try {
        action();
    } catch (const Error& error) {
        return error.kind() == kind ? error.what() : std::string("another kind: ") + error.what();
    }
    return "no error";
}

bool isSame(std::string_view a, std::string_view b) {
    return lowered(std::string(a)) == lowered(std::string(b));
}

bool isWord(const std::string& word, int words) {
    const auto all = screenWords();
    const auto names = all.subspan(448), labels = all.first(static_cast<std::size_t>(words));
    const auto same = [&](std::string_view known) { return isSame(known, word); };
    return std::ranges::any_of(labels, same) || std::ranges::any_of(names, same);
}

} // namespace

class TestScreens : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Whoever changes what is drawn changes these, and with them what a model of an older version was measured on.
    void sameOnEveryMachine_data() {
        QTest::addColumn<bool>("wideWorld");
        QTest::addColumn<quint64>("seed");
        QTest::addColumn<quint64>("expected");
        QTest::newRow("narrow 1") << false << quint64(1) << quint64(0xfbc4eb290cadedfcu);
        QTest::newRow("narrow 2") << false << quint64(2) << quint64(0xa3946220fbf5b3a1u);
        QTest::newRow("narrow 2^63") << false << quint64(0x8000000000000000) << quint64(0xfb2be88b67686621u);
        QTest::newRow("wide 1") << true << quint64(1) << quint64(0xe4d80822709f6d9fu);
        QTest::newRow("wide 2") << true << quint64(2) << quint64(0x9d41b3fe76c12b97u);
        QTest::newRow("wide 3") << true << quint64(3) << quint64(0x38487e648cb6af29u);
        QTest::newRow("wide 4") << true << quint64(4) << quint64(0xebcaef2736e3721cu);
    }
    void sameOnEveryMachine() {
        QFETCH(bool, wideWorld);
        QFETCH(quint64, seed);
        QFETCH(quint64, expected);
        const ScreenMaker maker(wideWorld ? wideScreens() : ScreenOptions());
        QCOMPARE(QByteArray::number(static_cast<quint64>(checksum(maker, seed)), 16), QByteArray::number(expected, 16));
    }
    void seedsDiffer() {
        const ScreenMaker maker{ScreenOptions()};
        std::set<std::uint64_t> sums;
        for (std::uint64_t seed = 0; seed < 200; ++seed)
            sums.insert(checksum(maker, seed));
        QCOMPARE(sums.size(), std::size_t{200});
    }
    void threadsDrawTheSame() {
        const ScreenMaker maker(wideScreens());
        std::vector<std::uint64_t> sums(4);
        {
            std::vector<std::jthread> threads;
            for (std::uint64_t& sum : sums)
                threads.emplace_back([&] { sum = checksum(maker, 7); });
        }
        QCOMPARE(sums, std::vector<std::uint64_t>(4, checksum(maker, 7)));
    }

    void everyScreenIsSound_data() { addScreenRows(); }
    void everyScreenIsSound() {
        QFETCH(ScreenOptions, options);
        QFETCH(int, seeds);
        const ScreenMaker maker(options);
        for (int seed = 0; seed < seeds; ++seed) {
            const Screen screen = maker.draw(static_cast<std::uint64_t>(seed));
            QVERIFY(std::ranges::count(options.sizes, screen.picture.size()) > 0);
            const std::string found = faultOf(screen);
            QVERIFY2(found.empty(), ("seed " + std::to_string(seed) + ": " + found).c_str());
        }
    }

    void optionsDecideWhatIsDrawn() {
        ScreenOptions options;
        options.documents = 1;
        options.words = 30;
        const auto kinds = [](const ScreenOptions& which, ElementKind kind) {
            const ScreenMaker maker(which);
            int count = 0;
            for (std::uint64_t seed = 0; seed < 100; ++seed)
                count += static_cast<int>(std::ranges::count(maker.draw(seed).elements, kind, &ScreenElement::kind));
            return count;
        };
        QVERIFY(kinds(options, ElementKind::Title) > 80);
        QCOMPARE(kinds(options, ElementKind::WindowTitle), 0);
        options.documents = 0;
        QCOMPARE(kinds(options, ElementKind::Title), 0);
        for (const ElementKind kind : {ElementKind::WindowTitle, ElementKind::Menu, ElementKind::ToolButton,
                                       ElementKind::Button, ElementKind::Tab, ElementKind::Field, ElementKind::CheckBox,
                                       ElementKind::Cell, ElementKind::Line, ElementKind::Dialog})
            QVERIFY2(kinds(options, kind) > 0, toText(kind));
    }
    void darkIsDark() {
        ScreenOptions options;
        options.documents = 0;
        const auto brightness = [](const ScreenOptions& which, std::uint64_t seed) {
            const Picture picture = ScreenMaker(which).draw(seed).picture;
            std::int64_t sum = 0;
            for (std::size_t i = 0; i < picture.sizeBytes(); ++i)
                sum += picture.data()[i];
            return static_cast<double>(sum) / static_cast<double>(picture.sizeBytes());
        };
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            options.dark = 1;
            QVERIFY(brightness(options, seed) < 110);
            options.dark = 0;
            QVERIFY(brightness(options, seed) > 130);
        }
    }
    void wordsAreTheFirstOfTheList() {
        ScreenOptions options;
        options.words = 40;
        options.numbers = 0;
        const ScreenMaker maker(options);
        for (std::uint64_t seed = 0; seed < 200; ++seed)
            for (const TextRun& run : maker.draw(seed).runs) {
                if (run.text[0] >= '0' && run.text[0] <= '9') // where no word fits, and prices
                    continue;
                std::string text = run.text.ends_with(':') ? run.text.substr(0, run.text.size() - 1) : run.text;
                for (std::size_t end = 0; !text.empty(); text.erase(0, end == text.npos ? end : end + 1)) {
                    end = text.find(' ');
                    const std::string word = text.substr(0, end);
                    const bool partOfName = word == "lamp" || word == "chair" || word == "cable" || word == "hose" ||
                                            word == "Desk" || word == "Office" || word == "USB" || word == "Garden";
                    QVERIFY2(isWord(word, 40) || partOfName, run.text.c_str());
                }
            }
    }
    /// What PixelPrune drops are equal blocks; a screen without them would be none.
    void areasAreFlat() {
        ScreenOptions options = wideScreens();
        options.sizes = {{640, 384}};
        options.fontPx = {14, 16};
        const ScreenMaker maker(options);
        double kept = 0;
        for (std::uint64_t seed = 0; seed < 50; ++seed)
            kept += makeMask(PixelBlocks(maker.draw(seed).picture), MethodSettings()).keptShare() / 50;
        QVERIFY2(kept > 0.2 && kept < 0.75, std::to_string(kept).c_str());
    }

    void optionsComeBackFromJson() {
        const ScreenOptions options = wideScreens();
        QVERIFY(screenOptionsFromJson(toJson(options), "screens") == options);
        QVERIFY(screenOptionsFromJson(nlohmann::json::object(), "screens") == ScreenOptions());
    }
    void badJson_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("no object") << QByteArray("[]") << QByteArray("train.json: no JSON object");
        QTest::newRow("unknown field") << QByteArray(R"({"size": 3})")
                                       << QByteArray("train.json: size is 3, expected no such field");
        QTest::newRow("font too small") << QByteArray(R"({"font_px": [10]})")
                                        << QByteArray(
                                               "train.json: font_px is [10], expected whole numbers from 11 to 32");
        QTest::newRow("no fonts") << QByteArray(R"({"font_px": []})")
                                  << QByteArray("train.json: font_px is [], expected one height or more");
        QTest::newRow("odd side") << QByteArray(R"({"sizes": [[640, 400]]})")
                                  << QByteArray("train.json: sizes is [[640,400]], expected a list of [width, height], "
                                                "multiples of 32 from 160 to 4096");
        QTest::newRow("too many faces") << QByteArray(R"({"faces": 11})")
                                        << QByteArray("train.json: faces is 11, expected a whole number from 1 to 10");
        QTest::newRow("too few words") << QByteArray(R"({"words": 2})")
                                       << QByteArray("train.json: words is 2, expected a whole number from 20 to 448");
        QTest::newRow("share") << QByteArray(R"({"dark": 1.5})")
                               << QByteArray("train.json: dark is 1.5, expected a number from 0.0 to 1.0");
        QTest::newRow("type") << QByteArray(R"({"numbers": "many"})")
                              << QByteArray("train.json: numbers is \"many\", expected a number from 0.0 to 1.0");
    }
    void badJson() {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, message);
        const auto object = nlohmann::json::parse(json.toStdString());
        QCOMPARE(messageOf([&] { screenOptionsFromJson(object, "train.json"); }, ErrorKind::BadFile),
                 message.toStdString());
    }
    void badOptions_data() {
        QTest::addColumn<ScreenOptions>("options");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* name, auto change, const char* message) {
            ScreenOptions options;
            change(options);
            QTest::newRow(name) << options << QByteArray(message);
        };
        using Options = ScreenOptions;
        row(
            "no size", [](Options& o) { o.sizes.clear(); }, "sizes is empty, expected one size or more");
        row(
            "small",
            [](Options& o) {
                o.sizes = {{96, 320}};
            },
            "sizes is 96x320, expected sides that are multiples of 32 from 160 to 4096");
        row(
            "no font", [](Options& o) { o.fontPx.clear(); }, "font_px is empty, expected one height or more");
        row(
            "font",
            [](Options& o) {
                o.fontPx = {16, 40};
            },
            "font_px is 40, expected a number from 11 to 32");
        row(
            "faces", [](Options& o) { o.faces = 0; }, "faces is 0, expected a number from 1 to 10");
        row(
            "words", [](Options& o) { o.words = 1000; }, "words is 1000, expected a number from 20 to 448");
        row(
            "documents", [](Options& o) { o.documents = -1; }, "documents is -1, expected a number from 0 to 1");
        row(
            "dark", [](Options& o) { o.dark = std::nan(""); }, "dark is nan, expected a number from 0 to 1");
        row(
            "numbers", [](Options& o) { o.numbers = 1.5; }, "numbers is 1.5, expected a number from 0 to 1");
    }
    void badOptions() {
        QFETCH(ScreenOptions, options);
        QFETCH(QByteArray, message);
        QCOMPARE(messageOf([&] { ScreenMaker maker(options); }, ErrorKind::Usage), message.toStdString());
    }

    void wordsArePrintable() {
        std::set<std::string_view> seen;
        for (const std::string_view word : screenWords()) {
            QVERIFY(!word.empty());
            QVERIFY(std::ranges::all_of(word, [](char c) { return c >= ' ' && c <= '~'; }));
            seen.insert(word);
        }
        QVERIFY(seen.size() >= 500);
        QVERIFY(seen.size() >= screenWords().size() - 2); // a price for a name, at most
    }
    void atlasHasAllItsLetters() {
        const GlyphAtlas& atlas = GlyphAtlas::instance();
        for (int face = 0; face < atlas.faces(); ++face)
            for (int px = atlas.smallestPx(); px <= atlas.largestPx(); ++px) {
                const Font& font = atlas.font(face, px);
                QCOMPARE(font.px, px);
                QVERIFY(font.smallLetters > px / 3 && font.smallLetters < px);
                QVERIFY(font.glyph(' ').width == 0 && font.glyph(' ').advance > 0);
                for (char code = '!'; code <= '~'; ++code) {
                    const Glyph& glyph = font.glyph(code);
                    const auto pixels = static_cast<std::ptrdiff_t>(glyph.width) * glyph.height;
                    QVERIFY(*std::max_element(glyph.coverage, glyph.coverage + pixels) > 60);
                    QVERIFY(glyph.advance > 0 && glyph.height <= 2 * px);
                }
            }
        QCOMPARE(messageOf([&] { atlas.font(0, 33); }, ErrorKind::Internal),
                 std::string("internal error: no such font in the glyph atlas"));
    }
};

QTEST_APPLESS_MAIN(TestScreens)
#include "tst_screens.moc"
