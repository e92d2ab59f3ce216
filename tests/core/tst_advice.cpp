#include "core/base/format.h"
#include "core/image/image_file.h"
#include "core/pruning/make_mask.h"
#include "core/report/advice.h"
#include "core/resize/resize.h"
#include "tests/support/canvas.h"
#include "tests/support/golden.h"
#include "tests/support/methods.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

using namespace prunescope;
using namespace prunescope::test;

namespace {

constexpr Size kScreen{640, 416}; // 13 x 20 blocks
constexpr Rgb kInk{32, 32, 36};

/// A window: a bar, a list, lines of text, much that is flat.
Canvas window(Rgb ink = kInk) {
    Canvas canvas(kScreen);
    canvas.fill({0, 0, 640, 32}, {223, 227, 232});
    canvas.fill({0, 32, 128, 384}, {240, 242, 245});
    unsigned shape = 7;
    for (int line = 0; line < 5; ++line) {
        canvas.word(12, 50 + 40 * line, ink, ++shape);
        for (int word = 0; word < 4; ++word)
            canvas.word(150 + 60 * word, 60 + 30 * line, ink, ++shape);
    }
    canvas.fill({480, 340, 96, 40}, {28, 109, 208});
    return canvas;
}

/// With `share` of all samples off by up to `most` levels.
Canvas noisy(Canvas canvas, double share, int most) {
    std::mt19937 random(3);
    canvas.change([&](int, int, double level) {
        const bool hit = random() < share * 4294967295.0;
        return hit ? level + static_cast<int>(random() % (2 * static_cast<unsigned>(most) + 1)) - most : level;
    });
    return canvas;
}

/// Levels 40 to 168 along `rise` (0 to 1 at a point), dithered at random or not.
Canvas gradient(double (*rise)(double x, double y), bool dithered) {
    std::mt19937 random(5);
    Canvas canvas(kScreen);
    canvas.change([&](int x, int y, double) {
        const double level = 40 + 128 * rise(x / 640.0, y / 416.0);
        return dithered ? level + (random() % 1000) / 1000.0 : std::round(level);
    });
    return canvas;
}

double down(double, double y) {
    return y;
}
double across(double x, double y) {
    return (x + y) / 2;
}

/// Coarse shapes with fine detail all over.
Canvas photo() {
    std::mt19937 random(11);
    Canvas canvas(kScreen);
    canvas.change([&](int x, int y, double) {
        return 120 + 60 * std::sin(x / 70.0) * std::cos(y / 50.0) + static_cast<double>(random() % 40);
    });
    return canvas;
}

/// A wallpaper of fine grain under a window that is 30 % see-through.
Canvas seeThrough() {
    std::mt19937 random(13);
    Canvas canvas = window();
    canvas.change([&](int, int, double level) { return 0.7 * level + 0.3 * (110 + static_cast<int>(random() % 60)); });
    return canvas;
}

/// A page of nothing but text.
Canvas denseText() {
    Canvas canvas(kScreen);
    unsigned shape = 1;
    for (int y = 4; y < 400; y += 16)
        for (int x = 4; x < 590; x += 56)
            canvas.word(x, y, kInk, ++shape);
    return canvas;
}

/// A window whose text is so many levels off its white ground; `words` of it lie in a block each.
Canvas pale(int contrast, int words) {
    Canvas canvas(kScreen);
    const auto ink = static_cast<std::uint8_t>(255 - contrast);
    for (int i = 0; i < words; ++i) // narrow ones, at every second block
        canvas.fill({64 * (i % 10) + 40, 64 * (i / 10) + 42, 3, 12}, {ink, ink, ink});
    return canvas;
}

Canvas file(const char* name) {
    return Canvas(readImage((dataFolder() / name).string()));
}

struct Example {
    const char* name;
    std::string_view kind; ///< empty: nothing is said
    std::function<Canvas()> draw;
};

const std::vector<Example>& examples() {
    static const std::vector<Example> list{
        {"a flat picture", "",
         [] {
             return Canvas(kScreen, {68, 85, 102});
         }},
        {"a window", "", [] { return window(); }},
        {"dense text", "", denseText},
        {"a gradient without dither", "", [] { return gradient(down, false); }},
        {"a drawn desktop", "", [] { return file("masks/desktop_1920x1088.png"); }},
        {"a chart", "", [] { return file("masks/chart_800x608.png"); }},
        {"a form", "", [] { return file("masks/form_672x416.png"); }},
        {"a window with noise", "capture_noise", [] { return noisy(window(), 0.002, 1); }},
        {"a dark window with noise", "capture_noise",
         [] {
             Canvas canvas = noisy(window({220, 220, 220}), 0.002, 1);
             canvas.change([](int, int, double level) { return 0.9 * (255 - level) + 10; });
             return canvas;
         }},
        {"a real capture", "capture_noise", [] { return file("real/word.png"); }},
        {"a dithered gradient", "dithered_gradient", [] { return gradient(down, true); }},
        {"noise of two levels", "fine_noise", [] { return noisy(window(), 0.01, 2); }},
        {"a lossy WebP", "fine_noise", [] { return file("advice/window.webp"); }},
        {"a photographed page", "fine_noise", [] { return file("real/document_page.jpg"); }},
        {"a JPEG of a desktop", "fine_noise", [] { return file("real/computer_use1.jpeg"); }},
        {"a slanted gradient", "gradient", [] { return gradient(across, false); }},
        {"a slanted dithered gradient", "gradient", [] { return gradient(across, true); }},
        {"soft shades", "gradient", [] { return file("masks/soft_512x320.png"); }},
        {"every sample at random", "grain", [] { return Canvas(test::noise(kScreen, 2)); }},
        {"a photo", "grain", photo},
        {"a see-through window", "grain", seeThrough},
        {"pale text", "faint", [] { return pale(10, 40); }},
        {"very pale text", "faint", [] { return pale(5, 40); }},
    };
    return list;
}

PixelBlocks seen(const Canvas& canvas) {
    return PixelBlocks(resizeForModel(canvas.picture(), {}));
}

std::string keptText(const PixelBlocks& blocks, MethodSettings settings, double tau) {
    return formatPercent(makeMask(blocks, settings.set(kTau, tau)).keptShare());
}

std::string kindOf(const std::optional<Advice>& advice) {
    return advice ? std::string(advice->kind) : std::string();
}

} // namespace

class TestAdvice : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theKindIsRecognised_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < examples().size(); ++i)
            QTest::newRow(examples()[i].name) << static_cast<int>(i);
    }
    void theKindIsRecognised() {
        QFETCH(int, index);
        const Example& example = examples()[static_cast<std::size_t>(index)];
        const PixelBlocks blocks = seen(example.draw());
        const auto advice = adviceOn(blocks, MethodSettings());
        const std::string said = advice ? advice->text : "nothing";
        QVERIFY2(kindOf(advice) == example.kind, said.c_str());
        if (advice)
            checkSentence(*advice, blocks);
    }

    void everyKindHasAnExample() {
        std::set<std::string_view> shown;
        for (const Example& example : examples())
            shown.insert(example.kind);
        for (const AdviceKind& kind : adviceKinds())
            QVERIFY2(shown.contains(kind.name), kind.name.data());
    }

    void theFiguresAreThoseOfTheMasks() {
        for (const char* method : {"pred_2d", "raster", "serpentine"}) {
            const MethodSettings settings = settingsOf(method);
            const PixelBlocks blocks = seen(noisy(window(), 0.002, 1));
            const PictureFigures figures = pictureFigures(blocks, settings);
            QCOMPARE(figures.blocks, 260);
            for (const TauFigures& at : figures.taus)
                QCOMPARE(at.keptShare, makeMask(blocks, settingsOf(method, at.tau)).keptShare());
        }
    }

    void ofFewBlocksNothingIsSaid() {
        QVERIFY(!adviceOn(PixelBlocks(test::noise({128, 96}, 1)), MethodSettings()));
        QVERIFY(adviceOn(PixelBlocks(test::noise({256, 128}, 1)), MethodSettings()));
    }

    void lostStrokesAreCounted_data() {
        QTest::addColumn<int>("contrast");
        QTest::addColumn<int>("words");
        QTest::addColumn<double>("limit");
        QTest::addColumn<QString>("said");
        QTest::newRow("10 levels") << 10 << 40 << 0.02 << "τ 0.05 would drop 40 blocks";
        QTest::newRow("12 levels") << 12 << 17 << 0.02 << "τ 0.05 would drop 17 blocks";
        QTest::newRow("5 levels") << 5 << 40 << 0.005 << "τ 0.02 would drop 40 blocks";
        QTest::newRow("20 levels: nothing drops them") << 20 << 40 << 0.0 << "";
        QTest::newRow("three words") << 10 << 3 << 0.0 << "";
    }
    void lostStrokesAreCounted() {
        QFETCH(int, contrast);
        QFETCH(int, words);
        QFETCH(double, limit);
        QFETCH(QString, said);
        const auto advice = adviceOn(seen(pale(contrast, words)), MethodSettings());
        QCOMPARE(advice.has_value(), limit > 0);
        if (!advice)
            return;
        const QString text = QString::fromStdString(advice->text);
        QVERIFY2(text.contains(said), qPrintable(text));
        QCOMPARE(*advice->tau, limit);
        QVERIFY(advice->offersOtherThan(limit + 0.01) && !advice->offersOtherThan(limit) &&
                !advice->offersOtherThan(0));
    }

    void aGainMayCostFaintContent() {
        Canvas canvas = window();
        for (int i = 0; i < 9; ++i)
            canvas.fill({420 + 20 * i, 200, 3, 12}, {246, 246, 246});
        const auto advice = adviceOn(seen(noisy(canvas, 0.002, 1)), MethodSettings());
        QCOMPARE(kindOf(advice), std::string("capture_noise"));
        QVERIFY2(advice->text.find("; τ 0.05 would drop ") != std::string::npos, advice->text.c_str());
        QCOMPARE(*advice->tau, 0.005);
        QVERIFY(advice->offersOtherThan(0) && advice->offersOtherThan(0.02) && !advice->offersOtherThan(0.005));
    }

    /// Tau does not count; where it bounds no error or is no level, nothing is said.
    void itIsOnThePictureAndTheMethodAlone() {
        const PixelBlocks blocks = seen(noisy(window(), 0.002, 1));
        const auto advice = adviceOn(blocks, MethodSettings());
        QVERIFY(advice);
        QVERIFY(adviceOn(blocks, settingsOf("pred_2d", 0.1)) == advice);
        const MethodSettings none[]{settingsOf("pred_2d", 0, false),
                                    settingsOf("pred_2d", 0, true, "mae"),
                                    settingsOf("pred_2d", 0, true, "exact"),
                                    settingsOf("keep_all"),
                                    settingsOf("random"),
                                    settingsOf("resize"),
                                    MethodSettings().set(kKeep, TokenBudget::share(1, 3))};
        for (const MethodSettings& settings : none)
            QVERIFY2(!adviceOn(blocks, settings), named(settings).c_str());
    }

    void theObjectHasWhatIsSaid() {
        const auto advice = adviceOn(seen(noisy(window(), 0.002, 1)), MethodSettings());
        const nlohmann::json json = toJson(advice.value());
        QCOMPARE(json.at("kind").get<std::string>(), std::string("capture_noise"));
        QCOMPARE(json.at("text").get<std::string>(), advice->text);
        QCOMPARE(json.at("tau").get<double>(), 0.005);
        QVERIFY(!toJson(adviceOn(seen(photo()), MethodSettings()).value()).contains("tau"));
    }

private:
    /// One sentence, which begins with the kind; its shares are those of the masks at the thresholds that it names.
    static void checkSentence(const Advice& advice, const PixelBlocks& blocks) {
        const auto kind = std::ranges::find(adviceKinds(), advice.kind, &AdviceKind::name);
        QVERIFY(kind != adviceKinds().end());
        const QString text = QString::fromStdString(advice.text);
        QVERIFY2(text.startsWith(QString::fromUtf8(kind->title.data()) + ": ") && text.endsWith(".") &&
                     !text.contains(". ") && !text.contains("pad"),
                 qPrintable(text));
        if (advice.tau && !advice.isLimit) {
            const QString gain =
                QString::fromStdString(keptText(blocks, {}, *advice.tau) + " instead of " + keptText(blocks, {}, 0));
            QVERIFY2(text.contains(gain), qPrintable(text + " / " + gain));
            QVERIFY(makeMask(blocks, settingsOf("pred_2d", *advice.tau)).keptCount() <
                    makeMask(blocks, settingsOf("pred_2d", 0)).keptCount());
        } else if (!advice.tau) {
            QVERIFY2(text.contains(QString::fromStdString(keptText(blocks, {}, 0.02))), qPrintable(text));
        }
    }
};

QTEST_APPLESS_MAIN(TestAdvice)
#include "tst_advice.moc"
