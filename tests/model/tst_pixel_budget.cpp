#include "core/metrics/metric.h"
#include "core/pruning/decoder.h"
#include "model/files/safetensors.h"
#include "tests/support/golden.h"
#include "tests/support/methods.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <cstring>
#include <numeric>
#include <random>

using namespace prunescope;
using test::named;
using test::settingsOf;

namespace {

/// A golden file of token pruners.
class Golden {
public:
    explicit Golden(const std::string& method)
        : m_cases(test::readJson(test::goldenFolder() / "uniprune/manifest.json").at("methods").at(method).at("cases")),
          m_file(model::openSafetensors((test::goldenFolder() / "uniprune" / (method + ".safetensors")).string())) {}

    const nlohmann::json& cases() const { return m_cases; }
    std::vector<std::int64_t> integers(const std::string& name) const {
        const model::StoredTensor* stored = m_file->find(name);
        if (!stored || stored->dtype != "I64")
            throw std::runtime_error("no golden integers " + name);
        std::vector<std::int64_t> values(static_cast<std::size_t>(stored->values()));
        std::memcpy(values.data(), stored->bytes.data(), stored->bytes.size());
        return values;
    }

private:
    nlohmann::json m_cases;
    std::shared_ptr<const model::WeightFile> m_file;
};

bool hasGolden(const std::string& method) {
    return std::filesystem::exists(test::goldenFolder() / "uniprune" / (method + ".safetensors"));
}

/// Blocks of four flat quarters each, from their colours [rows, cols, 4, 3].
PixelBlocks blocksOf(const std::vector<std::int64_t>& quads, int rows, int cols) {
    const Size size{cols * 32, rows * 32};
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(size.area()) * 3);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            for (int c = 0; c < 3; ++c) {
                const int quarter = y % 32 / 16 * 2 + x % 32 / 16;
                const int at = (((y / 32) * cols + x / 32) * 4 + quarter) * 3 + c;
                rgb[static_cast<std::size_t>((y * size.width + x) * 3 + c)] =
                    static_cast<std::uint8_t>(quads[static_cast<std::size_t>(at)]);
            }
    return PixelBlocks(Picture(size, rgb));
}

std::vector<int> toInts(const std::vector<std::int64_t>& values) {
    return {values.begin(), values.end()};
}

/// Every block of another colour where it was dropped: nothing may depend on those.
PixelBlocks withoutDropped(const PixelBlocks& blocks, const KeepMask& mask) {
    PixelBuffer rgb(blocks.picture().sizeBytes());
    std::memcpy(rgb.data(), blocks.picture().data(), rgb.size());
    for (int i = 0; i < mask.count(); ++i)
        for (std::size_t y = 0; !mask.kept(i) && y < 32; ++y)
            std::memset(rgb.data() + (blocks.block(i) - blocks.picture().data()) + y * blocks.strideBytes(), 77, 96);
    return PixelBlocks(Picture(blocks.picture().size(), std::move(rgb)));
}

PixelBlocks anyPicture(std::mt19937& random) {
    const int rows = static_cast<int>(1 + random() % 7), cols = static_cast<int>(1 + random() % 9);
    std::vector<std::int64_t> quads(static_cast<std::size_t>(rows * cols * 12));
    const int base = static_cast<int>(random() % 200), spread = 1 + static_cast<int>(random() % 40);
    for (std::int64_t& value : quads)
        value = base + static_cast<int>(random() % static_cast<unsigned>(spread));
    for (std::size_t block = 1; block < quads.size() / 12; ++block)
        if (random() % 3 == 0)
            std::copy_n(quads.begin() + static_cast<long>(block - 1) * 12, 12,
                        quads.begin() + static_cast<long>(block) * 12);
    return blocksOf(quads, rows, cols);
}

} // namespace

class TestPixelBudget : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void golden() {
        PRUNESCOPE_NEEDS_GOLDEN("uniprune");
        if (!hasGolden("pixel_budget"))
            QSKIP("the golden folder has no uniprune/pixel_budget.safetensors");
        const Golden golden("pixel_budget");
        for (const nlohmann::json& entry : golden.cases())
            compareCase(golden, entry);
        QVERIFY(!golden.cases().empty());
    }

    void smallerPicturesOfABudget() {
        PRUNESCOPE_NEEDS_GOLDEN("uniprune");
        if (!hasGolden("resize_budget"))
            QSKIP("the golden folder has no uniprune/resize_budget.safetensors");
        const std::vector<std::int64_t> table = Golden("resize_budget").integers("table/rows");
        for (std::size_t at = 0; at + 4 < table.size(); at += 5) {
            const BlockGrid grid{static_cast<int>(table[at]), static_cast<int>(table[at + 1])};
            const PixelBlocks blocks(test::noise(grid.size(), 1));
            const KeepMask mask =
                makeMask(blocks, MethodSettings("resize").set(kKeep, TokenBudget::share(table[at + 2], grid.count())));
            QCOMPARE(mask.grid().rows, static_cast<int>(table[at + 3]));
            QCOMPARE(mask.grid().cols, static_cast<int>(table[at + 4]));
            QCOMPARE(mask.keptCount(), mask.count());
        }
    }

    /// pixelprune spec 3: 2 blocks at 2 levels, 3 at 3, 2 at 4. The bisection ends at 4.
    void theThresholdFoundFitsButNeedNotBeTheLeast() {
        std::vector<std::int64_t> quads;
        for (const int level : {0, 3, 5, 1})
            quads.insert(quads.end(), 12, level);
        const BlockChoice choice =
            chooseBlocks(blocksOf(quads, 1, 4), settingsOf("pred_2d").set(kKeep, TokenBudget::count(2)));
        QCOMPARE(choice.fit->threshold, 4U);
        QCOMPARE(choice.fit->bound, 4U);
        QCOMPARE(choice.mask.keptIndices(), (std::vector<int>{0, 2}));
    }

    /// Walks the methods: exact counts, a decoder that knows core restores every block to within the bound, which is at
    /// most the threshold; the same settings choose the same blocks.
    void budgetsAreMetAndBounded() {
        std::mt19937 random(5);
        for (int round = 0; round < 400; ++round) {
            const PixelBlocks blocks = anyPicture(random);
            for (const MethodEntry& method : pixelMethods())
                if (method.decode && method.drops())
                    checkBudget(blocks, method, random);
        }
    }

    void baselinesTakeABudgetAsTheirCount() {
        std::mt19937 random(6);
        for (int round = 0; round < 200; ++round) {
            const PixelBlocks blocks = anyPicture(random);
            const TokenBudget keep = TokenBudget::share(1 + static_cast<int>(random() % 9), 9);
            for (const char* method : {"random", "conncomp"})
                QCOMPARE(makeMask(blocks, settingsOf(method).set(kKeep, keep)).keptCount(),
                         keep.tokensOf(blocks.grid().count()));
        }
    }

    void everythingLeavesTheStageOut() {
        std::mt19937 random(7);
        const PixelBlocks blocks = anyPicture(random);
        for (const MethodEntry& method : pixelMethods())
            if (method.option(kKeep.name)) {
                const MethodSettings settings = MethodSettings(method).set(kKeep, TokenBudget());
                QCOMPARE(makeMask(blocks, settings), KeepMask::all(blocks.grid()));
                QVERIFY(!PrunePlan::of(settings).prunes());
            }
    }

    void onlyAThreshold() {
        std::mt19937 random(8);
        for (int round = 0; round < 500; ++round) {
            const PixelBlocks blocks = anyPicture(random);
            const TokenBudget keep = TokenBudget::share(1, 1 + static_cast<int>(random() % 5));
            const BlockChoice choice = chooseBlocks(blocks, settingsOf("raster").set(kKeep, keep).set(kRule, kRuleTau));
            if (!choice.fit)
                continue; // a budget of everything
            QCOMPARE(choice.mask, choice.fit->core);
            QCOMPARE(choice.mask, makeMask(blocks, settingsOf("raster", choice.fit->threshold / 255.0)));
            QVERIFY(choice.mask.keptCount() <= choice.fit->tokens);
        }
    }

private:
    static PixelBlocks goldenBlocks(const Golden& golden, const nlohmann::json& entry) {
        return blocksOf(golden.integers(entry.at("case").get<std::string>() + "/quads"), entry.at("rows"),
                        entry.at("cols"));
    }

    static void compareCase(const Golden& golden, const nlohmann::json& entry) {
        const std::string name = entry.at("case");
        const PixelBlocks blocks = goldenBlocks(golden, entry);
        MethodSettings settings =
            settingsOf("pred_2d", entry.at("floor").get<int>() / 255.0, true, entry.at("metric").get<std::string>());
        if (!entry.at("cover").is_null())
            settings.set(kCover, entry.at("cover").get<std::vector<int>>());
        MaskMaker maker(blocks);
        for (const auto& [budget, tokens] : entry.at("budgets").items()) {
            std::string share = budget; // 1_3
            share[share.find('_')] = '/';
            settings.set(kKeep, TokenBudget::parse(share).value());
            const std::string at = name + "/" + budget + "/";
            const auto kept = [&](const std::string& rule, const std::string& fill) {
                return maker.mask(MethodSettings(settings).set(kRule, rule).set(kFill, fill)).keptIndices();
            };
            const BlockChoice choice = maker.choose(settings);
            QCOMPARE(choice.fit->tokens, tokens.get<int>());
            QCOMPARE(static_cast<std::int64_t>(choice.fit->threshold), golden.integers(at + "threshold").front());
            QCOMPARE(choice.fit->core.keptIndices(), toInts(golden.integers(at + "core")));
            QCOMPARE(static_cast<std::int64_t>(choice.fit->bound), golden.integers(at + "bound").front());
            QVERIFY2(choice == chooseBlocks(blocks, settings), at.c_str());
            QCOMPARE(kept("budget", "cap"), toInts(golden.integers(at + "capped")));
            QCOMPARE(kept("budget", "exact"), toInts(golden.integers(at + "keep")));
            QCOMPARE(kept("topk", "cap"), toInts(golden.integers(at + "open_capped")));
            QCOMPARE(kept("topk", "exact"), toInts(golden.integers(at + "open_keep")));
        }
    }

    static void checkBudget(const PixelBlocks& blocks, const MethodEntry& method, std::mt19937& random) {
        MethodSettings settings = settingsOf(method.name, static_cast<double>(random() % 6) / 255, true,
                                             metrics()[random() % metrics().size()].name);
        settings.set(kKeep, TokenBudget::share(1 + static_cast<int>(random() % 9), 10));
        if (random() % 3 == 0)
            settings.set(kCover, {2, 2, 1});
        const BlockChoice choice = chooseBlocks(blocks, settings);
        const std::string what = named(settings);
        QVERIFY2(choice.mask.keptCount() == choice.fit->tokens && choice.mask.kept(0), what.c_str());
        QVERIFY2(choice.fit->bound <= choice.fit->threshold, what.c_str());
        QVERIFY2(MaskMaker(blocks).choose(settings) == choice, what.c_str());
        const PixelBlocks restored(reconstruct(withoutDropped(blocks, choice.mask), choice, settings));
        const DistanceKernel distance = distanceKernel(reductionOf(settings));
        for (int i = 0; i < blocks.grid().count(); ++i) {
            const std::uint32_t error =
                distance(blocks.block(i), restored.block(i), blocks.strideBytes(), PairTable::kExact);
            QVERIFY2(error <= (choice.mask.kept(i) ? 0 : choice.fit->bound), what.c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestPixelBudget)
#include "tst_pixel_budget.moc"
