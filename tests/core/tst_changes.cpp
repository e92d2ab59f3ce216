#include "core/base/error.h"
#include "core/report/changes.h"
#include "tests/support/geometries.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <random>
#include <sstream>

using namespace prunescope;

namespace {

/// Two pictures that differ where `text` has a '#', by one level of one sample.
std::pair<PixelBlocks, PixelBlocks> drawnPair(const std::string& text, const PatchGeometry& geometry) {
    std::istringstream lines(text);
    std::vector<bool> changed;
    int rows = 0;
    for (std::string line; std::getline(lines, line, '/'); ++rows)
        for (const char c : line)
            changed.push_back(c == '#');
    const int cols = static_cast<int>(changed.size()) / rows;
    const auto seed = static_cast<std::uint32_t>(changed.size());
    const PixelBlocks before(test::randomScreen(rows, cols, seed, geometry), geometry);
    const auto side = static_cast<std::size_t>(geometry.blockPx());
    std::vector<std::uint8_t> rgb(before.picture().data(), before.picture().data() + before.picture().sizeBytes());
    for (int i = 0; i < before.grid().count(); ++i)
        if (changed[static_cast<std::size_t>(i)]) {
            const std::size_t last = (side - 1) * before.strideBytes() + side * 3 - 1; // of the block
            rgb[static_cast<std::size_t>(before.block(i) - before.picture().data()) + (i % 2 ? last : 0)] ^= 1;
        }
    return {before, PixelBlocks(Picture(before.picture().size(), std::move(rgb)), geometry)};
}

QByteArray draw(const std::vector<PixelRect>& areas, int side) {
    QByteArrayList texts;
    for (const PixelRect& area : areas)
        texts << QByteArray::number(area.x / side) + "," + QByteArray::number(area.y / side) + " " +
                     QByteArray::number(area.width / side) + "x" + QByteArray::number(area.height / side);
    return texts.join("; ");
}

} // namespace

class TestChanges : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void areas_data() {
        QTest::addColumn<QByteArray>("changed");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* name, const char* changed, const char* expected) {
            QTest::newRow(name) << QByteArray(changed) << QByteArray(expected);
        };
        row("nothing", ".../...", "");
        row("one block", ".../.#.", "1,1 1x1");
        row("everything", "##/##", "0,0 2x2");
        row("two apart", "#.../..../..##", "0,0 1x1; 2,2 2x1");
        row("corners touch", "#./.#", "0,0 2x2");
        row("one inside the box of another", "####/#..#/#..#/####", "0,0 4x4");
        row("a box over another becomes one", "#..../#.#../#..../####.", "0,0 4x4");
        row("a row", "#.##.", "0,0 1x1; 2,0 2x1");
        row("a column", "#/././#", "0,0 1x1; 0,3 1x1");
    }

    void areas() {
        QFETCH(QByteArray, changed);
        QFETCH(QByteArray, expected);
        for (const PatchGeometry& geometry : {PatchGeometry{}, PatchGeometry{14, 2, 2}, PatchGeometry{8, 2, 2}})
            compareAreas(changed, expected, geometry);
    }

    void areasAreDisjointAndCoverEveryChange_data() { test::addGeometries(); }
    void areasAreDisjointAndCoverEveryChange() {
        QFETCH(PatchGeometry, geometry);
        std::mt19937 random(3);
        for (int round = 0; round < 500; ++round) {
            const int rows = 1 + static_cast<int>(random() % 8), cols = 1 + static_cast<int>(random() % 8);
            std::string text;
            for (int i = 0; i < rows * cols; ++i)
                text += std::string(i > 0 && i % cols == 0 ? "/" : "") + (random() % 4 ? "." : "#");
            const auto [before, now] = drawnPair(text, geometry);
            const Changes changes = changesSince(before, now);
            for (int i = 0; i < changes.blocks.count(); ++i) {
                const PixelRect block = now.grid().rect(i);
                const auto covers = [&](const PixelRect& area) {
                    return area.x <= block.x && block.right() <= area.right() && area.y <= block.y &&
                           block.bottom() <= area.bottom();
                };
                const auto count = std::count_if(changes.areas.begin(), changes.areas.end(), covers);
                QVERIFY(count <= 1 && (count == 1 || !changes.blocks.kept(i)));
            }
        }
    }

    void refusesAnotherSize() {
        const PixelBlocks small(test::noise({64, 32}, 1)), large(test::noise({64, 64}, 1));
        try {
            changesSince(small, large);
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(static_cast<int>(error.kind()), static_cast<int>(ErrorKind::BadInput));
            QVERIFY2(QByteArray(error.what()).contains("64 x 32") && QByteArray(error.what()).contains("64 x 64"),
                     error.what());
        }
    }

private:
    static void compareAreas(const QByteArray& changed, const QByteArray& expected, const PatchGeometry& geometry) {
        const auto [before, now] = drawnPair(changed.toStdString(), geometry);
        const Changes changes = changesSince(before, now);
        QCOMPARE(changes.blocks.keptCount(), static_cast<int>(changed.count('#')));
        for (int i = 0, at = 0; i < changes.blocks.count(); ++i, ++at) {
            if (changed.at(at) == '/')
                ++at;
            QCOMPARE(changes.blocks.kept(i), changed.at(at) == '#');
        }
        QCOMPARE(draw(changes.areas, geometry.blockPx()), expected);
        QCOMPARE(changes.none(), expected.isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestChanges)
#include "tst_changes.moc"
