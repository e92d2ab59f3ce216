#include "core/pruning/reference_random.h"
#include "model/pruners/cdpruner.h"
#include "model/pruners/divprune.h"
#include "model/pruners/encoder_pruner.h"
#include "model/pruners/gprune.h"
#include "model/pruners/hiprune.h"
#include "model/pruners/mustdrop_windows.h"
#include "model/pruners/pooling.h"
#include "model/pruners/prumerge.h"
#include "model/pruners/ranking.h"
#include "model/pruners/visionzip.h"
#include "model/pruners/vispruner.h"
#include "tests/model/uniprune_golden.h"

#include <QtTest>
#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <numeric>

using namespace prunescope;
using namespace prunescope::model;
using test::goldenError;
using test::UnipruneGolden;

namespace {

using Indices = std::vector<std::int64_t>;

/// A case of a golden file.
class Case {
public:
    Case(const UnipruneGolden& golden, const nlohmann::json& entry)
        : m_golden(golden), m_entry(entry), m_name(entry.at("case").get<std::string>()) {}

    const std::string& name() const { return m_name; }
    const nlohmann::json& operator[](const char* key) const { return m_entry.at(key); }
    bool has(const char* key) const { return m_entry.contains(key); }
    int count() const { return m_entry.at("n").get<int>(); }
    Indices integers(const std::string& tensor) const { return m_golden.integers(m_name + "/" + tensor); }
    at::Tensor numbers(const std::string& tensor) const { return m_golden.numbers(m_name + "/" + tensor); }

private:
    const UnipruneGolden& m_golden;
    const nlohmann::json& m_entry;
    std::string m_name;
};

/// Calls `check` for each case of a golden file.
template <typename Check>
void forEachCase(const char* method, const Check& check) {
    const c10::InferenceMode guard;
    if (!UnipruneGolden::has(method))
        QSKIP("the golden folder has no uniprune file of this method");
    const UnipruneGolden golden(method);
    for (const nlohmann::json& entry : golden.cases()) {
        const Case one(golden, entry);
        check(one);
        if (QTest::currentTestFailed())
            QFAIL(("in case " + one.name()).c_str());
    }
    QVERIFY(!golden.cases().empty());
}

/// Calls `check` with the name and the count of each budget of a case.
template <typename Check>
void forEachBudget(const Case& one, const Check& check) {
    for (const auto& [name, count] : one["budgets"].items()) {
        check(name, count.template get<std::int64_t>());
        if (QTest::currentTestFailed())
            QFAIL(("at budget " + name).c_str());
    }
}

Indices sorted(Indices indices) {
    std::ranges::sort(indices);
    return indices;
}

at::Tensor tensorOf(const std::vector<float>& values) {
    return at::tensor(values, at::kFloat);
}

/// All rows one after the other, each rising.
Indices flattened(const std::vector<Indices>& rows) {
    Indices all;
    for (const Indices& row : rows) {
        const Indices rising = sorted(row);
        all.insert(all.end(), rising.begin(), rising.end());
    }
    return all;
}

/// A picture of `rows` x `cols` blocks, all there.
VisualTokens gridOf(int rows, int cols, const at::Tensor& features = {}) {
    VisualTokens tokens;
    tokens.grid = BlockGrid{rows, cols};
    tokens.blocks.resize(static_cast<std::size_t>(rows * cols));
    std::iota(tokens.blocks.begin(), tokens.blocks.end(), 0);
    tokens.features = features;
    return tokens;
}

/// The class token's attention of the case, or the one that it gives.
std::vector<float> attentionOf(const Case& one) {
    if (!one.name().starts_with("ties")) {
        const at::Tensor keys = at::cat({one.numbers("k_cls").unsqueeze(0), one.numbers("keys")});
        const double scale = 1 / std::sqrt(static_cast<double>(keys.size(1)));
        const at::Tensor attention =
            at::softmax(at::mv(keys, one.numbers("q_cls")) * scale, 0).narrow(0, 1, one.count());
        if (goldenError(attention, one.numbers("alpha")) > 1)
            throw std::runtime_error("attention of the class token");
        return hostScores(attention);
    }
    return hostScores(one.numbers("alpha"));
}

/// A PruMerge golden below `prefix`.
void compareMerged(const Case& one, const std::string& prefix, const std::vector<float>& attention,
                   const Indices& chosen, bool withExtra) {
    QCOMPARE(chosen, one.integers(prefix + "index"));
    const std::vector<Indices> neighbours = nearestKeys(one.numbers("keys"), chosen);
    QCOMPARE(flattened(neighbours), one.integers(prefix + "neighbours"));
    const TokenChoice choice = mergedByAttention(attention, chosen, neighbours, withExtra);
    const at::Tensor merged = one.numbers(prefix + "merged"), extra = one.numbers(prefix + "extra");
    const at::Tensor rows = mixRows(one.numbers("x"), *choice.mix);
    QCOMPARE(rows.size(0), merged.size(0) + extra.size(0));
    QVERIFY(goldenError(rows.narrow(0, 0, merged.size(0)), merged) <= 1);
    QVERIFY(goldenError(rows.narrow(0, merged.size(0), extra.size(0)), extra) <= 1);
    if (extra.size(0) == 1 && !one.name().starts_with("ties"))
        QCOMPARE(choice.kept.back(), one.integers("top_alpha").front());
}

DeterminantOptions determinantOptions(const Case& one) {
    return {one["weight"].get<double>(), kernelForm(one["form"].get<std::string>()), one["split"].get<int>()};
}

} // namespace

class TestEncoderGoldens : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { PRUNESCOPE_NEEDS_GOLDEN("uniprune"); }

    void random() {
        forEachCase("random", [](const Case& one) {
            ReferenceRandom draws(one["seed"].get<std::uint64_t>());
            const bool several = one["n"].is_array();
            const auto counts = several ? one["n"].get<std::vector<int>>() : std::vector<int>{one.count()};
            for (std::size_t i = 0; i < counts.size(); ++i) {
                const std::string prefix = several ? std::to_string(i) + "/" : "";
                VisualTokens tokens = gridOf(1, counts[i], at::zeros({counts[i], 1}));
                for (const auto& [name, share] : UnipruneGolden::manifest().at("budgets").items()) {
                    ReferenceRandom same = draws;
                    const Indices expected = one.integers(prefix + name + "/keep");
                    const int budget = TokenBudget::share(share[0], share[1]).tokensOf(counts[i]);
                    QCOMPARE(encoderPruner("random").choose(tokens, budget, MethodSettings("random"), same).kept,
                             expected);
                }
                draws.permutation(counts[i]);
            }
        });
    }

    void divprune() {
        forEachCase("divprune", [](const Case& one) {
            const at::Tensor x = one.numbers("x");
            QVERIFY(goldenError(tensorOf(pickDiverse(x, 1).nearest), one.numbers("nearest")) <= 1);
            forEachBudget(one, [&](const std::string& name, std::int64_t count) {
                const Indices order = pickDiverse(x, count).order, expected = one.integers("order");
                QVERIFY(std::equal(order.begin(), order.end(), expected.begin()));
                QCOMPARE(sorted(order), one.integers(name + "/keep"));
            });
        });
    }

    void gprune() {
        forEachCase("gprune", [](const Case& one) {
            const GraphScores found = graphScores(one.numbers("x"), {one["theta"].get<double>(), one["t"].get<double>(),
                                                                     one["steps"].get<std::uint64_t>()});
            QVERIFY(goldenError(tensorOf(found.score), one.numbers("score")) <= 1);
            QCOMPARE(found.degree, one.integers("degree"));
            forEachBudget(one, [&](const std::string& name, std::int64_t count) {
                QCOMPARE(bestTokens(found.score, count), one.integers(name + "/keep"));
            });
        });
    }

    void prumerge() {
        forEachCase("prumerge", [](const Case& one) {
            const bool ties = one.name().starts_with("ties");
            const std::vector<float> attention = attentionOf(one);
            forEachBudget(one, [&](const std::string& name, std::int64_t count) {
                compareMerged(one, name + "/", attention, attended(attention, count), count > 1);
                if (!ties)
                    compareMerged(one, name + "/plus/", attention, attendedAndEven(attention, count), count > 1);
            });
            if (ties)
                return;
            compareMerged(one, "adaptive/", attention, attended(attention, {}), true);
            compareMerged(one, "adaptive_plus/", attention, attendedAndEven(attention, {}), true);
        });
    }

    void vispruner() {
        forEachCase("vispruner", [](const Case& one) {
            const DiverseRestOptions options{one["share"].get<double>(), one["block"].get<std::int64_t>()};
            const std::vector<float> attention = hostScores(one.numbers("alpha"));
            forEachBudget(one, [&](const std::string& name, std::int64_t count) {
                const DiverseRest picks = pickDiverseRest(one.numbers("x"), attention, count, options);
                QCOMPARE(picks.important, one.integers(name + "/important"));
                QCOMPARE(picks.kept, one.integers(name + "/keep"));
            });
        });
    }

    void pooling() {
        forEachCase("pooling", [](const Case& one) {
            const VisualTokens tokens = gridOf(one["rows"].get<int>(), one["cols"].get<int>());
            for (const int side : one["sides"].get<std::vector<int>>())
                for (const bool largest : {false, true}) {
                    const std::string prefix = std::to_string(side) + "/";
                    const TokenChoice choice = pooled(TokenGrid(tokens), side, largest);
                    const at::Tensor rows = mixRows(one.numbers("x"), *choice.mix);
                    QVERIFY(goldenError(rows, one.numbers(prefix + (largest ? "max" : "avg"))) <= 1);
                    QCOMPARE(choice.kept, one.integers(prefix + "centre"));
                }
        });
    }

    void cdpruner() {
        forEachCase("cdpruner", [](const Case& one) {
            const auto pick = [&](std::int64_t count) {
                return pickDeterminant(one.numbers("x"), one.numbers("text"), count, determinantOptions(one));
            };
            const DeterminantPicks most = pick(one["budgets"].at("1_3").get<std::int64_t>());
            QVERIFY(goldenError(tensorOf(most.relevance), one.numbers("relevance")) <= 1);
            QVERIFY(goldenError(tensorOf(most.diagonal), one.numbers("diagonal")) <= 1);
            QVERIFY(goldenError(at::tensor(most.gain, at::kDouble), one.numbers("gain")) <= 1);
            forEachBudget(one, [&](const std::string& name, std::int64_t count) {
                const Indices order = pick(count).order;
                QCOMPARE(order, one.integers(name + "/order"));
                QCOMPARE(sorted(order), one.integers(name + "/keep"));
            });
        });
    }

    void hiprune() {
        forEachCase("hiprune", [](const Case& one) {
            const VisualTokens tokens = gridOf(one["rows"].get<int>(), one["cols"].get<int>());
            const std::vector<float> middle = hostScores(one.numbers("mid")), deep = hostScores(one.numbers("deep"));
            const TokenBudget alpha = TokenBudget::share(one["alpha"][0], one["alpha"][1]);
            forEachBudget(one, [&](const std::string& name, std::int64_t count) {
                const HierarchyPicks picks = pickHierarchy(TokenGrid(tokens), middle, deep, count, alpha);
                QCOMPARE(picks.anchors, one.integers(name + "/anchor"));
                QCOMPARE(picks.buffers, one.integers(name + "/buffer"));
                QCOMPARE(picks.registers, one.integers(name + "/register"));
            });
        });
    }

    void visionzip() {
        forEachCase("visionzip", [](const Case& one) {
            const std::vector<float> attention = hostScores(one.numbers("alpha"));
            forEachBudget(one, [&](const std::string& name, std::int64_t count) {
                const DominantGroups groups = groupByKeys(attention, one.numbers("keys"), count);
                QCOMPARE(groups.dominant, one.integers(name + "/dominant"));
                QCOMPARE(groups.targets, one.integers(name + "/target"));
                QCOMPARE(groups.group, one.integers(name + "/group"));
                for (const bool mean : {false, true})
                    compareZipped(one, groups, name + "/", mean);
            });
        });
    }

    void mustdropWindows() {
        forEachCase("mustdrop", [](const Case& one) {
            if (!one.name().starts_with("window")) {
                QCOMPARE(keySet(one.numbers("alpha")), one.integers("key_set"));
                return;
            }
            const VisualTokens tokens = gridOf(one["rows"].get<int>(), one["cols"].get<int>(), one.numbers("x"));
            QVERIFY(goldenError(tensorOf(windowSimilarities(tokens)), one.numbers("similarity")) <= 1);
            const TokenChoice choice = mergedWindows(tokens);
            QCOMPARE(choice.kept, one.integers("index"));
            QVERIFY(goldenError(mixRows(tokens.features, *choice.mix), one.numbers("y")) <= 1);
        });
    }

private:
    static void compareZipped(const Case& one, const DominantGroups& groups, const std::string& prefix, bool mean) {
        const TokenChoice choice = zipped(groups, mean);
        QCOMPARE(choice.kept, one.integers(prefix + "index"));
        Indices rows;
        for (const std::int64_t target : groups.targets)
            rows.push_back(std::ranges::find(choice.kept, target) - choice.kept.begin());
        const at::Tensor mixed = mixRows(one.numbers("x"), *choice.mix);
        if (!rows.empty())
            QVERIFY(goldenError(mixed.index_select(0, at::tensor(rows, at::kLong)),
                                one.numbers(prefix + (mean ? "mean" : "add"))) <= 1);
        for (const std::int64_t token : groups.dominant) {
            const std::int64_t row = std::ranges::find(choice.kept, token) - choice.kept.begin();
            QVERIFY(at::equal(mixed[row], one.numbers("x")[token]));
        }
    }
};

QTEST_APPLESS_MAIN(TestEncoderGoldens)
#include "tst_encoder_goldens.moc"
