#include "model/budget/host_memory.h"
#include "model/budget/mmap_allocation.h"
#include "model/budget/prompt_budget.h"
#include "model/device/device.h"
#include "model/engine/prompt_run.h"
#include "model/families/family.h"
#include "tests/support/pictures.h"
#include "tests/support/sanitizer.h"

#include <QtTest>
#include <c10/core/InferenceMode.h>

using namespace prunescope;
using namespace prunescope::model;

namespace {

/// Large enough that activations are far more than what a process takes anyway, small enough for a test.
ModelShape shape() {
    return {"middle", 4, 512, 2048, 3, 512, 3, 1536, 8, 4, 64, 151936};
}

PreparedImage prepared(const Picture& picture, const PrunePlan& plan, ReferenceRandom& draws) {
    return prepareImage({picture, "screen", {}}, plan, {1024, std::int64_t{1} << 24}, true, draws);
}

/// A few words, the pictures, `words` more.
TokenSequence promptOf(const ModelTraits& traits, const std::vector<PreparedImage>& images, int words) {
    std::vector<std::int64_t> ids{1, 2, 3};
    std::vector<BlockGrid> grids;
    for (const PreparedImage& image : images) {
        grids.push_back(image.picture.grid());
        ids.push_back(traits.tokens.visionStart);
        ids.insert(ids.end(), static_cast<std::size_t>(grids.back().count()), traits.tokens.imagePad);
        ids.push_back(traits.tokens.visionEnd);
    }
    for (int i = 0; i < words; ++i)
        ids.push_back(100 + i % 1000);
    return makeSequence(std::move(ids), grids, traits.tokens);
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
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16})
            m_networks.push_back(makeRandomModel(shape(), {at::kCPU, dtype}));
        for (const auto& network : m_networks) // what a first run loads and sets up is not the prompt's
            run(*network, "input:keep_all", {QSize(8, 8)}, 40);
    }

    void coversThePeak_data() {
        QTest::addColumn<int>("network");
        QTest::addColumn<QString>("plan");
        QTest::addColumn<QList<QSize>>("blocks");
        QTest::addColumn<int>("words");
        const auto rows = [](const char* name, const char* plan, const QList<QSize>& blocks, int words) {
            QTest::addRow("float32: %s", name) << 0 << plan << blocks << words;
            QTest::addRow("bfloat16: %s", name) << 1 << plan << blocks << words;
        };
        const QSize small(16, 12), middle(24, 20), large(36, 28);
        rows("words alone", "input:keep_all", {}, 2000);
        rows("a small picture", "input:keep_all", {small}, 40);
        rows("a middle picture", "input:keep_all", {middle}, 40);
        rows("a large picture", "input:keep_all", {large}, 40);
        rows("a pruned picture", "input:random,tau=0.5", {large}, 40);
        rows("pruned inside the encoder", "vit@1:pred_2d,tau=0.3", {large}, 40);
        rows("pruned after the encoder", "post:pred_2d,tau=0.3", {large}, 40);
        rows("three pictures and words", "input:keep_all", {middle, small, middle}, 500);
    }

    void coversThePeak() {
        QFETCH(int, network);
        QFETCH(QString, plan);
        QFETCH(QList<QSize>, blocks);
        QFETCH(int, words);
        const Measured measured = run(*m_networks[static_cast<std::size_t>(network)], plan, blocks, words);
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

    static Measured run(const VisionLanguageModel& model, const QString& plan, const QList<QSize>& blocks, int words) {
        const RunSettings settings{parsePlan(plan.toStdString()), {}, 4, {}};
        ReferenceRandom draws(42);
        std::vector<PreparedImage> images;
        for (const QSize size : blocks)
            images.push_back(prepared(test::randomScreen(size.height(), size.width(), 7), settings.plan, draws));
        const TokenSequence prompt = promptOf(model.traits(), images, words);
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

    static constexpr std::int64_t kSlackBytes = std::int64_t{24} << 20;

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
