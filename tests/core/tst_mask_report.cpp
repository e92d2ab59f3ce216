#include "core/base/error.h"
#include "core/image/image_file.h"
#include "core/metrics/metric.h"
#include "core/pruning/method.h"
#include "core/report/mask_report.h"
#include "core/resize/resize.h"
#include "tests/support/methods.h"

#include <QtTest>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

using namespace prunescope;

namespace {

const ModelShape kShape{"tiny", 4, 192, 768, 3, 256, 4, 768, 4, 2, 64, 151936};

KeepMask randomMask(BlockGrid grid, std::mt19937& random) {
    KeepMask mask(grid);
    for (int i = 0; i < grid.count(); ++i)
        if (random() % 3)
            mask.keep(i);
    return mask;
}

MethodSettings randomSettings(std::mt19937& random) {
    MethodSettings settings(pixelMethods()[random() % pixelMethods().size()]);
    for (const OptionSpec& spec : settings.entry().options)
        if (random() % 2 == 0)
            settings.change(spec.name, test::anyValue(spec, random));
    if (random() % 2 == 0)
        settings.set(kSeed, std::uint64_t{random()} << 32 | random());
    return settings;
}

MaskReport randomReport(std::mt19937& random) {
    const Size original{static_cast<int>(40 + random() % 2000), static_cast<int>(40 + random() % 2000)};
    const BlockGrid grid = BlockGrid::of(modelSize(original, {}));
    MaskReport report{"shots/\u00e4 \"1\".png", original, randomSettings(random), randomMask(grid, random), {}};
    report.times.set(stage::kReadImage, 12.25);
    report.times.set(stage::kResize, 0.0);
    report.times.set(stage::kSelect, static_cast<double>(random()) / 1e6);
    report.decodedOnWhite = random() % 2 == 0;
    return report;
}

/// 3 x 2 blocks, of which the first two are kept.
nlohmann::json goodObject() {
    KeepMask mask(BlockGrid{2, 3});
    mask.keep(0);
    mask.keep(1);
    MaskReport report{"a.png", {90, 60}, {}, mask, {}};
    report.times.set(stage::kSelect, 1.5);
    return toJson(report, kShape);
}

/// What reading it says, "" when it is accepted.
std::string complaintAbout(const nlohmann::json& object) {
    try {
        maskReportFromJson(object);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::BadFile ? error.what() : std::string("another kind: ") + error.what();
    }
    return {};
}

std::string complaintAboutText(const std::string& text) {
    try {
        parseMaskJson(text);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::BadFile ? error.what() : std::string("another kind: ") + error.what();
    }
    return {};
}

} // namespace

Q_DECLARE_METATYPE(PixelLimits)

class TestMaskReport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reportsRoundTrip() {
        std::mt19937 random(17);
        for (int i = 0; i < 200; ++i) {
            const MaskReport report = randomReport(random);
            const MaskReport back = parseMaskJson(toJson(report, kShape).dump());
            QCOMPARE(back.image, report.image);
            QCOMPARE(back.original, report.original);
            QCOMPARE(back.settings, report.settings);
            QVERIFY(back.mask == report.mask);
            QVERIFY(back.times.entries() == report.times.entries());
        }
    }

    /// Every size that the resize can give is accepted, whatever the limits.
    void everyResizedSizeIsAccepted() {
        std::mt19937 random(18);
        for (int i = 0; i < 3000; ++i) {
            const Size original{static_cast<int>(1 + random() % 3000), static_cast<int>(1 + random() % 3000)};
            const std::int64_t least = std::int64_t{1} << random() % 20;
            if (std::max(original.width, original.height) > kMaxAspectRatio * std::min(original.width, original.height))
                continue;
            const BlockGrid grid = BlockGrid::of(modelSize(original, {least, least << random() % 4}));
            const std::string said = complaintAbout(toJson({"a.png", original, {}, KeepMask::all(grid), {}}, kShape));
            QVERIFY2(said.empty(), said.c_str());
        }
    }

    /// The object does not name the side of a block: `resized` and `cols` say it.
    void otherBlocksRoundTrip_data() {
        QTest::addColumn<PatchGeometry>("geometry");
        for (const int side : {PatchGeometry::kLeastBlockPx, 14, 16, 28, 32, 48, 64, PatchGeometry::kMostBlockPx})
            QTest::addRow("%d px", side) << PatchGeometry{side / 2, 2, 2};
        QTest::addRow("9 px") << PatchGeometry{9, 1, 2};
    }
    void otherBlocksRoundTrip() {
        QFETCH(PatchGeometry, geometry);
        std::mt19937 random(19);
        for (int i = 0; i < 200; ++i) {
            const Size original{static_cast<int>(150 + random() % 2000), static_cast<int>(150 + random() % 2000)};
            const std::int64_t block = geometry.blockPx() * geometry.blockPx();
            const BlockGrid grid =
                BlockGrid::of(modelSize(original, {block, block << random() % 12, geometry}), geometry);
            const MaskReport report{"a.png", original, {}, randomMask(grid, random), {}};
            const nlohmann::json json = toJson(report, kShape);
            QVERIFY2(complaintAbout(json).empty(), complaintAbout(json).c_str());
            QVERIFY(maskReportFromJson(json).mask == report.mask);
        }
    }

    void viewsRoundTrip_data() {
        QTest::addColumn<PixelLimits>("limits");
        QTest::addRow("cropped") << PixelLimits{1, 1, {14, 1, 1}, PictureFit::Cropped, 84};
        QTest::addRow("padded") << PixelLimits{1, 1, {14, 1, 1}, PictureFit::Padded, 84};
        QTest::addRow("tiled") << PixelLimits{1, 1, {14, 2, 1}, PictureFit::Tiled, 56, 1, 12};
    }
    void viewsRoundTrip() {
        QFETCH(PixelLimits, limits);
        std::mt19937 random(20);
        for (int i = 0; i < 100; ++i) {
            const Size original{static_cast<int>(20 + random() % 2000), static_cast<int>(20 + random() % 2000)};
            const BlockGrid grid = BlockGrid::of(modelSize(original, limits), limits.geometry);
            MaskReport report{"a.png", original, {}, randomMask(grid, random), {}};
            report.views = pictureViews(original, limits);
            const MaskReport back = parseMaskJson(toJson(report, kShape).dump());
            QCOMPARE(back.mask.toBase64(), report.mask.toBase64());
            QCOMPARE(back.mask.grid().size(), grid.size());
            QCOMPARE(back.views.size(), report.views.size());
            for (std::size_t v = 0; v < report.views.size(); ++v) {
                QCOMPARE(back.views[v].seen, report.views[v].seen);
                QVERIFY(std::abs(back.views[v].source().right - report.views[v].source().right) < 1e-9 * 2000);
                QCOMPARE(back.views[v].y, report.views[v].y);
            }
        }
    }

    void aPictureThatIsSeenWholeHasNoViews() { QVERIFY(!goodObject().contains("views")); }

    void badViews_data() {
        QTest::addColumn<QByteArray>("views");
        QTest::addColumn<QByteArray>("said");
        const auto row = [](const char* views, const char* said) {
            QTest::newRow(views) << QByteArray(views) << QByteArray(said);
        };
        const char* const rule = "expected parts of the resized picture, all of its width, one below the other";
        row("{}", "views is {}, expected a list of objects");
        row("[]", "views is [], expected a list of objects");
        row("[1]", "views is [1], expected a list of objects");
        row("[{}]", "views[0].seen is missing, expected [left, top, right, bottom]");
        row(R"([{"seen":[0,0,96]}])", "views[0].seen is [0,0,96], expected [left, top, right, bottom]");
        row(R"([{"seen":[0,0,96,"64"]}])", "views[0].seen is [0,0,96,\"64\"], expected");
        row(R"([{"seen":[0,0,96,0]}])", "views[0].seen is [0,0,96,0], expected left below right");
        row(R"([{"seen":[0,0,64,64]}])", rule);
        row(R"([{"seen":[0,0,96,40]}])", rule);
        row(R"([{"seen":[0,0,96,96]}])", rule);
        row(R"([{"seen":[0,0,96,64]}])", "views[0].source is missing, expected");
        row(R"([{"seen":[0,0,96,64],"source":[0,0,1e12,60]}])", "expected [left, top, right, bottom] in pixels");
        row(R"([{"seen":[0,0,96,32],"source":[0,0,90,60]}])", "down to its end");
        row(R"([{"seen":[0,0,96,32],"source":[0,0,90,60]},{"seen":[0,0,96,64],"source":[0,0,90,60]}])",
            "views[1].seen is [0,0,96,64], expected parts");
    }
    void badViews() {
        QFETCH(QByteArray, views);
        QFETCH(QByteArray, said);
        nlohmann::json object = goodObject();
        object["views"] = nlohmann::json::parse(views.toStdString());
        const std::string message = complaintAbout(object);
        QVERIFY2(message.find(said.toStdString()) != std::string::npos, message.c_str());
    }

    /// The least that a mask can say of a picture must not take the memory of a large one.
    void blocksAreNeverSmallerThanTheLeast() {
        nlohmann::json object = goodObject();
        object["resized"] = {3, 2};
        QVERIFY(complaintAbout(object).starts_with("mask object: resized is [3,2], expected [96,64]"));
        object["resized"] = {3 * 149, 2 * 149};
        QVERIFY(complaintAbout(object).starts_with("mask object: resized is [447,298], expected [96,64]"));
    }

    void otherBlocksOnTwoSidesAreRefused() {
        nlohmann::json object = goodObject();
        object["resized"] = {84, 64};
        QVERIFY(complaintAbout(object).starts_with("mask object: resized is [84,64], expected [84,56], which is 28"));
    }

    void aPictureThatWasNotResizedIsAccepted() {
        for (const Size size : {Size{32, 32}, Size{32, 6400}, Size{1920, 1088}}) {
            const KeepMask mask = KeepMask::all(BlockGrid::of(size));
            QCOMPARE(complaintAbout(toJson({"a.png", size, {}, mask, {}}, kShape)), std::string());
        }
    }

    void otherAspectRatiosAreRefused() {
        const KeepMask mask = KeepMask::all(BlockGrid::of({1920, 1088}));
        for (const Size original : {Size{1079, 1919}, Size{1, 1919}, Size{1919, 1}, Size{19190, 1079}}) {
            const std::string said = complaintAbout(toJson({"a.png", original, {}, mask, {}}, kShape));
            QVERIFY2(said.starts_with("mask object: resized is [1920,1088], expected the aspect ratio of " +
                                      std::to_string(original.width) + "x" + std::to_string(original.height)),
                     said.c_str());
        }
    }

    /// As a pruning method gives them that shows the model a smaller picture.
    void shrunkPicturesAreAccepted() {
        for (const Size smaller : {Size{1056, 608}, Size{64, 32}, Size{32, 32}}) {
            const KeepMask mask = KeepMask::all(BlockGrid::of(smaller));
            QCOMPARE(complaintAbout(toJson({"a.png", {1919, 1079}, {}, mask, {}}, kShape)), std::string());
        }
    }

    void derivedFieldsAreNotRead() {
        nlohmann::json object = goodObject();
        object["flops"] = "many";
        object["kept_share"] = nullptr;
        object["more"] = 1;
        QCOMPARE(complaintAbout(object), std::string());
    }

    void badFields_data() {
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<QByteArray>("said");
        const auto row = [](const char* patch, const char* said) {
            QTest::newRow(patch) << QByteArray(patch) << QByteArray(said);
        };
        row(R"({"image":null})", "image is missing, expected a text");
        row(R"({"image":["a.png"]})", "image is [\"a.png\"], expected a text");
        row(R"({"width":null})", "width is missing, expected a whole number from 1 to 268435456");
        row(R"({"width":0})", "width is 0, expected a whole number from 1");
        row(R"({"width":90.5})", "width is 90.5, expected a whole number");
        row(R"({"width":"90"})", "width is \"90\", expected a whole number");
        row(R"({"width":268435457})", "width is 268435457, expected a whole number from 1 to 268435456");
        row(R"({"width":18446744073709551615})", "width is 18446744073709551615, expected");
        row(R"({"height":-60})", "height is -60, expected a whole number from 1 to 2982616");
        row(R"({"height":2982617})", "height is 2982617, expected");
        row(R"({"rows":null})", "rows is missing, expected a whole number from 1 to 262144");
        row(R"({"rows":-2})", "rows is -2, expected");
        row(R"({"rows":262145})", "rows is 262145, expected");
        row(R"({"rows":4294967298})", "rows is 4294967298, expected");
        row(R"({"cols":131073})", "cols is 131073, expected a whole number from 1 to 131072");
        row(R"({"cols":true})", "cols is true, expected a whole number");
        row(R"({"blocks":null})", "blocks is missing, expected");
        row(R"({"blocks":7})", "blocks is 7, expected 6, which is rows * cols");
        row(R"({"rows":3})", "blocks is 6, expected 9");
        row(R"({"resized":null})", "resized is missing, expected [96,64]");
        row(R"({"resized":[96,65]})", "resized is [96,65], expected [96,64]");
        row(R"({"resized":[64,96]})", "resized is [64,96], expected [96,64]");
        row(R"({"resized":[96]})", "resized is [96], expected [96,64]");
        row(R"({"resized":[96,64,3]})", "resized is [96,64,3], expected [96,64]");
        row(R"({"resized":"96x64"})", "resized is \"96x64\", expected whole numbers");
        row(R"({"resized":[-96,64]})", "resized is [-96,64], expected whole numbers from 1");
        row(R"({"strategy":null})", "strategy is missing, expected one of keep_all, ");
        row(R"({"strategy":"pred_3d"})", "strategy is \"pred_3d\", expected one of keep_all, ");
        row(R"({"strategy":2})", "strategy is 2, expected a text");
        row(R"({"metric":"inf"})", "metric is \"inf\", expected one of max, ");
        row(R"({"metric":"ma\nx"})", "metric is \"ma\\nx\", expected one of max, ");
        row(R"({"tau":null})", "tau is missing, expected a number from 0 to 1");
        row(R"({"tau":1.001})", "tau is 1.001, expected a number from 0 to 1");
        row(R"({"tau":-0.1})", "tau is -0.1, expected");
        row(R"({"tau":"0"})", "tau is \"0\", expected a number");
        row(R"({"anchored":null})", "anchored is missing, expected true or false");
        row(R"({"anchored":1})", "anchored is 1, expected true or false");
        row(R"({"seed":null})", "seed is missing, expected a whole number from 0 to 18446744073709551615");
        row(R"({"seed":-1})", "seed is -1, expected a whole number from 0");
        row(R"({"seed":1.5})", "seed is 1.5, expected a whole number from 0");
        row(R"({"mask":null})", "mask is missing, expected a text");
        row(R"({"mask":12})", "mask is 12, expected a text");
        row(R"({"mask":"wA"})", "mask: \"wA\" is no base64");
        row(R"({"mask":"w*=="})", "mask: \"w*==\" is no base64");
        row(R"({"mask":"wAA="})", "mask: base64 of 2 bytes, expected 1 for 6 blocks");
        row(R"({"mask":""})", "mask: base64 of 0 bytes, expected 1 for 6 blocks");
        row(R"({"mask":"wQ=="})", "mask: bits set after the last block");
        row(R"({"kept":null})", "kept is missing, expected a whole number from 0 to 6");
        row(R"({"kept":7})", "kept is 7, expected a whole number from 0 to 6");
        row(R"({"kept":3})", "kept is 3, expected 2, as many as mask has");
        row(R"({"times_ms":null})", "times_ms is missing, expected an object");
        row(R"({"times_ms":[1]})", "times_ms is [1], expected an object");
        row(R"({"times_ms":{"select":-1}})", "times_ms is {\"select\":-1}, expected milliseconds");
        row(R"({"times_ms":{"select":"1"}})", "times_ms is {\"select\":\"1\"}, expected milliseconds");
        row(R"({"times_ms":{"a\nb":false}})", "times_ms is {\"a\\nb\":false}, expected milliseconds");
    }

    void badFields() {
        QFETCH(QByteArray, patch);
        QFETCH(QByteArray, said);
        nlohmann::json object = goodObject();
        QCOMPARE(complaintAbout(object), std::string());
        object.update(nlohmann::json::parse(patch.toStdString()), true);
        if (patch.startsWith(R"({"times_ms":{)")) // replaced, not merged
            object["times_ms"] = nlohmann::json::parse(patch.toStdString()).at("times_ms");
        const std::string message = complaintAbout(object);
        QVERIFY2(message.starts_with("mask object: " + said.toStdString()), message.c_str());
        QVERIFY2(message.find('\n') == std::string::npos, message.c_str());
    }

    /// Values that no text holds, only an object in memory.
    void valuesWithoutText() {
        nlohmann::json object = goodObject();
        object["tau"] = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(complaintAbout(object).starts_with("mask object: tau is null, expected"));
        object = goodObject();
        object["times_ms"]["select"] = std::numeric_limits<double>::infinity();
        QVERIFY(complaintAbout(object).starts_with("mask object: times_ms is {\"select\":null}, expected"));
        object = goodObject();
        object["seed"] = 7; // signed
        QCOMPARE(maskReportFromJson(object).settings.value(kSeed), std::uint64_t{7});
    }

    void tooManyStages() {
        nlohmann::json object = goodObject();
        for (int i = 0; i < 100; ++i)
            object["times_ms"]["stage " + std::to_string(i)] = 1;
        const std::string message = complaintAbout(object);
        QVERIFY2(message.find("expected at most 64 stages") != std::string::npos, message.c_str());
    }

    void badText() {
        QCOMPARE(complaintAboutText(""), std::string("mask object: not valid JSON (line 1, column 1)"));
        QCOMPARE(complaintAboutText("{\"image\":"), std::string("mask object: not valid JSON (line 1, column 10)"));
        QCOMPARE(complaintAboutText("{\n \"tau\": 0,\n \"tau 2\"}"),
                 std::string("mask object: not valid JSON (line 3, column 9)"));
        QCOMPARE(complaintAboutText("[1,2]"), std::string("mask object: no JSON object"));
        QCOMPARE(complaintAboutText("{\"tau\":1e999}"), std::string("mask object: not valid JSON"));
        const std::string nested = std::string(100'000, '[') + std::string(100'000, ']');
        QCOMPARE(complaintAboutText(nested), std::string("mask object: JSON nested more than 100 deep"));
    }
};

QTEST_APPLESS_MAIN(TestMaskReport)
#include "tst_mask_report.moc"
