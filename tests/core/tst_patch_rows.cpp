#include "core/kernels/patch_rows.h"
#include "tests/support/geometries.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <bit>
#include <numeric>

using namespace prunescope;

namespace {

/// One value by the definition: patches of a block row by row, each as channel, frame, row, column.
float plainValue(const PixelBlocks& blocks, int block, int patch, int feature, const PixelScale& scale) {
    const PatchGeometry& geometry = blocks.geometry();
    const int side = geometry.patchPx, plane = side * side;
    const int channel = feature / (geometry.frames * plane), place = feature % plane;
    const int y = patch / geometry.merge * side + place / side, x = patch % geometry.merge * side + place % side;
    const PixelRect rect = blocks.grid().rect(block);
    const auto at = static_cast<std::size_t>(channel);
    const auto byte = static_cast<float>(blocks.picture().row(rect.y + y)[(rect.x + x) * 3 + channel]);
    return (byte - scale.mean[at] * 255) / (scale.deviation[at] * 255);
}

constexpr PixelScale kClip{{0.48145466F, 0.4578275F, 0.40821073F}, {0.26862954F, 0.26130258F, 0.27577711F}};

} // namespace

class TestPatchRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsFollowTheDefinition_data() { test::addGeometries(); }
    void rowsFollowTheDefinition() {
        QFETCH(PatchGeometry, geometry);
        const PixelBlocks blocks(test::noise(BlockGrid{4, 5, geometry}.size(), 3), geometry);
        const std::vector<int> indices{0, 3, 7, 19};
        const int perBlock = geometry.patchesPerBlock(), features = geometry.patchFeatures();
        const auto count = indices.size() * static_cast<std::size_t>(perBlock * features);
        std::vector<float> rows(count);
        for (const PixelScale& scale : {PixelScale{}, kClip}) {
            writePatchRows(blocks, indices, RowType::Float32, rows.data(), scale);
            std::size_t at = 0;
            for (const int block : indices)
                for (int patch = 0; patch < perBlock; ++patch)
                    for (int feature = 0; feature < features; ++feature)
                        QVERIFY(rows[at++] == plainValue(blocks, block, patch, feature, scale));
            std::vector<std::uint16_t> halves(count);
            writePatchRows(blocks, indices, RowType::BFloat16, halves.data(), scale);
            for (std::size_t i = 0; i < count; ++i) {
                const auto half = std::bit_cast<float>(std::uint32_t{halves[i]} << 16);
                QVERIFY(std::abs(half - rows[i]) <= std::abs(rows[i]) / 256);
            }
        }
    }

    void theUsualScaleIsFromMinusOneToOne() {
        const PixelBlocks blocks(test::flatBlocks(1, 3, {0, 128, 255}));
        const std::vector<int> all{0, 1, 2};
        const auto perBlock =
            static_cast<std::size_t>(blocks.geometry().patchesPerBlock() * blocks.geometry().patchFeatures());
        std::vector<float> rows(3 * perBlock);
        writePatchRows(blocks, all, RowType::Float32, rows.data());
        QCOMPARE(rows[0], -1.0F);
        QCOMPARE(rows[perBlock], 0.5F / 127.5F);
        QCOMPARE(rows[2 * perBlock], 1.0F);
    }

    /// More blocks than one thread takes.
    void everyBlockHasItsRows_data() { test::addGeometries(); }
    void everyBlockHasItsRows() {
        QFETCH(PatchGeometry, geometry);
        const PixelBlocks blocks(test::noise(BlockGrid{30, 31, geometry}.size(), 4), geometry);
        std::vector<int> all(static_cast<std::size_t>(blocks.grid().count()));
        std::iota(all.begin(), all.end(), 0);
        const auto perBlock = static_cast<std::size_t>(geometry.patchesPerBlock() * geometry.patchFeatures());
        std::vector<std::uint16_t> rows(all.size() * perBlock), one(perBlock);
        writePatchRows(blocks, all, RowType::BFloat16, rows.data());
        for (const int block : all) {
            writePatchRows(blocks, {&block, 1}, RowType::BFloat16, one.data());
            QVERIFY(std::equal(one.begin(), one.end(),
                               rows.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(block) * perBlock)));
        }
    }

    void gatheredBlocksAreTheirBytes_data() { test::addGeometries(); }
    void gatheredBlocksAreTheirBytes() {
        QFETCH(PatchGeometry, geometry);
        const PixelBlocks blocks(test::noise(BlockGrid{2, 3, geometry}.size(), 5), geometry);
        const std::vector<int> indices{4, 1};
        std::vector<std::uint8_t> bytes(indices.size() * static_cast<std::size_t>(geometry.blockSamples()));
        gatherBlocks(blocks, indices, bytes.data());
        auto at = bytes.begin();
        const int rowBytes = geometry.blockPx() * 3;
        for (const int index : indices)
            for (int y = 0; y < geometry.blockPx(); ++y, at += rowBytes) {
                const std::uint8_t* row = blocks.block(index) + static_cast<std::size_t>(y) * blocks.strideBytes();
                QVERIFY(std::equal(row, row + rowBytes, at));
            }
    }
};

QTEST_APPLESS_MAIN(TestPatchRows)
#include "tst_patch_rows.moc"
