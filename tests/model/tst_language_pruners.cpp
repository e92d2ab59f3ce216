#include "core/base/error.h"
#include "core/kernels/cpu_level.h"
#include "core/pruning/token_options.h"
#include "core/report/equivalent_tokens.h"
#include "model/kernels/layer_rows.h"
#include "model/pruners/method_steps.h"
#include "model/pruners/mustdrop.h"
#include "model/pruners/ranking.h"
#include "model/pruners/row_attention.h"
#include "model/pruners/sparsevlm.h"
#include "tests/model/layer_prompt.h"

#include <ATen/CPUGeneratorImpl.h>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <random>
#include <set>

using namespace prunescope;
using namespace prunescope::model;
using test::countFrom;

namespace {

using Indices = std::vector<std::int64_t>;

/// Sizes of a prompt that is drawn at random.
struct Shape {
    std::int64_t visual = 24;
    std::int64_t text = 7;
    std::int64_t start = 3;
    std::int64_t heads = 4;
    std::int64_t kvHeads = 2;
    at::ScalarType dtype = at::kFloat;
    int layers = 28;
};

constexpr std::int64_t kHeadDim = 8, kWidth = 12;

at::Tensor drawn(at::Generator& random, at::IntArrayRef sizes, at::ScalarType dtype) {
    return at::randn(sizes, random, at::TensorOptions(at::kFloat)).to(dtype);
}

std::vector<MethodEntry> languageMethods() {
    std::vector<MethodEntry> found;
    std::ranges::copy_if(methods(), std::back_inserter(found),
                         [](const MethodEntry& method) { return method.standsAt(Place::LanguageLayer); });
    return found;
}

/// A prompt on its way through a method's steps, with new numbers at each layer.
class Prompt {
public:
    Prompt(const Shape& shape, std::uint64_t seed)
        : m_shape(shape), m_random(at::make_generator<at::CPUGeneratorImpl>(seed)) {
        m_visualEmbeddings = drawn(m_random, {shape.visual, kWidth}, shape.dtype);
        m_textEmbeddings = drawn(m_random, {shape.text, kWidth}, shape.dtype);
        m_importance = at::softmax(drawn(m_random, {shape.visual}, at::kFloat), 0);
        m_tokens = countFrom(0, shape.visual);
    }

    std::int64_t left() const { return std::ssize(m_tokens); }

    /// Only what `needs` names is there.
    LayerTokens tokens(const LayerNeeds& needs) {
        LayerTokens tokens = test::layerPrompt(m_shape.start, left(), m_shape.text);
        const std::int64_t rows = m_shape.start + left() + m_shape.text;
        tokens.hidden = drawn(m_random, {rows, kWidth}, m_shape.dtype);
        setPlaces(tokens);
        if (needs.attention) {
            tokens.keys = drawn(m_random, {m_shape.kvHeads, rows, kHeadDim}, m_shape.dtype);
            tokens.values = drawn(m_random, {m_shape.kvHeads, rows, kHeadDim}, m_shape.dtype);
        }
        tokens.queryRows = queryRows(needs.queries, rows);
        if (!tokens.queryRows.empty())
            tokens.queries = drawn(m_random, {m_shape.heads, std::ssize(tokens.queryRows), kHeadDim}, m_shape.dtype);
        if (needs.normed)
            tokens.normed = drawn(m_random, {rows, kWidth}, m_shape.dtype);
        if (needs.embeddings) {
            tokens.visualEmbeddings = m_visualEmbeddings;
            tokens.textEmbeddings = m_textEmbeddings;
        }
        if (needs.encoder.any())
            tokens.encoderAttention = m_importance.index_select(0, at::tensor(m_tokens, at::kLong));
        return tokens;
    }

    void take(const TokenChoice& choice) {
        Indices left;
        for (const std::int64_t token : choice.kept)
            left.push_back(m_tokens.at(static_cast<std::size_t>(token)));
        m_tokens = left;
    }

private:
    Indices queryRows(LayerNeeds::Queries queries, std::int64_t rows) const {
        switch (queries) {
        case LayerNeeds::Queries::None:
            return {};
        case LayerNeeds::Queries::LastRow:
            return {rows - 1};
        case LayerNeeds::Queries::TextRows:
            return countFrom(rows - m_shape.text, m_shape.text);
        case LayerNeeds::Queries::AllRows:
            return countFrom(0, rows);
        }
        return {};
    }

    void setPlaces(LayerTokens& tokens) const {
        const at::Tensor place = at::tensor(m_tokens, at::kLong);
        tokens.positions = at::stack({at::full_like(place, 5), 5 + place.div(6, "trunc"), 5 + place.remainder(6)});
        for (int i = 0; i < kHeadDim / 2; ++i) {
            tokens.rotary.axis.push_back(i % 3);
            tokens.rotary.frequency.push_back(std::pow(1e4, -2.0 * i / kHeadDim));
        }
    }

    Shape m_shape;
    at::Generator m_random;
    at::Tensor m_visualEmbeddings, m_textEmbeddings, m_importance;
    Indices m_tokens; ///< which of the picture are left
};

/// What is wrong with a choice among `tokens`, or nothing.
std::string flawOf(const TokenChoice& choice, const LayerTokens& tokens) {
    const std::int64_t count = std::ssize(tokens.visual), rows = std::ssize(choice.kept);
    if (!choice.mix && !std::ranges::is_sorted(choice.kept))
        return "does not keep the order of the screen";
    if (std::set(choice.kept.begin(), choice.kept.end()).size() != choice.kept.size())
        return "keeps a token twice";
    if (std::ranges::any_of(choice.kept, [&](std::int64_t token) { return token < 0 || token >= count; }))
        return "keeps a token that is not there";
    if (choice.mix && choice.mix->rows() != rows)
        return "mixes another number of rows";
    if (!choice.scores.empty() && std::ssize(choice.scores) != count)
        return "scores other tokens";
    for (std::size_t i = 0; i < choice.mergedInto.size(); ++i)
        if (choice.mergedInto[i] >= 0 &&
            (choice.mergedInto[i] >= rows || std::ranges::count(choice.kept, static_cast<std::int64_t>(i)) > 0))
            return "merges a token that it keeps, or into none";
    return choice.mergedInto.empty() || std::ssize(choice.mergedInto) == count ? "" : "merges other tokens";
}

bool same(const TokenChoice& one, const TokenChoice& other) {
    const auto equal = [](float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    return one.kept == other.kept && one.mergedInto == other.mergedInto &&
           one.mix.has_value() == other.mix.has_value() && std::ranges::equal(one.scores, other.scores, equal);
}

/// Runs all steps of a method; gives what is left, or -1 where a check failed (which it says).
std::int64_t runSteps(const MethodEntry& method, const MethodSettings& settings, int goal, const Shape& shape,
                      std::uint64_t seed) {
    const LanguagePruner& pruner = languagePruner(method.name);
    Prompt prompt(shape, seed);
    const int steps = static_cast<int>(pruner.steps(0, shape.layers).size());
    ReferenceRandom draws(7);
    for (int step = 0; step < steps; ++step) {
        const StepBudget budget{step, steps, static_cast<int>(shape.visual), goal};
        const LayerTokens tokens = prompt.tokens(pruner.needs());
        const ReferenceRandom before = draws;
        const TokenChoice choice = pruner.choose(tokens, budget, settings, draws);
        ReferenceRandom again = before;
        std::string flaw = flawOf(choice, tokens);
        if (flaw.empty() && !same(choice, pruner.choose(tokens, budget, settings, again)))
            flaw = "chooses otherwise the next time";
        if (!flaw.empty()) {
            qWarning("%s, step %d, goal %d of %d: %s", std::string(method.name).c_str(), step, goal,
                     static_cast<int>(shape.visual), flaw.c_str());
            return -1;
        }
        prompt.take(choice);
    }
    return prompt.left();
}

/// Softmaxed attention in float64, number by number.
AttendedTokens plainAttention(const AttentionRows& rows, HeadMerge merge) {
    const at::Tensor queries = rows.queries.to(at::kDouble), keys = rows.keys.to(at::kDouble);
    const std::int64_t heads = queries.size(0), tokens = keys.size(1), group = heads / keys.size(0);
    AttendedTokens all{at::zeros({tokens}, at::kDouble), at::zeros({tokens}, at::kDouble)};
    for (std::int64_t row = 0; row < queries.size(1); ++row) {
        const std::int64_t seen = rows.places.empty() ? tokens : rows.places[static_cast<std::size_t>(row)] + 1;
        at::Tensor merged = at::zeros({tokens}, at::kDouble);
        for (std::int64_t head = 0; head < heads; ++head) {
            at::Tensor share = at::zeros({tokens}, at::kDouble);
            const at::Tensor logits = at::mv(keys[head / group].narrow(0, 0, seen), queries[head][row]);
            share.narrow(0, 0, seen).copy_(at::softmax(logits / std::sqrt(static_cast<double>(keys.size(2))), 0));
            merged = merge == HeadMerge::Max ? at::maximum(merged, share) : merged + share / heads;
        }
        all.total += merged;
        all.most = at::maximum(all.most, merged);
    }
    return all;
}

bool close(const at::Tensor& found, const at::Tensor& expected) {
    return at::allclose(found.to(at::kDouble), expected, 1e-5, 1e-6);
}

} // namespace

/// Methods inside the language model: what all of them must keep to.
class TestLanguagePruners : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyMethodHasAPruner() {
        QVERIFY(languageMethods().size() >= 9);
        for (const MethodEntry& method : languageMethods())
            QVERIFY(!languagePruner(method.name).steps(0, 28).empty());
        QVERIFY_THROWS_EXCEPTION(Error, languagePruner("divprune"));
    }

    void stepsRise() {
        for (const MethodEntry& method : languageMethods())
            for (int layers = 3; layers <= 64; ++layers)
                for (int first = 0; first < layers; ++first) {
                    if (method.name == "ivc_prune" && layers == 3 && first == 0)
                        continue; // after the features of DeepStack: one more layer
                    const std::vector<int> steps = languagePruner(method.name).steps(first, layers);
                    const std::string what = std::string(method.name) + " of " + std::to_string(layers) +
                                             " layers from " + std::to_string(first);
                    QVERIFY2(!steps.empty() && steps.front() >= 1 && steps.back() < layers, what.c_str());
                    QVERIFY2(std::ranges::is_sorted(steps, std::ranges::less_equal()), what.c_str());
                    QVERIFY2(first > 0 ? steps.front() == first : steps.front() >= 2, what.c_str());
                }
    }

    void publishedSteps_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<int>("layers");
        QTest::addColumn<QList<int>>("steps");
        QTest::newRow("fastv") << "fastv" << 32 << QList<int>{2};
        QTest::newRow("pyramid_drop") << "pyramid_drop" << 32 << QList<int>{8, 16, 24};
        QTest::newRow("sparsevlm, on what layers 2, 6, 15 give") << "sparsevlm" << 32 << QList<int>{3, 7, 16};
        QTest::newRow("mustdrop, on what layers 2, 6, 10, 14 give") << "mustdrop" << 32 << QList<int>{3, 7, 11, 15};
        QTest::newRow("vtw") << "vtw" << 32 << QList<int>{16};
        QTest::newRow("ivc_prune") << "ivc_prune" << 28 << QList<int>{16};
        QTest::newRow("four layers: pyramid_drop") << "pyramid_drop" << 4 << QList<int>{2, 3};
        QTest::newRow("four layers: sparsevlm") << "sparsevlm" << 4 << QList<int>{3};
        QTest::newRow("four layers: mustdrop") << "mustdrop" << 4 << QList<int>{3};
        QTest::newRow("four layers: ivc_prune") << "ivc_prune" << 4 << QList<int>{3};
    }
    void publishedSteps() {
        QFETCH(const QString, method);
        QFETCH(const int, layers);
        QFETCH(const QList<int>, steps);
        const std::vector<int> found = languagePruner(method.toStdString()).steps(0, layers);
        QCOMPARE(QList<int>(found.begin(), found.end()), steps);
    }

    /// Every goal of a picture: exactly that many are left, of mustdrop at most.
    void countsAreExact_data() {
        QTest::addColumn<int>("visual");
        QTest::addColumn<int>("layers");
        for (const int layers : {4, 6, 28})
            for (const int visual : {1, 2, 3, 24, 70})
                QTest::addRow("%d tokens, %d layers", visual, layers) << visual << layers;
    }
    void countsAreExact() {
        QFETCH(const int, visual);
        QFETCH(const int, layers);
        for (const MethodEntry& method : languageMethods()) {
            if (!method.option(kKeep.name))
                continue;
            const MethodSettings settings = MethodSettings(method).set(kKeep, TokenBudget::share(1, 2));
            for (int goal = 1; goal <= visual; ++goal)
                checkCount(method, settings, goal, {.visual = visual, .layers = layers});
        }
    }

    void shapes_data() {
        QTest::addColumn<int>("text");
        QTest::addColumn<int>("heads");
        QTest::addColumn<int>("kvHeads");
        QTest::addColumn<bool>("bfloat16");
        QTest::newRow("one text token") << 1 << 4 << 2 << false;
        QTest::newRow("hundreds of text tokens") << 700 << 4 << 2 << false;
        QTest::newRow("a head of keys for each of queries") << 7 << 4 << 4 << false;
        QTest::newRow("one head of keys") << 7 << 8 << 1 << false;
        QTest::newRow("bfloat16") << 7 << 8 << 2 << true;
    }
    void shapes() {
        QFETCH(const int, text);
        QFETCH(const int, heads);
        QFETCH(const int, kvHeads);
        QFETCH(const bool, bfloat16);
        const Shape shape{.visual = 60,
                          .text = text,
                          .heads = heads,
                          .kvHeads = kvHeads,
                          .dtype = bfloat16 ? at::kBFloat16 : at::kFloat};
        for (const MethodEntry& method : languageMethods())
            if (method.option(kKeep.name)) {
                const MethodSettings settings = MethodSettings(method).set(kKeep, TokenBudget::share(1, 2));
                for (const int goal : {1, 6, 20, 59})
                    checkCount(method, settings, goal, shape);
            }
    }

    void withoutKeep() {
        for (const MethodEntry& method : languageMethods())
            if (!MethodSettings(method).find(kKeep) && method.name != "random")
                for (const std::int64_t visual : {1, 2, 3, 24, 576}) {
                    const std::int64_t left = runSteps(method, MethodSettings(method), 1, {.visual = visual}, 3);
                    QVERIFY2(method.name == "vtw" ? left == 0 : left >= 1 && left <= visual, method.name.data());
                }
    }

    void publishedCounts() {
        const auto left = [](const char* preset, bool recycles) {
            MethodSettings settings("sparsevlm");
            settings.set(kPreset, preset).set(kRecycle, recycles);
            return runSteps(findMethod("sparsevlm"), settings, 1, {.visual = 576}, 4);
        };
        QCOMPARE(left("192", false), std::int64_t{110});
        QCOMPARE(left("128", false), std::int64_t{36});
        QCOMPARE(left("96", false), std::int64_t{26});
        QCOMPARE(left("64", false), std::int64_t{17});
        // 576 -> 300 + 9, 309 -> 200 + 4, 204 -> 110 + 3
        QCOMPARE(left("192", true), std::int64_t{113});
    }

    void countsOfSteps_data() {
        QTest::addColumn<QString>("ratio");
        QTest::addColumn<int>("tokens");
        QTest::addColumn<QList<int>>("three");
        QTest::addColumn<QList<int>>("two");
        QTest::newRow("half") << "1/2" << 576 << QList<int>{288, 144, 72} << QList<int>{288, 72};
        QTest::newRow("a fraction is exact") << "2/3" << 7 << QList<int>{4, 3, 2} << QList<int>{4, 2};
        QTest::newRow("at least one") << "1/9" << 20 << QList<int>{2, 1, 1} << QList<int>{2, 1};
        QTest::newRow("large numbers") << "0.999999999" << 100000 << QList<int>{99999, 99999, 99999}
                                       << QList<int>{99999, 99999};
    }
    void countsOfSteps() {
        QFETCH(const QString, ratio);
        QFETCH(const int, tokens);
        const TokenBudget share = TokenBudget::parse(ratio.toStdString()).value();
        QFETCH(const QList<int>, three);
        QFETCH(const QList<int>, two);
        for (const QList<int>& expected : {three, two})
            for (int step = 0; step < expected.size(); ++step)
                QCOMPARE(powerCount({step, static_cast<int>(expected.size()), tokens, 1}, share, 3), expected[step]);
    }

    void geometricCounts() {
        for (int original = 1; original <= 60; ++original)
            for (int goal = 1; goal <= original; ++goal)
                for (int steps = 1; steps <= 4; ++steps) {
                    int before = original;
                    for (int step = 0; step < steps; ++step) {
                        const int count = geometricCount({step, steps, original, goal});
                        QVERIFY(count <= before && count >= goal);
                        before = count;
                    }
                    QCOMPARE(before, goal);
                }
        QCOMPARE(geometricCount({0, 3, 1000, 1}), 100);
        QCOMPARE(geometricCount({1, 3, 1000, 1}), 10);
    }

    void nothingIsDrawnWhereAllStay() {
        Prompt prompt({.visual = 9}, 5);
        ReferenceRandom draws(1), fresh(1);
        const TokenChoice choice =
            languagePruner("random").choose(prompt.tokens({}), {0, 1, 9, 9}, MethodSettings("random"), draws);
        QCOMPARE(choice.kept, countFrom(0, 9));
        QCOMPARE(draws.permutation(9), fresh.permutation(9));
    }

    /// Rows that fill several chunks, heads that share keys, rows with gaps between them.
    void attentionAsDefined_data() {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("heads");
        QTest::addColumn<int>("kvHeads");
        QTest::newRow("one row") << 40 << 1 << 4 << 2;
        QTest::newRow("every row") << 50 << 50 << 6 << 3;
        QTest::newRow("several chunks") << 700 << 500 << 4 << 1;
        QTest::newRow("no row") << 5 << 0 << 2 << 2;
    }
    void attentionAsDefined() {
        QFETCH(const int, tokens);
        QFETCH(const int, rows);
        QFETCH(const int, heads);
        QFETCH(const int, kvHeads);
        at::Generator random = at::make_generator<at::CPUGeneratorImpl>(std::uint64_t{11});
        AttentionRows attention{drawn(random, {heads, rows, kHeadDim}, at::kFloat),
                                drawn(random, {kvHeads, tokens, kHeadDim}, at::kFloat),
                                {}};
        for (int causal = 0; causal < 2; ++causal) {
            for (const HeadMerge merge : {HeadMerge::Mean, HeadMerge::Max}) {
                const AttendedTokens plain = plainAttention(attention, merge);
                for (const AttendedTokens& found :
                     {attendedTokens(attention, merge), attendedTokensGenerally(attention, merge)}) {
                    QVERIFY(close(found.total, plain.total));
                    QVERIFY(close(found.most, plain.most));
                }
            }
            for (int row = 0; row < rows; ++row)
                attention.places.push_back(std::int64_t{row} * tokens / rows);
        }
    }

    /// Every instruction set against plain loops, over lengths with and without a rest.
    void loopsAsDefined() {
        std::mt19937 random(12);
        std::normal_distribution<float> normal;
        for (const CpuLevel level : cpuLevels())
            for (const int length : {1, 3, 16, 31, 64, 130})
                checkLoops(layerRows(level), length, [&] { return normal(random); });
    }

    void queriesThatWereNotAskedForAreABug() {
        Prompt prompt({}, 6);
        const LayerTokens tokens = prompt.tokens({.queries = LayerNeeds::Queries::LastRow, .attention = true});
        QVERIFY_THROWS_EXCEPTION(Error, attendedVisual(tokens, tokens.text, HeadMerge::Mean));
    }

    void ranking() {
        const float none = std::numeric_limits<float>::quiet_NaN();
        const std::vector<float> scores{1, 3, none, 3, -2};
        QCOMPARE(byFallingScore(scores), (Indices{1, 3, 0, 4, 2}));
        QCOMPARE(bestTokens(scores, 1), (Indices{1}));
        QCOMPARE(bestTokens(scores, 3), (Indices{0, 1, 3}));
        QCOMPARE(bestTokens(scores, 9), countFrom(0, 5));
        QCOMPARE(bestAmong(scores, Indices{0, 2, 4}, 2), (Indices{0, 4}));
        QCOMPARE(allBut(Indices{1, 3}, 5), (Indices{0, 2, 4}));
    }

    void equalTokensPassTogether() {
        const TextAttention attention{{4, 1, 1, 1, 3}, {0, 0, 0, 0, 0}};
        QCOMPARE(passingAtMost(attention, 3, Indices{}), (Indices{0, 4}));
        QCOMPARE(passingAtMost(attention, 3, Indices{2}), (Indices{0, 2, 4}));
        QCOMPARE(passingAtMost(attention, 1, Indices{2}), (Indices{2}));
        QCOMPARE(passingAtMost(attention, 5, Indices{2}), countFrom(0, 5));
        QCOMPARE(passing(attention, {0.11, 0.5}, Indices{3}), (Indices{0, 3, 4}));
    }

    /// Two far apart heaps of rows make two groups; each row is its own mean where all of a heap are equal.
    void groupsOfHeaps() {
        at::Tensor rows = at::zeros({12, 4});
        rows.narrow(0, 5, 7).fill_(9);
        const DensityPeaks peaks = densityPeaks(rows);
        QCOMPARE(peaks.centres, (Indices{0, 5}));
        QCOMPARE(peaks.group, (Indices{0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1}));
        QCOMPARE(densityPeaks(rows.narrow(0, 0, 1)).group, (Indices{0}));
    }

    void equivalentCounts() {
        QCOMPARE(equivalentTokens(28, 100, {}), 100.0);
        const std::array drops{TokensFrom{14, 50}, TokensFrom{21, 0}};
        QCOMPARE(equivalentTokens(28, 100, drops), 62.5);
    }

private:
    template <typename Draw>
    static void checkLoops(const LayerRows& loops, int length, const Draw& draw) {
        const auto count = static_cast<std::size_t>(length);
        std::vector<float> rows(5 * count), distances(5), logits(count), map(count), total(count), most(count);
        for (std::vector<float>* values : {&rows, &logits, &map})
            std::ranges::generate(*values, draw);
        loops.squaredDistances(rows.data() + count, rows.data(), 5, length, distances.data());
        for (std::size_t row = 0; row < 5; ++row) {
            double expected = 0;
            for (std::size_t i = 0; i < count; ++i)
                expected += std::pow(static_cast<double>(rows[count + i]) - rows[row * count + i], 2);
            QVERIFY(std::abs(distances[row] - expected) <= 1e-5 * expected);
        }
        double all = 0;
        for (const float logit : logits)
            all += std::exp(0.5 * logit);
        std::vector<float> sums = map, higher = map, spoiled = logits;
        loops.addShares(spoiled.data(), length, 0.5F, sums.data());
        spoiled = logits;
        loops.raiseByShares(spoiled.data(), length, 0.5F, higher.data());
        loops.gather(sums.data(), length, total.data(), most.data());
        loops.gather(higher.data(), length, total.data(), most.data());
        for (std::size_t i = 0; i < count; ++i) {
            const double share = std::exp(0.5 * logits[i]) / all;
            QVERIFY(std::abs(sums[i] - (map[i] + share)) < 1e-5);
            QVERIFY(std::abs(higher[i] - std::max<double>(map[i], share)) < 1e-5);
            QVERIFY(std::abs(total[i] - (sums[i] + higher[i])) < 1e-5);
            QCOMPARE(most[i], std::max({0.0F, sums[i], higher[i]}));
        }
    }

    static void checkCount(const MethodEntry& method, const MethodSettings& settings, int goal, const Shape& shape) {
        const std::int64_t left = runSteps(method, settings, goal, shape, static_cast<std::uint64_t>(goal));
        const bool atMost = method.name == "mustdrop";
        const std::string what = std::string(method.name) + " left " + std::to_string(left) + " of " +
                                 std::to_string(shape.visual) + ", wanted " + std::to_string(goal);
        QVERIFY2(atMost ? left >= 1 && left <= goal : left == goal, what.c_str());
    }
};

QTEST_APPLESS_MAIN(TestLanguagePruners)
#include "tst_language_pruners.moc"
