#include "model/engine/load_network.h"
#include "tests/model/row_keeper.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <c10/core/InferenceMode.h>
#include <numeric>

using namespace prunescope;
using namespace prunescope::model;
using test::RowKeeper;

namespace {

/// What a prompt leaves behind.
struct Outcome {
    at::Tensor logits;
    KvCache cache;
    std::vector<at::Tensor> keys;                  ///< of every layer but the last, [kvHeads, rows, headDim]
    std::vector<std::vector<std::int64_t>> tokens; ///< that every layer but the last has seen
};

KeptRows allOf(const LayerRows& rows) {
    KeptRows kept;
    kept.rows.resize(rows.tokens.size());
    std::iota(kept.rows.begin(), kept.rows.end(), std::int64_t{0});
    return kept;
}

/// Every second row, ending with the last one.
KeptRows secondOf(const LayerRows& rows) {
    KeptRows kept;
    const auto count = static_cast<std::int64_t>(rows.tokens.size());
    for (std::int64_t row = 1 - count % 2; row < count; row += 2)
        kept.rows.push_back(row);
    return kept;
}

} // namespace

/// Tokens that are dropped between language layers.
class TestLayerPruning : public QObject {
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
        const Outcome plain = run(0, allOf), kept = run(2, allOf);
        QVERIFY(at::equal(kept.logits, plain.logits));
        QVERIFY(kept.cache.isEven());
    }

    void itSeesEveryLayer() {
        const Outcome plain = run(0, allOf);
        QCOMPARE(static_cast<std::int64_t>(plain.tokens.size()), layers() - 1);
        for (const auto& tokens : plain.tokens)
            QCOMPARE(static_cast<int>(tokens.size()), m_prompt.length());
    }

    /// Dropped before layer k: layers below have all keys; those from k on the kept tokens', unchanged, so with their
    /// old positions; DeepStack features go to the tokens they belong to.
    void layersAboveSeeOnlyTheKeptAtTheirPlaces() {
        const Outcome plain = run(0, allOf);
        for (std::int64_t drop = 1; drop + 1 < layers(); ++drop) {
            const Outcome cut = run(drop, secondOf);
            const auto above = static_cast<std::size_t>(drop); // seen before layer drop + 1
            QCOMPARE(cut.cache.length(drop - 1), m_prompt.length());
            const auto& tokens = cut.tokens[above];
            QCOMPARE(cut.cache.length(drop), static_cast<std::int64_t>(tokens.size()));
            QVERIFY(tokens.size() < m_prompt.ids.size());
            const at::Tensor expected = plain.keys[above].index_select(1, at::tensor(tokens, at::kLong));
            QVERIFY(at::allclose(cut.keys[above], expected, 1e-5, 1e-5));
            QVERIFY(!at::equal(cut.logits, plain.logits));
        }
    }

    /// Rows that stand for themselves, written as sums: the same as without; DeepStack's features too.
    void mixedRowsAreWhatTheySay() {
        for (std::int64_t layer = 1; layer < layers(); ++layer) {
            const Outcome plain = run(layer, secondOf);
            const Outcome mixed = run(layer, [](const LayerRows& rows) {
                KeptRows kept = secondOf(rows);
                kept.mix.emplace();
                for (const std::int64_t row : kept.rows) {
                    kept.mix->add(row, 0.25F);
                    kept.mix->add(row, 0.75F);
                    kept.mix->endRow();
                }
                return kept;
            });
            QVERIFY(at::allclose(mixed.logits, plain.logits, 1e-5, 1e-5));
        }
    }

    /// The queries that are handed out give the attention that the layer itself had; those of the next layer are what
    /// it will have.
    void queriesAndKeysAreTheLayers() {
        for (const bool ofNext : {false, true}) {
            LayerNeeds needs;
            needs.attention = true;
            needs.ofNextLayer = ofNext;
            std::vector<at::Tensor> queries, keys;
            for (const auto asked :
                 {LayerNeeds::Queries::AllRows, LayerNeeds::Queries::TextRows, LayerNeeds::Queries::LastRow}) {
                needs.queries = asked;
                RowKeeper keeper({2}, [&](const LayerRows& rows) {
                    queries.push_back(rows.queries.clone());
                    keys.push_back(rows.keys.clone());
                    return allOf(rows);
                });
                keeper.setNeeds(needs);
                KvCache cache = network().makeCache();
                network().prefill(m_prompt, m_features, cache, {}, &keeper);
                QVERIFY(at::allclose(keys.back(), cache.view(ofNext ? 2 : 1, m_prompt.length()).keys.squeeze(0), 1e-5,
                                     1e-6));
            }
            QCOMPARE(queries[0].size(1), std::int64_t{m_prompt.length()});
            QCOMPARE(queries[1].size(1), std::int64_t{3}); // the end mark and two words
            QCOMPARE(queries[2].size(1), std::int64_t{1});
            QVERIFY(at::allclose(queries[1], queries[0].narrow(1, m_prompt.length() - 3, 3), 1e-5, 1e-6));
            QVERIFY(at::allclose(queries[2], queries[0].narrow(1, m_prompt.length() - 1, 1), 1e-5, 1e-6));
        }
    }

    /// The next question about the same picture goes on from the entry: same logits as from the start.
    void aSharedBeginningNeedNotRunAgain() {
        for (std::int64_t layer = 1; layer < layers(); ++layer) {
            RowKeeper keeper({layer}, secondOf);
            KvCache cache = network().makeCache();
            network().prefill(m_prompt, m_features, cache, {}, &keeper);
            QCOMPARE(cache.entry().layer, layer);
            cache.truncateBelow(layer, m_prompt.length() - 2);
            TokenSequence other = m_prompt;
            other.ids.back() = 9;
            const at::Tensor again = network().prefill(other, m_features, cache, {}, &keeper);
            KvCache fresh = network().makeCache();
            const at::Tensor whole = network().prefill(other, m_features, fresh, {}, &keeper);
            QVERIFY(at::allclose(again, whole, 1e-4, 1e-5));
            for (std::int64_t i = 0; i < layers(); ++i)
                QCOMPARE(cache.length(i), fresh.length(i));
            const at::Tensor next = network().decode(3, other.nextPosition, cache).clone(),
                             expected = network().decode(3, other.nextPosition, fresh).clone();
            QVERIFY(at::allclose(next, expected, 1e-4, 1e-5));
        }
    }

    /// Caches that are cut keep the rows of what is left alone.
    void cutCachesHoldWhatIsLeft() {
        RowKeeper keeper({2}, secondOf);
        keeper.setCutFrom(0);
        KvCache cut = network().makeCache(), whole = network().makeCache();
        network().prefill(m_prompt, m_features, cut, {}, &keeper);
        keeper.setCutFrom(layers());
        network().prefill(m_prompt, m_features, whole, {}, &keeper);
        QVERIFY(cut.isEven());
        QCOMPARE(cut.entry().layer, std::int64_t{0}); // nothing can go on from there
        const std::int64_t all = m_prompt.length(), left = cut.length();
        const at::Tensor rows = at::arange(1 - all % 2, all, 2, at::kLong);
        QVERIFY(at::equal(cut.view(0, left).keys, whole.view(0, all).keys.index_select(2, rows)));
        QVERIFY(at::equal(cut.view(1, left).values, whole.view(1, all).values.index_select(2, rows)));
        QVERIFY(at::equal(cut.view(2, left).keys, whole.view(2, left).keys));
        QVERIFY(network().decode(7, m_prompt.nextPosition, cut).isfinite().all().item<bool>());
    }

    /// Decoding after pruning is what a prompt would give that has the answer's tokens in it and loses the same ones.
    void decodingIsAsIfTheyHadBeenThere() {
        const auto dropOdd = [](const LayerRows& rows) {
            KeptRows kept;
            for (std::size_t row = 0; row < rows.tokens.size(); ++row)
                if (rows.tokens[row] < 3 || rows.tokens[row] >= 15 || rows.tokens[row] % 2 == 0)
                    kept.rows.push_back(static_cast<std::int64_t>(row));
            return kept;
        };
        RowKeeper keeper({2}, dropOdd);
        KvCache cache = network().makeCache(), whole = network().makeCache();
        network().prefill(m_prompt, m_features, cache, {}, &keeper);
        TokenSequence longer = m_prompt;
        at::Tensor decoded;
        for (const std::int64_t id : {7, 11, 13}) {
            decoded = network().decode(id, longer.nextPosition, cache).clone();
            longer.ids.push_back(id);
            for (auto& axis : longer.positions)
                axis.push_back(longer.nextPosition);
            ++longer.nextPosition;
        }
        QVERIFY(at::allclose(decoded, network().prefill(longer, m_features, whole, {}, &keeper), 1e-4, 1e-5));
        for (std::int64_t layer = 0; layer < layers(); ++layer)
            QCOMPARE(cache.length(layer), whole.length(layer));
    }

    void decodingGoesOnWithUnevenLayers() {
        Outcome cut = run(2, secondOf);
        const std::int64_t first = cut.cache.length(0), later = cut.cache.length(2);
        QVERIFY(later < first);
        const at::Tensor logits = network().decode(7, m_prompt.nextPosition, cut.cache).clone();
        QVERIFY(logits.isfinite().all().item<bool>());
        QCOMPARE(cut.cache.length(0), first + 1);
        QCOMPARE(cut.cache.length(2), later + 1);
        Outcome plain = run(0, allOf);
        QVERIFY(!at::equal(network().decode(7, m_prompt.nextPosition, plain.cache), logits));
    }

    void theLastTokenCannotBeDropped() {
        QVERIFY_EXCEPTION_THROWN(run(2,
                                     [](const LayerRows& rows) {
                                         KeptRows kept = allOf(rows);
                                         kept.rows.pop_back();
                                         return kept;
                                     }),
                                 Error);
    }

private:
    const VisionLanguageModel& network() const { return *m_loaded->network; }
    std::int64_t layers() const { return network().traits().config.text.layers; }

    /// Looks at every layer, and drops before layer `drop`.
    Outcome run(std::int64_t drop, const RowKeeper::Choice& choice) const {
        Outcome outcome{{}, network().makeCache(), {}, {}};
        std::set<std::int64_t> asked;
        for (std::int64_t layer = 1; layer < layers(); ++layer)
            asked.insert(layer);
        RowKeeper keeper(asked, [&](const LayerRows& rows) {
            outcome.keys.push_back(rows.keys.clone());
            outcome.tokens.push_back(rows.tokens);
            return rows.layer == drop ? choice(rows) : allOf(rows);
        });
        LayerNeeds needs;
        needs.attention = true;
        keeper.setNeeds(needs);
        outcome.logits = network().prefill(m_prompt, m_features, outcome.cache, {}, &keeper);
        return outcome;
    }

    c10::InferenceMode m_guard;
    std::unique_ptr<LoadedNetwork> m_loaded;
    TokenSequence m_prompt;
    VisionFeatures m_features;
};

QTEST_APPLESS_MAIN(TestLayerPruning)
#include "tst_layer_pruning.moc"
