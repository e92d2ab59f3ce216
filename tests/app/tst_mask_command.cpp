#include "core/image/image_file.h"
#include "core/report/mask_painter.h"
#include "core/resize/resize.h"
#include "tests/app/program_runner.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QDir>
#include <QtTest>
#include <set>

using namespace prunescope;
using namespace prunescope::test;

namespace {

const nlohmann::json& goldenImage(const std::string& file) {
    static const nlohmann::json golden = readJson(dataFolder() / "masks" / "masks.json");
    for (const nlohmann::json& image : golden.at("images"))
        if (image.at("file") == file)
            return image;
    throw std::runtime_error(file + " is not in masks.json");
}

/// The stored record, in its integer form where the two differ.
nlohmann::json goldenRecord(const std::string& file, const std::string& method, const std::string& metric,
                            const std::string& tau, bool anchored) {
    for (const nlohmann::json& record : goldenImage(file).at("records"))
        if (record.at("strategy") == method && record.at("metric") == metric && record.at("tau") == tau &&
            record.value("anchored", true) == anchored)
            return record.contains("int") ? record.at("int") : record;
    throw std::runtime_error(file + ": no such record");
}

} // namespace

class TestMaskCommand : public QObject {
    Q_OBJECT

    ProgramRunner m_program;

    /// Standard output of a run that has to succeed, as JSON.
    nlohmann::json json(const QStringList& arguments) {
        const ProgramResult result = m_program.run(arguments);
        if (result.exitCode != 0)
            qWarning("exit code %d: %s", result.exitCode, result.err.constData());
        return result.json();
    }

    /// A picture of blocks as the bytes of a PPM file.
    QByteArray ppm(const char* blocks) {
        QFile file(written("bytes.ppm", blocks));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// The path of such a file.
    QString written(const char* name, const char* blocks) {
        writeImage(m_program.file(name).toStdString(), blocksFromText(blocks));
        return m_program.file(name);
    }

private Q_SLOTS:
    /// The sums over a folder are those of its pictures one by one.
    void statsOfAFolder() {
        QDir().mkpath(m_program.file("pages"));
        written("pages/a.ppm", "0011/0022/3450/3450/0000/0000/1234/1234");
        written("pages/b.ppm", "00000000/00000000/12345678/12345678");
        const nlohmann::json stats =
            json({"mask", "--stats", m_program.file("pages"), "--json", "--min-pixels", "1024"});
        std::int64_t kept = 0, blocks = 0;
        for (const char* name : {"pages/a.ppm", "pages/b.ppm"}) {
            const nlohmann::json one = json({"mask", m_program.file(name), "--json", "--min-pixels", "1024"});
            kept += valueAt(one, "kept").get<std::int64_t>();
            blocks += valueAt(one, "blocks").get<std::int64_t>();
        }
        QCOMPARE(valueAt(stats, "pictures"), nlohmann::json(2));
        QCOMPARE(valueAt(stats, "kept"), nlohmann::json(kept));
        QCOMPARE(valueAt(stats, "blocks"), nlohmann::json(blocks));
        QCOMPARE(valueAt(stats, "unique"), nlohmann::json(0)); // every digit stands there twice
        QCOMPARE(valueAt(stats, "duplicate_ratio"), nlohmann::json(1.0));
        const ProgramResult text = m_program.run({"mask", "--stats", m_program.file("pages"), "--min-pixels", "1024"});
        QVERIFY2(text.out.contains("duplicate") && text.out.contains("pictures a second") == (text.exitCode == 0),
                 text.out);
    }

    /// Two pictures that differ in the redacted part alone are one.
    void redactedPixelsAreInNoOutput() {
        const QString one = written("one.ppm", "0010/0000"), other = written("other.ppm", "0050/0000");
        const auto outputs = [&](const QString& path, const QStringList& redacted) {
            QList<QByteArray> bytes;
            QStringList arguments{"mask", path, "--no-resize", "--json"};
            for (const char* option : {"--overlay", "--reconstruct", "--heatmap", "--explain"})
                arguments << option << m_program.file(QString(option).mid(2) + ".png");
            nlohmann::json object = json(arguments + redacted);
            for (const char* key : {"image", "times_ms"})
                object.erase(key);
            bytes << QByteArray::fromStdString(object.dump());
            for (const char* option : {"overlay", "reconstruct", "heatmap"}) {
                const Picture drawn = readImage(m_program.file(QString(option) + ".png").toStdString());
                bytes << QByteArray(reinterpret_cast<const char*>(drawn.data()),
                                    static_cast<qsizetype>(drawn.sizeBytes()));
            }
            return bytes;
        };
        const QStringList redacted{"--redact", "64,0,32,32"};
        const QList<QByteArray> seen = outputs(one, redacted);
        QVERIFY(seen == outputs(other, redacted));
        QVERIFY(outputs(one, {}) != outputs(other, {}));
        QVERIFY(seen.front().contains("\"redacted\":[[64,0,32,32]]"));
        const nlohmann::json changes = valueAt(
            json({"mask", one, "--no-resize", "--json", "--since", other, "--redact", "64,0,32,32"}), "changes");
        QCOMPARE(valueAt(changes, "blocks"), nlohmann::json(0));
        QCOMPARE(m_program.run({"mask", one, "--redact", "1,2,3"}).problemAsRefusal(2, {"--redact", "x,y,width"}),
                 QByteArray());
    }

    void statsOfNothingAreRefused() {
        QDir().mkpath(m_program.file("empty"));
        const QByteArray empty =
            m_program.run({"mask", "--stats", m_program.file("empty")}).problemAsRefusal(3, {"empty", "no pictures"});
        QVERIFY2(empty.isEmpty(), empty);
        const QByteArray both = m_program.run({"mask", "--stats", m_program.file("pages"), "--overlay", "o.png"})
                                    .problemAsRefusal(2, {"--stats", "--overlay"});
        QVERIFY2(both.isEmpty(), both);
    }

    void aGoldenPictureGivesTheGoldenMask_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("metric");
        QTest::addColumn<QString>("tau");
        QTest::addColumn<QString>("tauName");
        QTest::addColumn<bool>("anchored");
        const auto row = [](const char* file, const char* method, const char* metric, const char* tau,
                            const char* tauName, bool anchored) {
            QTest::addRow("%s %s %s %s %s", file, method, metric, tau, anchored ? "anchored" : "sliding")
                << file << method << metric << tau << tauName << anchored;
        };
        row("desktop_1920x1088.png", "pred_2d", "max", "0", "0", true);
        row("desktop_1920x1088.png", "pred_2d", "max", "0.02", "0.02", true);
        row("chart_800x608.png", "pred_2d", "mae", "0.00392156862745098", "1/255", true);
        row("ladder_480x352.png", "pred_2d", "max", "0.00392156862745098", "1/255", true);
        row("form_672x416.png", "raster", "rmse", "0.05", "0.05", true);
        row("mobile_jpeg_416x896.png", "serpentine", "max", "0.1", "0.1", true);
        row("soft_512x320.png", "pred_2d", "max", "0.05", "0.05", false);
    }
    void aGoldenPictureGivesTheGoldenMask() {
        QFETCH(QString, file);
        QFETCH(QString, method);
        QFETCH(QString, metric);
        QFETCH(QString, tau);
        QFETCH(QString, tauName);
        QFETCH(bool, anchored);
        QStringList arguments{"mask",        dataFile("masks/" + file),
                              "--no-resize", "--json",
                              "--strategy",  method,
                              "--metric",    metric,
                              "--tau",       tau};
        if (!anchored)
            arguments << "--sliding";
        const nlohmann::json mask = json(arguments);
        const nlohmann::json& image = goldenImage(file.toStdString());
        const nlohmann::json record = goldenRecord(file.toStdString(), method.toStdString(), metric.toStdString(),
                                                   tauName.toStdString(), anchored);
        QCOMPARE(valueAt(mask, "mask"), record.at("mask"));
        QCOMPARE(valueAt(mask, "kept"), record.at("kept"));
        for (const char* key : {"width", "height", "rows", "cols", "blocks"})
            QCOMPARE(valueAt(mask, key), image.at(key));
        QCOMPARE(valueAt(mask, "strategy"), nlohmann::json(method.toStdString()));
        QCOMPARE(valueAt(mask, "metric"), nlohmann::json(metric.toStdString()));
        QCOMPARE(valueAt(mask, "tau"), nlohmann::json(tau.toDouble()));
        QCOMPARE(valueAt(mask, "anchored"), nlohmann::json(anchored));
    }

    void theObjectHasEveryKeyAndNoOther() {
        const nlohmann::json mask = json({"mask", dataFile("real/word.png"), "--json"});
        const std::set<std::string> expected{"image",    "width", "height",     "resized",  "rows",   "cols",
                                             "blocks",   "kept",  "kept_share", "strategy", "metric", "tau",
                                             "anchored", "seed",  "mask",       "times_ms", "flops",  "advice"};
        std::set<std::string> found;
        for (const auto& [key, value] : mask.items())
            found.insert(key);
        QVERIFY(found == expected);
        QCOMPARE(mask["image"].get<std::string>(), dataFile("real/word.png").toStdString());
        QCOMPARE(mask["resized"], nlohmann::json({1920, 1088}));
        QCOMPARE(mask["width"], nlohmann::json(1919));
        QCOMPARE(mask["kept_share"].get<double>(), mask["kept"].get<double>() / mask["blocks"].get<double>());
        for (const char* stage : {"read_image", "resize", "select"})
            QVERIFY2(mask["times_ms"].at(stage).get<double>() >= 0, stage);
        QCOMPARE(mask["times_ms"].size(), std::size_t{3});
        QCOMPARE(mask["flops"]["shape"].get<std::string>(), std::string("qwen3-vl-2b"));
        QCOMPARE(mask["flops"]["text_tokens"], nlohmann::json(64));
        QCOMPARE(qRound64(mask["flops"]["full"].get<double>() / 1e6), qint64{18830493}); // spec 7, worked example
        QVERIFY(mask["flops"]["pruned"].get<double>() < mask["flops"]["full"].get<double>());
    }

    /// Every block: kept, or dropped by the stage and predicted by a neighbour.
    void everyBlockIsExplained() {
        const QString file = m_program.file("why.json");
        const nlohmann::json mask =
            json({"mask", written("rows.ppm", "0011/0022/0022"), "--no-resize", "--json", "--explain", file});
        QFile out(file);
        QVERIFY(out.open(QIODevice::ReadOnly));
        const nlohmann::json why = nlohmann::json::parse(out.readAll().toStdString());
        QCOMPARE(valueAt(why, "plan"), nlohmann::json("input:pred_2d"));
        const nlohmann::json stage = valueAt(why, "pruning").at("stages").at(0);
        QCOMPARE(stage.at("images").at(0), (nlohmann::json{{"before", 12}, {"after", mask.at("kept")}}));
        const nlohmann::json image = valueAt(why, "images").at(0);
        for (const char* key : {"image", "width", "height", "resized", "rows", "cols"})
            QCOMPARE(valueAt(image, key), valueAt(mask, key));
        QByteArray kept, from;
        for (const nlohmann::json& block : image.at("blocks")) {
            kept += block.at("kept").get<bool>() ? '#' : '.';
            from += QByteArray::number(block.at("predicted_by").is_null() ? -1 : block.at("predicted_by").get<int>());
            from += ' ';
            QCOMPARE(block.at("dropped_by").is_null(), block.at("kept").get<bool>());
            QVERIFY(block.at("score").is_null() && block.at("merged_into").is_null());
        }
        QCOMPARE(kept, QByteArray("#.#...#....."));
        QCOMPARE(from, QByteArray("-1 0 -1 2 0 4 -1 6 4 8 6 10 "));
    }

    void optionsReachTheMethod() {
        const QString picture = dataFile("masks/mobile_jpeg_416x896.png");
        const auto kept = [&](const QStringList& more) {
            return valueAt(json(QStringList{"mask", picture, "--no-resize", "--json"} + more), "mask");
        };
        QCOMPARE(kept({"--plan", "input:raster,tau=0.05,metric=rmse"}),
                 kept({"--strategy=raster", "--tau=0.05", "--metric=rmse"}));
        QVERIFY(kept({"--tau", "0.05"}) != kept({}));
        const nlohmann::json all = json({"--json", "mask", "--strategy", "keep_all", "--seed", "7", picture});
        QCOMPARE(valueAt(all, "kept"), valueAt(all, "blocks"));
        QCOMPARE(valueAt(all, "seed"), nlohmann::json(7));
    }

    void limitsComeFromTheModelFolderAndAFlagWins() {
        const QString picture = dataFile("real/word.png");
        const auto resized = [&](const QStringList& more) {
            return valueAt(json(QStringList{"mask", picture, "--json"} + more), "resized");
        };
        const auto area = [](const nlohmann::json& size) { return size.at(0).get<int>() * size.at(1).get<int>(); };
        const QStringList tiny{"--model", dataFile("qwen3vl/model")};
        QVERIFY(area(resized(tiny)) <= 25600);
        const nlohmann::json wide = resized(tiny + QStringList{"--max-pixels", "500000"});
        QVERIFY(area(wide) > 25600 && area(wide) <= 500000);
        QVERIFY(area(resized({"--min-pixels=4000000"})) >= 4000000);
    }

    void theShapeDecidesTheCost() {
        const auto flops = [&](const char* shape) {
            const auto mask = json({"mask", dataFile("real/word.png"), "--json", "--shape", shape});
            return valueAt(mask, "flops");
        };
        QCOMPARE(qRound64(valueAt(flops("qwen3-vl-8b"), "full").get<double>() / 1e6), qint64{47486379});
        QCOMPARE(valueAt(flops("tiny"), "shape"), nlohmann::json("tiny"));
    }

    /// No mask is shown that the model of the shape, or of the folder, would not be given.
    void onlyWhatAModelCanDoIsShown() {
        const QString picture = dataFile("real/word.png");
        for (const QStringList& model : {QStringList{"--shape", "llava-1.5-7b"},
                                         {"--shape", "internvl3-1b"},
                                         {"--model", dataFile("llava/model")}}) {
            const nlohmann::json all = json(QStringList{"mask", picture, "--json"} + model);
            QCOMPARE(valueAt(all, "kept"), valueAt(all, "blocks"));
            const auto refused = m_program.run(QStringList{"mask", picture, "--tau", "0.02"} + model);
            QCOMPARE(refused.exitCode, 2);
            QVERIFY2(refused.err.contains("--tau: found with a model in which pixels can't decide"), refused.err);
            const auto planned = m_program.run(QStringList{"mask", picture, "--plan", "post:pred_2d"} + model);
            QVERIFY2(planned.err.contains("pruning by pixels is not possible for this model"), planned.err);
        }
        const QStringList after{"mask", picture, "--json", "--shape", "qwen2.5-vl-3b"};
        const nlohmann::json mask = json(after + QStringList{"--tau", "0.02"});
        QVERIFY(valueAt(mask, "kept") < valueAt(mask, "blocks"));
        QCOMPARE(json(after + QStringList{"--plan", "post:pred_2d,tau=0.02"}).at("mask"), mask.at("mask"));
        const auto refused = m_program.run(after + QStringList{"--plan", "input:pred_2d"});
        QCOMPARE(refused.exitCode, 2);
        QVERIFY2(refused.err.contains("expected pruning by pixels after the encoder (post:METHOD)"), refused.err);
    }

    void theOverlayIsTheResizedPictureWithItsMask() {
        const QString overlay = m_program.file("overlay.png");
        const QString picture = dataFile("real/word.png");
        const nlohmann::json mask = json({"mask", picture, "--json", "--overlay", overlay});
        const Picture drawn = readImage(overlay.toStdString());
        const Picture resized = resizeForModel(readImage(picture.toStdString()), PixelLimits{});
        const BlockGrid grid = BlockGrid::of(resized.size());
        const Picture expected = paintMask(resized, KeepMask::fromBase64(grid, mask.at("mask")));
        QVERIFY(drawn.size() == expected.size());
        QVERIFY(std::equal(drawn.data(), drawn.data() + drawn.sizeBytes(), expected.data()));
    }

    void transparencyIsPutOnWhiteAndSaid() {
        const QString picture = dataFile("images/diagram_black_on_clear.png");
        const auto result = m_program.run({"mask", picture, "--json"});
        const nlohmann::json mask = result.json();
        QCOMPARE(valueAt(mask, "decoded_on_white"), nlohmann::json(true));
        QCOMPARE(result.err, (picture + ": transparency was put on white\n").toUtf8());
        const QString opaque = m_program.file("opaque.png");
        writeImage(opaque.toStdString(), readImage(picture.toStdString()));
        const auto same = m_program.run({"mask", opaque, "--json"});
        QCOMPARE(same.err, QByteArray());
        QCOMPARE(valueAt(same.json(), "mask"), valueAt(mask, "mask"));
        QVERIFY(!same.json().contains("decoded_on_white"));
    }

    void theFirstFrameIsUsedAndSaid() {
        const QString picture = dataFile("images/wanim.webp");
        const auto result = m_program.run({"mask", picture, "--json"});
        QCOMPARE(result.exitCode, 0);
        QCOMPARE(result.err, (picture + ": the first of 2 frames is used\n").toUtf8());
    }

    void everyMethodCanBeChosen() {
        const QString picture = dataFile("masks/desktop_1920x1088.png");
        for (const char* method : {"random", "conncomp"}) {
            const nlohmann::json mask =
                json({"mask", picture, "--no-resize", "--json", "--strategy", method, "--tau", "0.02"});
            const auto stored = goldenRecord("desktop_1920x1088.png", method, "max", "0.02", true);
            QCOMPARE(valueAt(mask, "kept"), stored.at("kept"));
            if (method == QByteArray("random"))
                QCOMPARE(valueAt(mask, "mask"), stored.at("mask"));
        }
        const nlohmann::json half = json({"mask", picture, "--no-resize", "--json", "--strategy", "conncomp",
                                          "--skip-ratio", "0.5", "--even", "--tau", "0.02"});
        QCOMPARE(valueAt(half, "mask"),
                 goldenRecord("desktop_1920x1088.png", "conncomp_half", "max", "0.02", true).at("mask"));
        QCOMPARE(valueAt(half, "skip_ratio"), nlohmann::json(0.5));
        QCOMPARE(valueAt(half, "even"), nlohmann::json(true));
        const nlohmann::json smaller = json({"mask", picture, "--json", "--strategy", "resize", "--tau", "0.02"});
        QCOMPARE(valueAt(smaller, "kept"), valueAt(smaller, "blocks"));
        QCOMPARE(valueAt(smaller, "width"), nlohmann::json(1920));
        const nlohmann::json budget = json({"mask", picture, "--json", "--tau", "0.02"});
        const double share = smaller["blocks"].get<double>() / budget["kept"].get<double>();
        QVERIFY2(share > 0.9 && share < 1.1, qPrintable(QString::number(share)));
    }

    void theRestoredPictureIsWithinTauAndTheHeatmapShowsWhere() {
        const QString picture = dataFile("masks/soft_512x320.png");
        const QString restored = m_program.file("restored.png"), heat = m_program.file("heat.png");
        const QStringList arguments{"mask", picture, "--json", "--reconstruct", restored, "--heatmap", heat};
        const nlohmann::json exact = json(arguments);
        QCOMPARE(exact["reconstruction"], (nlohmann::json{{"worst_error", 0.0}, {"bounded", true}}));
        const Picture truth = readImage(picture.toStdString());
        const Picture same = readImage(restored.toStdString());
        QVERIFY(std::equal(truth.data(), truth.data() + truth.sizeBytes(), same.data()));

        const nlohmann::json lossy = json(arguments + QStringList{"--tau", "0.02"});
        const double worst = lossy["reconstruction"]["worst_error"];
        QVERIFY(worst > 0 && worst <= 0.02);
        const Picture close = readImage(restored.toStdString());
        int largest = 0;
        for (std::size_t i = 0; i < close.sizeBytes(); ++i)
            largest = std::max(largest, std::abs(close.data()[i] - truth.data()[i]));
        QCOMPARE(largest / 255.0, worst);
        const KeepMask mask = KeepMask::fromBase64(BlockGrid::of(truth.size()), lossy["mask"]);
        const Picture drawn = readImage(heat.toStdString());
        QVERIFY(drawn.size() == truth.size());
        for (int i = 0; i < mask.count(); ++i) {
            const PixelRect at = mask.grid().rect(i);
            const std::uint8_t* rgb = drawn.row(at.y) + at.x * 3;
            QVERIFY(!mask.kept(i) || (rgb[0] == rgb[1] && rgb[1] == rgb[2])); // grey: nothing was lost
        }
        QCOMPARE(json(arguments + QStringList{"--tau", "0.02", "--sliding"})["reconstruction"]["bounded"],
                 nlohmann::json(false));
        QCOMPARE(json(arguments + QStringList{"--strategy", "random"})["reconstruction"]["bounded"],
                 nlohmann::json(false));
    }

    void changesSinceAnEarlierPicture() {
        const QString before = m_program.file("before.ppm"), now = m_program.file("now.ppm");
        writeImage(before.toStdString(), blocksFromText("0000/0000/0000"));
        writeImage(now.toStdString(), blocksFromText("0100/0000/0003"));
        const nlohmann::json changes =
            valueAt(json({"mask", now, "--no-resize", "--json", "--since", before}), "changes");
        QCOMPARE(valueAt(changes, "blocks"), nlohmann::json(2));
        QCOMPARE(valueAt(changes, "areas"), (nlohmann::json{{32, 0, 32, 32}, {96, 64, 32, 32}}));
        QCOMPARE(valueAt(changes, "since"), nlohmann::json(before.toStdString()));
        const QByteArray same = m_program.run({"mask", now, "--since", now}).out;
        QVERIFY2(same.contains("nothing since"), same);
        writeImage(before.toStdString(), blocksFromText("00/00"));
        const QByteArray problem =
            m_program.run({"mask", now, "--since", before}).problemAsRefusal(3, {"--since", "64 x 64", "128 x 96"});
        QVERIFY2(problem.isEmpty(), problem);
    }

    void theFloorFollowsTheMachine() {
        const QStringList arguments{"mask", dataFile("real/word.png"), "--json", "--strategy", "keep_all"};
        const auto floor = [&](const char* tflops, const char* bandwidth) {
            return valueAt(json(arguments + QStringList{"--tflops", tflops, "--gb-per-s", bandwidth}), "floor_ms");
        };
        const nlohmann::json once = floor("100", "1000"), twice = floor("200", "1000"), wide = floor("100", "2000");
        QVERIFY(qAbs(once["vit"].get<double>() / twice["vit"].get<double>() - 2) < 1e-9);
        QVERIFY(qAbs(once["decode_per_token"].get<double>() / wide["decode_per_token"].get<double>() - 2) < 1e-9);
        QCOMPARE(once["prefill"], wide["prefill"]);
    }

    void theCostIsThatOfTheModelFolder() {
        const auto mask = json({"mask", dataFile("real/word.png"), "--json", "--model", dataFile("qwen3vl/model")});
        QVERIFY(mask["flops"]["full"].get<double>() < 1e10);
        QCOMPARE(mask["flops"]["shape"].get<std::string>(), dataFile("qwen3vl/model").toStdString());
    }

    void peopleSeeATable() {
        const ProgramResult result = m_program.run({"mask", dataFile("masks/quad_64x64.png"), "--no-resize"});
        QCOMPARE(result.exitCode, 0);
        for (const char* word :
             {"picture", "64 x 64 px", "2 rows x 2 columns", "kept", "pred_2d, tau 0, max, anchored", "FLOP, "})
            QVERIFY2(result.out.contains(word), word);
        QVERIFY(result.err.isEmpty());
        QVERIFY(result.json().is_discarded());
    }

    void oneBlockIsOneAndNotNothing() {
        writeImage(m_program.file("block.ppm").toStdString(), blocksFromText("0"));
        const QByteArray block = m_program.run({"mask", m_program.file("block.ppm"), "--no-resize"}).out;
        QVERIFY2(block.contains("1 (1 row x 1 column)"), block);
        std::string flat(60, '0');
        for (int row = 1; row < 34; ++row)
            flat += "/" + std::string(60, '0');
        writeImage(m_program.file("flat.ppm").toStdString(), blocksFromText(flat));
        const QByteArray one = m_program.run({"mask", m_program.file("flat.ppm"), "--no-resize"}).out;
        QVERIFY2(one.contains("1 (0.05 %)"), one); // not 0.0 %
        const QByteArray tiny =
            m_program.run({"mask", m_program.file("block.ppm"), "--no-resize", "--shape", "tiny"}).out;
        QVERIFY2(tiny.contains(" MFLOP") && !tiny.contains("0.000 "), tiny); // a time may be 0.0004 ms
    }

    void aPictureMayComeFromStandardInput() {
        for (const char* name : {"real/word.png", "real/document_page.jpg"}) {
            const QString path = dataFile(name);
            QFile file(path);
            QVERIFY(file.open(QIODevice::ReadOnly));
            const nlohmann::json read = m_program.runReading(file.readAll(), {"mask", "-", "--json"}).json();
            QCOMPARE(valueAt(read, "mask"), valueAt(json({"mask", path, "--json"}), "mask"));
            QCOMPARE(valueAt(read, "image"), nlohmann::json("standard input"));
        }
        const QByteArray earlier = m_program
                                       .runReading(ppm("0000/0000"), {"mask", "--since", "-", "--no-resize", "--json",
                                                                      written("now.ppm", "0000/0100")})
                                       .out;
        const nlohmann::json changes = valueAt(nlohmann::json::parse(earlier.toStdString(), nullptr, false), "changes");
        QCOMPARE(valueAt(changes, "blocks"), nlohmann::json(1));
        QCOMPARE(valueAt(changes, "since"), nlohmann::json("standard input"));
    }

    void standardInputIsReadOrNamed_data() {
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("empty") << QByteArray() << QStringList{"standard input", "empty"};
        QTest::newRow("no picture") << QByteArray("What is this?") << QStringList{"standard input"};
        QTest::newRow("half a picture") << ppm("00/00").left(100) << QStringList{"standard input", "truncated"};
        QTest::newRow("far too large") << "P6\n60000 60000\n255\n" + QByteArray(2 << 20, 'x')
                                       << QStringList{"standard input", "60000x60000", "limit"};
    }
    void standardInputIsReadOrNamed() {
        QFETCH(QByteArray, input);
        QFETCH(QStringList, words);
        QCOMPARE(m_program.runReading(input, {"mask", "-"}).problemAsRefusal(3, words), QByteArray());
    }

    void aDashInAFolderIsAFileOfThatName() {
        QVERIFY(QFile::copy(written("dash.ppm", "00/01"), m_program.file("-")));
        QCOMPARE(valueAt(json({"mask", "./-", "--no-resize", "--json"}), "blocks"), nlohmann::json(4));
    }

    void whatIsReadFromStandardInputIsNotReplaced() {
        QProcess process;
        process.setStandardInputFile(written("own.ppm", "00/01"));
        process.start(ProgramRunner::program(), {"mask", "-", "--overlay", m_program.file("own.ppm")});
        const QByteArray problem = ProgramRunner::finish(process).problemAsRefusal(2, {"--overlay", "another"});
        QVERIFY2(problem.isEmpty(), problem);
    }

    void drawnPicturesFollowNoLinkAndAreTheUsersOwn() {
        const QString link = m_program.file("link.png"), precious = m_program.file("precious");
        QFile file(precious);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("precious") > 0);
        file.close();
        QVERIFY(QFile::link(precious, link));
        for (const char* option : {"--overlay", "--reconstruct", "--heatmap"}) {
            QCOMPARE(m_program.run({"mask", dataFile("real/word.png"), option, link}).exitCode, 0);
            QVERIFY(!QFileInfo(link).isSymLink());
            QVERIFY(readImage(link.toStdString()).width() > 0);
            QCOMPARE(QFile::permissions(link) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        }
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("precious"));
    }

    void ppmIsReadToo() {
        writeImage(m_program.file("screen.ppm").toStdString(), blocksFromText("0011/0022"));
        const nlohmann::json mask = json({"mask", m_program.file("screen.ppm"), "--no-resize", "--json"});
        QCOMPARE(valueAt(mask, "blocks"), nlohmann::json(8));
        QCOMPARE(valueAt(mask, "kept"), nlohmann::json(3));
    }

    void overlayNeverReplacesItsPicture() {
        const QString name = m_program.file("own.ppm");
        writeImage(name.toStdString(), blocksFromText("00/01"));
        const auto refused = m_program.run({"mask", name, "--overlay", m_program.file("./own.ppm")});
        const QByteArray problem = refused.problemAsRefusal(2, {"--overlay", "another"});
        QVERIFY2(problem.isEmpty(), problem);
        QCOMPARE(json({"mask", name, "--no-resize", "--json"}).value("blocks", 0), 4);
    }

    void messagesAreOneLineWhateverAFileIsCalled() {
        const QByteArray problem =
            m_program.run({"mask", "no\nsuch.png"}).problemAsRefusal(3, {"no?such.png", "no such file"});
        QVERIFY2(problem.isEmpty(), problem);
    }

    void fileNamesMayHoldAnything() {
        const QString name = m_program.file("-screen =1, caf\u00e9 \"x\".ppm");
        writeImage(name.toStdString(), blocksFromText("00/00"));
        const nlohmann::json mask = json({"mask", "--no-resize", "--json", "--", "-screen =1, caf\u00e9 \"x\".ppm"});
        QCOMPARE(valueAt(mask, "image").get<std::string>(), std::string("-screen =1, caf\u00e9 \"x\".ppm"));
    }
};

QTEST_GUILESS_MAIN(TestMaskCommand)
#include "tst_mask_command.moc"
