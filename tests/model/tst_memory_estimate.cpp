#include "core/pruning/method.h"
#include "model/budget/host_memory.h"
#include "model/budget/mmap_allocation.h"
#include "model/budget/prompt_budget.h"
#include "model/device/device.h"
#include "model/engine/prompt_run.h"
#include "model/families/families.h"
#include "tests/support/pictures.h"
#include "tests/support/sanitizer.h"

#include <QtTest>
#include <algorithm>
#include <array>
#include <c10/core/InferenceMode.h>
#include <set>

using namespace prunescope;
using namespace prunescope::model;

namespace {

/// A network of a family with sizes of its own: large enough that activations are far more than what a process takes
/// anyway, small enough for a test.
ModelConfig middle(std::string_view published) {
    constexpr std::int64_t kWidth = 512;
    ModelConfig config = publishedConfig(published);
    VisionConfig& vision = config.vision;
    const std::int64_t perBlock = vision.geometry.patchesPerBlock();
    const bool isWide = config.projector.inner == perBlock * vision.width;
    vision.depth = 4;
    vision.layersRun = vision.layersRun > 0 ? 3 : 0;
    vision.width = kWidth;
    vision.inner = 4 * kWidth;
    vision.heads = 8;
    vision.fullLayers = vision.fullLayers.empty() ? vision.fullLayers : std::vector<std::int64_t>{3};
    vision.deepstackLayers =
        vision.deepstackLayers.empty() ? vision.deepstackLayers : std::vector<std::int64_t>{1, 2, 3};
    config.projector.inner = isWide ? perBlock * kWidth : kWidth;
    config.projector.outWidth = kWidth;
    LanguageConfig& text = config.text;
    const bool sharesKeys = text.kvHeads < text.heads;
    text.width = kWidth;
    text.inner = 3 * kWidth;
    text.layers = 4;
    text.heads = 4;
    text.kvHeads = sharesKeys ? 2 : 4;
    text.vocab = 8192;
    if (!text.linear.empty()) {
        text.linear.resize(4);
        text.linearAttention = {4, 8, 128, 128, 4};
    }
    config.tokens.imagePad = 4;
    config.tokens.visionStart = std::min<std::int64_t>(config.tokens.visionStart, 5);
    config.tokens.visionEnd = std::min<std::int64_t>(config.tokens.visionEnd, 6);
    config.images.minPixels = 1024;
    config.images.mostTiles = std::min(config.images.mostTiles, 4);
    return config;
}

/// One of each kind of layers.
constexpr std::array<std::string_view, 5> kFamilies{"qwen3-vl-2b", "qwen3.5-4b", "qwen2.5-vl-3b", "llava-1.5-7b",
                                                    "internvl3-8b"};
constexpr std::array kTypes{at::kFloat, at::kBFloat16};

std::unique_ptr<VisionLanguageModel> makeMiddle(std::string_view published, at::ScalarType dtype) {
    const WeightTarget target{at::kCPU, dtype};
    const auto weights = randomWeights(target);
    return std::make_unique<VisionLanguageModel>(middle(published), std::string(published), *weights, target);
}

PreparedImage prepared(const Picture& picture, const PrunePlan& plan, const PixelLimits& limits,
                       ReferenceRandom& draws) {
    return prepareImage({picture, "screen", {}}, plan, limits, true, draws);
}

/// A few words, the pictures, `words` more.
TokenSequence promptOf(const ModelTraits& traits, const std::vector<PreparedImage>& images, int words) {
    const ImageTokens& tokens = traits.config.tokens;
    std::vector<std::int64_t> ids{1, 2, 3};
    std::vector<BlockGrid> grids;
    for (const PreparedImage& image : images) {
        grids.push_back(image.picture.grid());
        if (tokens.visionStart >= 0)
            ids.push_back(tokens.visionStart);
        ids.insert(ids.end(), static_cast<std::size_t>(grids.back().count()), tokens.imagePad);
        if (tokens.visionEnd >= 0)
            ids.push_back(tokens.visionEnd);
    }
    for (int i = 0; i < words; ++i)
        ids.push_back(100 + i % 1000);
    return makeSequence(std::move(ids), grids, tokens);
}

/// Pictures as they are asked about, and where they lose blocks.
struct Case {
    const char* name;
    const char* plan;
    std::vector<Size> pictures; ///< in pixels
    int words;
};

const Size kSmall{512, 384}, kMiddle{768, 640}, kLarge{1152, 896};
const std::array kCases{Case{"words alone", "input:keep_all", {}, 2000},
                        Case{"a small picture", "input:keep_all", {kSmall}, 40},
                        Case{"a middle picture", "input:keep_all", {kMiddle}, 40},
                        Case{"a large picture", "input:keep_all", {kLarge}, 40},
                        Case{"a pruned picture", "input:random,tau=0.5", {kLarge}, 40},
                        Case{"pruned inside the encoder", "vit@1:pred_2d,tau=0.3", {kLarge}, 40},
                        Case{"pruned after the encoder", "post:pred_2d,tau=0.3", {kLarge}, 40},
                        Case{"chosen by pairs of tokens", "post:gprune,keep=1/3", {kLarge}, 40},
                        Case{"chosen inside the language model", "llm@2:dart,keep=1/3", {kLarge}, 40},
                        Case{"three pictures and words", "input:keep_all", {kMiddle, kSmall, kMiddle}, 500}};

/// Whether the model prunes there: of the first layers of Qwen3.5 none has the attention that `llm@2:dart` reads.
bool isPossible(const Case& example, const ModelConfig& config) {
    const PrunePlan plan = parsePlan(example.plan);
    const PruneStage& last = plan.stages.back();
    if (last.place == Place::LanguageLayer)
        return !config.text.isLinear(last.layer - 1);
    return !plan.prunes() || config.places.has(plan.pixelStage().place);
}

} // namespace

/// What the formulas of model/budget say against what a prompt takes.
class TestMemoryEstimate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        if (test::kAddressSanitizer)
            QSKIP("the address sanitizer keeps what is freed");
        setThreads(1); // the peak does not depend on them, and on a busy machine they mostly wait for each other
        const c10::InferenceMode guard;
        for (const std::string_view family : kFamilies)
            for (const at::ScalarType dtype : kTypes) {
                m_networks.push_back(makeMiddle(family, dtype));
                run(*m_networks.back(), kCases[1]); // what a first run loads and sets up is not the prompt's
            }
    }

    /// A table of pairs grows with the square of the tokens: of large pictures it is the most of all.
    void tablesOfPairsCount() {
        const ModelShape& shape = m_networks.front()->traits().shape;
        const RunTraits run = runTraits(m_networks.front()->traits());
        PromptSize size{{}, 16384, 16500, 16600};
        const PromptBytes without = estimatePrompt(shape, size, run);
        size.comparedTokens = 16384;
        const PromptBytes with = estimatePrompt(shape, size, run);
        QVERIFY(with.choiceBytes >= std::int64_t{4} * 16384 * 16384);
        QVERIFY(with.peakBytes() > without.peakBytes() && without.choiceBytes == 0);
    }

    /// Walks the methods: those that make such a table say so.
    void methodsThatComparePairsSaySo() {
        std::set<std::string_view> names;
        for (const MethodEntry& method : methods())
            if (method.comparesPairs)
                names.insert(method.name);
        QVERIFY((names == std::set<std::string_view>{"cdpruner", "divprune", "gprune", "vispruner"}));
    }

    void coversThePeak_data() {
        QTest::addColumn<const VisionLanguageModel*>("network");
        QTest::addColumn<const Case*>("example");
        for (const auto& network : m_networks) {
            const ModelTraits& traits = network->traits();
            for (const Case& example : kCases)
                if (isPossible(example, traits.config))
                    QTest::addRow("%s, %s: %s", traits.shape.name.c_str(), dtypeText(traits.dtype).c_str(),
                                  example.name)
                        << static_cast<const VisionLanguageModel*>(network.get()) << &example;
        }
    }

    void coversThePeak() {
        QFETCH(const VisionLanguageModel*, network);
        QFETCH(const Case*, example);
        const Measured measured = run(*network, *example);
        const std::int64_t estimate = measured.estimate, real = measured.real;
        const std::int64_t withGaps = measured.withGaps;
        const auto figures = QString("%1 MB estimated, %2 MB taken, %3 MB with the gaps of a usual heap")
                                 .arg(megabytes(estimate), megabytes(real), megabytes(withGaps))
                                 .toUtf8();
        QVERIFY2(estimate >= real, figures);
        QVERIFY2(estimate <= 2 * real + kSlackBytes, figures);
        QVERIFY2(PromptBudget::kGaps * estimate >= withGaps, figures); // what PromptBudget relies on
        qInfo("%s", figures.constData());
    }

private:
    struct Measured {
        std::int64_t estimate;
        std::int64_t real;
        std::int64_t withGaps;
    };

    static Measured run(const VisionLanguageModel& model, const Case& example) {
        const RunSettings settings{parsePlan(example.plan), {}, 4, {}};
        const PixelLimits& limits = model.traits().config.images;
        const int side = limits.geometry.blockPx();
        ReferenceRandom draws(42);
        std::vector<PreparedImage> images;
        for (const Size size : example.pictures)
            images.push_back(prepared(test::randomScreen(size.height / side, size.width / side, 7, limits.geometry),
                                      settings.plan, limits, draws));
        const TokenSequence prompt = promptOf(model.traits(), images, example.words);
        const PromptSize size = promptSize(images, settings.plan, prompt.length(), settings.maxTokens);
        const auto work = [&] {
            PrefixCache nothing(model);
            runPrompt(model, prompt, images, settings, nothing, {}, {}, {});
        };
        const std::int64_t withGaps = peakOf(work);
        const MmapAllocation heap(true);
        return {estimatePrompt(model.traits().shape, size, runTraits(model.traits())).peakBytes(), peakOf(work),
                withGaps};
    }

    static QString megabytes(std::int64_t bytes) { return QString::number(static_cast<double>(bytes) / 1e6, 'f', 1); }

    static constexpr std::int64_t kSlackBytes = std::int64_t{32} << 20;

    /// Bytes that `work` adds at most to what is resident.
    static std::int64_t peakOf(const std::function<void()>& work) {
        returnFreedMemory();
        resetPeak(at::kCPU);
        const std::int64_t before = residentBytes();
        work();
        return peakBytes(at::kCPU) - before;
    }

    std::vector<std::unique_ptr<VisionLanguageModel>> m_networks;
};

QTEST_APPLESS_MAIN(TestMemoryEstimate)
#include "tst_memory_estimate.moc"
