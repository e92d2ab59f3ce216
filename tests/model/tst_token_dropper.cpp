#include "model/engine/load_network.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <c10/core/InferenceMode.h>
#include <map>

using namespace prunescope;
using namespace prunescope::model;

namespace {

/// What a prompt leaves behind.
struct Outcome {
    at::Tensor logits;
    KvCache cache;
    std::vector<at::Tensor> keys;                  ///< of every layer, [1, kvHeads, tokens, headDim]
    std::vector<std::vector<std::int64_t>> tokens; ///< that every layer has seen
};

} // namespace

/// Observers that drop tokens between language layers.
class TestTokenDropper : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        LoadOptions options;
        options.folder = (test::dataFolder() / "qwen3vl/model").string();
        options.device = "cpu";
        options.dtype = "float32";
        m_loaded = std::make_unique<LoadedNetwork>(loadNetwork(options, {}, {}));
        const PixelBlocks blocks(test::randomScreen(3, 4, 1));
        std::vector<std::int64_t> ids{1, 2, network().traits().config.tokens.visionStart};
        ids.insert(ids.end(), static_cast<std::size_t>(blocks.grid().count()),
                   network().traits().config.tokens.imagePad);
        for (const std::int64_t id : {network().traits().config.tokens.visionEnd, std::int64_t{5}, std::int64_t{6}})
            ids.push_back(id);
        m_prompt = makeSequence(ids, {blocks.grid()}, network().traits().config.tokens);
        VisionInput input;
        input.images = {blocks};
        input.masks = {KeepMask::all(blocks.grid())};
        m_features = network().encode(input, {});
    }

    void keepingAllChangesNothing() {
        const Outcome plain = run({});
        const Outcome kept = run([](const LayerTokens& at) { return at::arange(at.hidden.size(0), at::kLong); });
        QVERIFY(at::equal(kept.logits, plain.logits));
        QVERIFY(kept.cache.isEven());
    }

    void itSeesEveryLayer() {
        const Outcome plain = run({});
        QCOMPARE(static_cast<std::int64_t>(plain.tokens.size()), plain.cache.layers());
        for (const auto& tokens : plain.tokens)
            QCOMPARE(static_cast<int>(tokens.size()), m_prompt.length());
    }

    void nothingAboveTheLastLayerMatters() {
        const std::int64_t last = run({}).cache.layers() - 1;
        QVERIFY(at::equal(run(everySecondAfter(last)).logits, run({}).logits));
    }

    /// Dropped after layer k: layers up to k have all keys; layer k + 1 those of the kept tokens, unchanged, so with
    /// their old positions; DeepStack features go to the tokens they belong to.
    void layersAboveSeeOnlyTheKeptAtTheirPlaces() {
        const Outcome plain = run({});
        for (std::int64_t drop = 0; drop + 1 < plain.cache.layers(); ++drop) {
            const Outcome cut = run(everySecondAfter(drop));
            const auto above = static_cast<std::size_t>(drop + 1);
            QCOMPARE(cut.cache.length(drop), m_prompt.length());
            const auto& tokens = cut.tokens[above];
            QCOMPARE(cut.cache.length(drop + 1), static_cast<std::int64_t>(tokens.size()));
            QVERIFY(tokens.size() < m_prompt.ids.size());
            const at::Tensor expected = plain.keys[above].index_select(2, at::tensor(tokens, at::kLong));
            QVERIFY(at::allclose(cut.keys[above], expected, 1e-5, 1e-5));
            QVERIFY(!at::equal(cut.logits, plain.logits));
        }
    }

    void decodingGoesOnWithUnevenLayers() {
        Outcome cut = run(everySecondAfter(1));
        const std::int64_t first = cut.cache.length(0), later = cut.cache.length(2);
        QVERIFY(later < first);
        const at::Tensor logits = network().decode(7, m_prompt.nextPosition, cut.cache).clone();
        QVERIFY(logits.isfinite().all().item<bool>());
        QCOMPARE(cut.cache.length(0), first + 1);
        QCOMPARE(cut.cache.length(2), later + 1);
        Outcome plain = run({});
        QVERIFY(!at::equal(network().decode(7, m_prompt.nextPosition, plain.cache), logits));
    }

    void theLastTokenCannotBeDropped() {
        QVERIFY_EXCEPTION_THROWN(
            run([](const LayerTokens& at) { return at::arange(at.hidden.size(0) - 1, at::kLong); }), Error);
    }

private:
    const VisionLanguageModel& network() const { return *m_loaded->network; }

    static TokenDropper everySecondAfter(std::int64_t layer) {
        return [layer](const LayerTokens& at) {
            if (at.layer != layer)
                return at::Tensor();
            const std::int64_t count = at.hidden.size(0);
            return at::arange(1 - count % 2, count, 2, at::kLong); // ends with the last one
        };
    }

    Outcome run(const TokenDropper& dropper) const {
        Outcome outcome{{}, network().makeCache(), {}, {}};
        Observer observer;
        observer.keepTokens = [&](const LayerTokens& at) {
            outcome.keys.push_back(at.cached.keys.clone());
            outcome.tokens.push_back(at.tokens);
            return dropper ? dropper(at) : at::Tensor();
        };
        outcome.logits = network().prefill(m_prompt, m_features, outcome.cache, observer);
        return outcome;
    }

    c10::InferenceMode m_guard;
    std::unique_ptr<LoadedNetwork> m_loaded;
    TokenSequence m_prompt;
    VisionFeatures m_features;
};

QTEST_APPLESS_MAIN(TestTokenDropper)
#include "tst_token_dropper.moc"
