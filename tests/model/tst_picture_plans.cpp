#include "core/blocks/patch_order.h"
#include "core/image/image_file.h"
#include "core/kernels/patch_rows.h"
#include "core/resize/picture_fits.h"
#include "model/files/safetensors.h"
#include "tests/support/golden.h"

#include <QtTest>
#include <cstring>
#include <numeric>

using namespace prunescope;
using nlohmann::json;

namespace {

struct Family {
    const char* name;
    PictureFit fit;
    PatchGeometry geometry;
};

constexpr Family kFamilies[] = {
    {"qwen3vl", PictureFit::Resized, {16, 2, 2}},  {"qwen35", PictureFit::Resized, {16, 2, 2}},
    {"qwen25vl", PictureFit::Resized, {14, 2, 2}}, {"llava", PictureFit::Cropped, {14, 1, 1}},
    {"internvl", PictureFit::Tiled, {14, 2, 1}},
};

/// The plan of a golden model, as its preprocessor_config.json has it.
PixelLimits limitsOf(const Family& family, const json& file) {
    PixelLimits limits{.geometry = family.geometry, .fit = family.fit};
    const json size = file.value("size", json::object());
    limits.minPixels = file.value("min_pixels", size.value("shortest_edge", limits.minPixels));
    limits.maxPixels = file.value("max_pixels", size.value("longest_edge", limits.maxPixels));
    if (limits.fixed())
        limits.sidePx = family.fit == PictureFit::Tiled ? size.at("height") : size.at("shortest_edge");
    limits.leastTiles = file.value("min_patches", 1);
    limits.mostTiles = file.value("max_patches", 1);
    return limits;
}

PixelScale scaleOf(const json& file) {
    return {file.at("image_mean").get<std::array<float, 3>>(), file.at("image_std").get<std::array<float, 3>>()};
}

/// The size before a crop, or of the tiles side by side.
Size resizedSize(Size original, const PixelLimits& limits) {
    if (limits.fit == PictureFit::Cropped)
        return centreCrop(original, limits.sidePx).resized;
    if (limits.fit != PictureFit::Tiled)
        return modelSize(original, limits);
    const TileGrid tiles = tileGrid(original, limits);
    return {tiles.cols * limits.sidePx, tiles.rows * limits.sidePx};
}

std::vector<float> rowsOf(const Picture& seen, const PatchGeometry& geometry, const PixelScale& scale) {
    const PixelBlocks blocks(seen, geometry);
    std::vector<int> all(static_cast<std::size_t>(blocks.grid().count()));
    std::iota(all.begin(), all.end(), 0);
    std::vector<float> rows(static_cast<std::size_t>(blocks.grid().patchCount() * geometry.patchFeatures()));
    writePatchRows(blocks, all, RowType::Float32, rows.data(), scale);
    return rows;
}

/// Patch rows as the processors of tiles give them: [tiles, channel, row, column].
std::vector<float> planesOf(const std::vector<float>& rows, const BlockGrid& column, int side) {
    const PatchGeometry& geometry = column.geometry;
    const BlockGrid tile = BlockGrid::of({side, side}, geometry);
    const std::vector<int> order = rowMajorPatchOrder(tile);
    const int across = tile.patchCols(), patch = geometry.patchPx;
    std::vector<float> planes;
    for (int first = 0; first < column.patchCount(); first += tile.patchCount())
        for (int channel = 0; channel < 3; ++channel)
            for (int y = 0; y < side; ++y)
                for (int x = 0; x < side; ++x) {
                    const int place = order[static_cast<std::size_t>(y / patch * across + x / patch)];
                    const int value = (channel * geometry.frames * patch + y % patch) * patch + x % patch;
                    planes.push_back(
                        rows[static_cast<std::size_t>((first + place) * geometry.patchFeatures() + value)]);
                }
    return planes;
}

} // namespace

Q_DECLARE_METATYPE(Family)

class TestPicturePlans : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pictures_data() {
        QTest::addColumn<Family>("family");
        QTest::addColumn<QByteArray>("image");
        for (const Family& family : kFamilies)
            if (test::hasGolden(std::string(family.name) + "/manifest.json"))
                for (const std::string& image : imagesOf(family))
                    QTest::addRow("%s %s", family.name, image.c_str()) << family << QByteArray::fromStdString(image);
        if (!test::hasGolden("qwen3vl/manifest.json"))
            QSKIP("the golden folder has no models");
    }

    /// Resized bytes and the values that the encoder gets, to the bit.
    void pictures() {
        QFETCH(Family, family);
        QFETCH(QByteArray, image);
        const Golden golden(family, image.toStdString());
        const Picture source = readImage((golden.folder / "images" / (image.toStdString() + ".png")).string());
        const Picture resized = resizeBicubic(source, resizedSize(source.size(), golden.limits));
        QVERIFY(isStored(golden, "resized", resized));
        QVERIFY(hasValues(golden, "pixel_values", source, golden.limits));
    }

    void paddedPictures_data() {
        PRUNESCOPE_NEEDS_GOLDEN("llava/manifest.json");
        QTest::addColumn<QByteArray>("image");
        for (const std::string& image : imagesOf(llava()))
            QTest::addRow("%s", image.c_str()) << QByteArray::fromStdString(image);
    }
    void paddedPictures() {
        QFETCH(QByteArray, image);
        const Golden golden(llava(), image.toStdString());
        const Picture source = readImage((golden.folder / "images" / (image.toStdString() + ".png")).string());
        PixelLimits padded = golden.limits;
        padded.fit = PictureFit::Padded;
        QVERIFY(hasValues(golden, "pixel_values_pad", source, padded));
    }

    void resizedSizes() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen25vl/manifest.json");
        const json table = manifestOf(kFamilies[2]).at("smart_resize");
        QCOMPARE(table.at("factor").get<int>(), 28);
        QVERIFY(table.at("rows").size() > 100);
        for (const json& row : table.at("rows"))
            QCOMPARE(modelSize({row[1], row[0]}, {row[2], row[3], {14, 2, 2}}), (Size{row[5], row[4]}));
    }

    void crops() {
        PRUNESCOPE_NEEDS_GOLDEN("llava/manifest.json");
        const json table = manifestOf(llava()).at("clip_resize");
        const int side = table.at("shortest_edge");
        QVERIFY(table.at("rows").size() > 100);
        for (const json& row : table.at("rows")) {
            const CentreCrop crop = centreCrop({row[1], row[0]}, side);
            QCOMPARE(crop.resized, (Size{row[3], row[2]}));
            QCOMPARE(crop.rect, (PixelRect{row[5], row[4], side, side}));
        }
    }

    void tiles() {
        PRUNESCOPE_NEEDS_GOLDEN("internvl/manifest.json");
        const json table = manifestOf(kFamilies[4]).at("tiles");
        const int side = table.at("tile");
        QVERIFY(table.at("rows").size() > 100);
        for (const json& row : table.at("rows")) {
            const PixelLimits limits{1, 1, {14, 2, 1}, PictureFit::Tiled, side, row[2], row[3]};
            const TileGrid grid = tileGrid({row[1], row[0]}, limits);
            QCOMPARE(grid.cols, row[4].get<int>());
            QCOMPARE(grid.rows, row[5].get<int>());
            QCOMPARE(modelSize({row[1], row[0]}, limits), (Size{side, side * grid.squares()}));
        }
    }

private:
    struct Golden {
        Golden(const Family& family, const std::string& image)
            : folder(test::goldenFolder() / family.name),
              file(model::openSafetensors((folder / "golden.safetensors").string())), prefix("images/" + image + "/") {
            const json preprocessor = test::readJson(folder / "model" / "preprocessor_config.json");
            limits = limitsOf(family, preprocessor);
            scale = scaleOf(preprocessor);
        }
        std::filesystem::path folder;
        std::shared_ptr<const model::WeightFile> file;
        std::string prefix;
        PixelLimits limits;
        PixelScale scale;
    };

    static const Family& llava() { return kFamilies[3]; }
    static json manifestOf(const Family& family) {
        return test::readJson(test::goldenFolder() / family.name / "manifest.json");
    }

    static std::vector<std::string> imagesOf(const Family& family) {
        std::vector<std::string> names;
        const json manifest = manifestOf(family);
        for (const auto& [image, facts] : manifest.at("images").items())
            names.push_back(image);
        return names;
    }

    /// Whether the golden tensor [3, height, width] holds these pixels.
    static bool isStored(const Golden& golden, const char* name, const Picture& picture) {
        const model::StoredTensor* stored = golden.file->find(golden.prefix + name);
        if (!stored)
            return true; // small sets have the values of some pictures only
        if (!stored || stored->shape != std::vector<std::int64_t>{3, picture.height(), picture.width()})
            return false;
        auto at = stored->bytes.begin();
        for (int channel = 0; channel < 3; ++channel)
            for (int y = 0; y < picture.height(); ++y)
                for (int x = 0; x < picture.width(); ++x)
                    if (static_cast<std::uint8_t>(*at++) != picture.row(y)[x * 3 + channel])
                        return false;
        return true;
    }

    static bool hasValues(const Golden& golden, const char* name, const Picture& source, const PixelLimits& limits) {
        const model::StoredTensor* stored = golden.file->find(golden.prefix + name);
        if (!stored)
            return true; // small sets have the values of some pictures only
        const Picture seen = resizeForModel(source, limits);
        std::vector<float> values = rowsOf(seen, limits.geometry, golden.scale);
        if (limits.fixed())
            values = planesOf(values, BlockGrid::of(seen.size(), limits.geometry), limits.sidePx);
        return stored->dtype == "F32" && stored->bytes.size() == values.size() * sizeof(float) &&
               seen.size() == modelSize(source.size(), limits) &&
               std::memcmp(stored->bytes.data(), values.data(), stored->bytes.size()) == 0;
    }
};

QTEST_APPLESS_MAIN(TestPicturePlans)
#include "tst_picture_plans.moc"
