#include "model/layers/patch_embed.h"
#include "model/layers/rotary.h"
#include "model/network/attention_windows.h"
#include "tests/model/network_golden.h"
#include "tests/support/golden.h"

#include <QtTest>
#include <set>

using namespace prunescope;
using namespace prunescope::model;
using test::NetworkGolden;

namespace {

std::vector<int> allBlocks(const BlockGrid& grid) {
    return KeepMask::all(grid).keptIndices();
}

/// "{rows}x{columns}" of patches.
BlockGrid gridOf(const std::string& patches, const PatchGeometry& geometry) {
    const auto cross = patches.find('x');
    return {std::stoi(patches.substr(0, cross)) / geometry.merge, std::stoi(patches.substr(cross + 1)) / geometry.merge,
            geometry};
}

} // namespace

/// Positions, angles and windows at the sizes of released models, which tiny ones do not have.
class TestNetworkTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Positions interpolated from a 48 x 48 table and merge order, at the grid sizes of the released models.
    void positionTables() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen3vl");
        const NetworkGolden golden("qwen3vl");
        constexpr std::int64_t kSide = 48, kWidth = 8;
        const at::Tensor table = at::randn({kSide * kSide, kWidth});
        for (const std::string& rest : golden.names("tables/merge_order/")) {
            const at::Tensor order = golden.tensor("tables/merge_order/" + rest).to(at::kLong);
            const BlockGrid grid = gridOf(rest, {});
            const PatchPlaces places = patchPlaces(grid, allBlocks(grid), at::kCPU);
            QVERIFY((places.y * grid.patchCols() + places.x).equal(order));
            const at::Tensor index = golden.tensor("tables/pos48/" + rest + "/index").to(at::kLong);
            const at::Tensor weight = golden.tensor("tables/pos48/" + rest + "/weight");
            at::Tensor expected = at::zeros({grid.patchCount(), kWidth});
            for (int corner = 0; corner < 4; ++corner)
                expected += table.index_select(0, index[corner]) * weight[corner].unsqueeze(1);
            const at::Tensor found = positionEmbedding(table, kSide, grid, places);
            const std::string problem = test::difference("pos48/" + rest, found, expected.index_select(0, order));
            QVERIFY2(problem.empty(), problem.c_str());
        }
    }

    void rotaryTables() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen3vl");
        const NetworkGolden golden("qwen3vl");
        const BlockGrid grid{3, 4};
        const PatchPlaces places = patchPlaces(grid, allBlocks(grid), at::kCPU);
        for (const std::int64_t headDim : {64, 72}) {
            const RotaryTable table = visionRotary(places.y, places.x, headDim);
            const std::string name = "tables/vision_rope/hd" + std::to_string(headDim) + "/6x8/";
            checkTable(golden, table, name);
        }
        const at::Tensor positions = golden.tensor("tables/mrope_hd128/positions").to(at::kLong);
        checkTable(golden, LanguageRotary({128, 5e6, {24, 20, 20}, false}, at::kCPU)(positions), "tables/mrope_hd128/");
    }

    /// Sections one after the other, at the released size.
    void chunkedRotaryTables() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen25vl");
        const NetworkGolden golden("qwen25vl");
        const at::Tensor positions = golden.tensor("tables/mrope_hd128/positions").to(at::kLong);
        checkTable(golden, LanguageRotary({128, 1e6, {16, 24, 24}, true}, at::kCPU)(positions), "tables/mrope_hd128/");
    }

    /// Within the trained length "dynamic" angles are the plain ones.
    void dynamicRotaryTables() {
        PRUNESCOPE_NEEDS_GOLDEN("internvl");
        const NetworkGolden golden("internvl");
        const LanguageRotary rotary({64, 1e6, {32, 0, 0}, true}, at::kCPU);
        const std::string problem =
            test::difference("ntk", rotary.anglePerPosition(), golden.tensor("tables/ntk_hd64/32768"), 1e-9);
        QVERIFY2(problem.empty(), problem.c_str());
    }

    /// Windows of 4 x 4 blocks at the grid sizes of the released models.
    void windowTables() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen25vl");
        const NetworkGolden golden("qwen25vl");
        constexpr PatchGeometry kGeometry{.patchPx = 14};
        std::set<std::string> grids;
        for (const std::string& rest : golden.names("tables/window/"))
            grids.insert(rest.substr(0, rest.find('/')));
        QVERIFY(!grids.empty());
        for (const std::string& text : grids) {
            const std::string name = "tables/window/" + text + "/";
            const AttentionWindows windows = attentionWindows(gridOf(text, kGeometry), 4);
            QCOMPARE(windows.order, golden.integers(name + "index"));
            std::vector<std::int64_t> starts{0};
            for (const std::int64_t blocks : windows.blocks)
                starts.push_back(starts.back() + blocks * kGeometry.patchesPerBlock());
            QCOMPARE(starts, golden.integers(name + "cu"));
        }
    }

private:
    static void checkTable(const NetworkGolden& golden, const RotaryTable& table, const std::string& name) {
        for (const auto& [part, found] : {std::pair{"cos", table.cos}, std::pair{"sin", table.sin}}) {
            const std::string problem = test::difference(name + part, found, golden.tensor(name + part));
            QVERIFY2(problem.empty(), problem.c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestNetworkTables)
#include "tst_network_tables.moc"
