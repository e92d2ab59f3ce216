// What is said of pictures without a model: identity, repeated blocks, and the sums over a set.
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/image/image_file.h"
#include "core/pruning/make_mask.h"
#include "model/eval/picture_facts.h"
#include "model/eval/picture_stats.h"
#include "tests/model/eval_fakes.h"

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <set>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::test;

class TestPictureStats : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string write(const std::string& name, const Picture& picture) const {
        const std::string path = m_folder.filePath(QString::fromStdString(name)).toStdString();
        std::filesystem::create_directories(std::filesystem::path(path).parent_path());
        writeImage(path, picture);
        return path;
    }

    static PixelLimits asTheyAre() {
        PixelLimits limits;
        limits.minPixels = 32 * 32;
        return limits;
    }

private Q_SLOTS:
    void uniqueBlocksByHand_data() {
        QTest::addColumn<QByteArray>("picture");
        QTest::addColumn<int>("unique");
        QTest::newRow("one block") << QByteArray("0") << 1;
        QTest::newRow("a pair") << QByteArray("00") << 0;
        QTest::newRow("all alike") << QByteArray("000/000") << 0;
        QTest::newRow("all different") << QByteArray("012/345") << 6;
        QTest::newRow("two once") << QByteArray("0012/0030") << 3;
        QTest::newRow("far apart") << QByteArray("12/34/51") << 4;
    }
    void uniqueBlocksByHand() {
        QFETCH(QByteArray, picture);
        QFETCH(int, unique);
        QCOMPARE(uniqueBlocks(PixelBlocks(blocksFromText(picture.toStdString()))), unique);
    }

    /// Against every pair, also where two blocks differ in a single byte.
    void uniqueBlocksOfPairs() {
        for (std::uint32_t seed = 0; seed < 20; ++seed) {
            const PixelBlocks blocks(randomScreen(7, 9, seed));
            const auto same = [&](int a, int b) {
                for (int y = 0; y < 32; ++y)
                    if (!std::equal(blocks.block(a) + static_cast<std::size_t>(y) * blocks.strideBytes(),
                                    blocks.block(a) + static_cast<std::size_t>(y) * blocks.strideBytes() + 96,
                                    blocks.block(b) + static_cast<std::size_t>(y) * blocks.strideBytes()))
                        return false;
                return true;
            };
            int unique = 0;
            for (int a = 0; a < blocks.grid().count(); ++a) {
                bool isTwin = false;
                for (int b = 0; b < blocks.grid().count(); ++b)
                    isTwin = isTwin || (a != b && same(a, b));
                unique += !isTwin;
            }
            QCOMPARE(uniqueBlocks(blocks), unique);
        }
    }

    void identitiesTellPicturesApart() {
        std::set<std::string> seen;
        for (std::uint32_t seed = 0; seed < 50; ++seed)
            seen.insert(pictureIdentity(noise({33, 17}, seed)));
        seen.insert(pictureIdentity(Picture({2, 3}, std::vector<std::uint8_t>(18, 7))));
        seen.insert(pictureIdentity(Picture({3, 2}, std::vector<std::uint8_t>(18, 7))));
        QCOMPARE(seen.size(), std::size_t{52});
        QCOMPARE(pictureIdentity(noise({33, 17}, 4)), pictureIdentity(noise({33, 17}, 4)));
        QCOMPARE(pictureIdentity(noise({33, 17}, 4)).size(), std::size_t{16});
    }

    /// The sums are those of the pictures one by one, on any number of threads.
    void aFolderAddsUp_data() {
        QTest::addColumn<int>("threads");
        for (const int threads : {1, 2, 5})
            QTest::addRow("%d", threads) << threads;
    }
    void aFolderAddsUp() {
        QFETCH(int, threads);
        const PruneStage stage = parsePlan("input:pred_2d").pixelStage();
        std::int64_t kept = 0, blocks = 0, unique = 0;
        for (std::uint32_t i = 0; i < 12; ++i) {
            const Picture picture = randomScreen(3 + static_cast<int>(i % 3), 5, i);
            write("pages/" + std::to_string(i % 2) + "/" + std::to_string(10 + i) + ".png", picture);
            const PixelBlocks pixels(picture);
            kept += makeMask(pixels, stage.settings).keptCount();
            blocks += pixels.grid().count();
            unique += uniqueBlocks(pixels);
        }
        std::ofstream(m_folder.filePath("pages/notes.txt").toStdString()) << "no picture";
        setMaxWorkers(threads);
        const auto source = openPictureFolder(m_folder.filePath("pages").toStdString());
        std::int64_t last = 0;
        const SourceStats stats =
            pictureStats(*source, stage, asTheyAre(), true, [&](std::int64_t done) { last = done; });
        QCOMPARE(maxWorkers(), threads);
        setMaxWorkers(0);
        QCOMPARE(stats.pictures.size(), std::size_t{12});
        QCOMPARE(last, std::int64_t{12});
        QCOMPARE(stats.kept(), kept);
        QCOMPARE(stats.blocks(), blocks);
        QCOMPARE(stats.duplicateRatio(), 1 - static_cast<double>(unique) / static_cast<double>(blocks));
        QVERIFY(std::ranges::is_sorted(stats.pictures, {}, &PictureStats::name));
        const nlohmann::ordered_json json = toJson(stats);
        QCOMPARE(json.at("kept").get<std::int64_t>(), kept);
        QCOMPARE(json.at("images").size(), std::size_t{12});
        QCOMPARE(json.at("height").at("most").get<int>(), 5 * 32);
    }

    void aBrokenPictureIsLeftOut() {
        write("some/a.png", randomScreen(2, 2, 1));
        std::ofstream(m_folder.filePath("some/b.png").toStdString()) << "no picture";
        const auto source = openPictureFolder(m_folder.filePath("some").toStdString());
        const SourceStats stats = pictureStats(*source, parsePlan("input:pred_2d").pixelStage(), asTheyAre(), true, {});
        QCOMPARE(stats.pictures.size(), std::size_t{1});
        QCOMPARE(stats.skipped.size(), std::size_t{1});
        QVERIFY(stats.skipped[0].where.ends_with("b.png"));
    }

    /// All groups of the set show the same picture.
    void aSetCountsAPictureOnce() {
        const auto source = openPictureSet(std::make_unique<SmallSet>(4));
        const SourceStats stats = pictureStats(*source, parsePlan("input:pred_2d").pixelStage(), asTheyAre(), true, {});
        QCOMPARE(stats.source, std::string("small"));
        QCOMPARE(stats.pictures.size(), std::size_t{1});
        QCOMPARE(stats.blocks(), std::int64_t{8});
    }

    void aFolderWithoutPicturesIsRefused() {
        QTemporaryDir empty;
        QVERIFY_EXCEPTION_THROWN(openPictureFolder(empty.path().toStdString()), Error);
    }
};

QTEST_APPLESS_MAIN(TestPictureStats)
#include "tst_picture_stats.moc"
