#include "core/base/error.h"
#include "core/kernels/cpu_level.h"
#include "core/pruning/method.h"
#include "core/pruning/prune_plan.h"
#include "core/pruning/token_options.h"
#include "model/kernels/selection_rows.h"
#include "model/pruners/cdpruner.h"
#include "model/pruners/cosines.h"
#include "model/pruners/encoder_pruner.h"
#include "model/pruners/mustdrop_windows.h"

#include <QtTest>
#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <numeric>
#include <random>
#include <set>

using namespace prunescope;
using namespace prunescope::model;

namespace {

/// Methods that choose among the encoder's tokens alone.
std::vector<const MethodEntry*> encoderMethods() {
    std::vector<const MethodEntry*> found;
    for (const MethodEntry& method : methods()) {
        MethodSettings settings(method);
        if (method.option(kKeep.name))
            settings.set(kKeep, TokenBudget::share(1, 3));
        if (method.standsAt(Place::AfterEncoder) && method.drops() && method.needs != MethodNeeds::LayerTokens &&
            !looksAtPixels({Place::AfterEncoder, 0, settings}))
            found.push_back(&method);
    }
    return found;
}

bool takesBudget(const MethodEntry& method) {
    return method.option(kKeep.name) != nullptr;
}

MethodSettings withBudget(const MethodEntry& method, int count) {
    MethodSettings settings(method);
    if (takesBudget(method))
        settings.set(kKeep, count > 1 ? TokenBudget::count(count) : TokenBudget::share(1, 1000));
    return settings;
}

/// What random tokens are made of.
enum class Kind { Random, Alike, Equal, Zero, Few, Broken };

at::Tensor rowsOf(Kind kind, std::int64_t n, std::int64_t width) {
    const at::Tensor noise = at::randn({n, width});
    switch (kind) {
    case Kind::Alike:
        return at::randn({1, width}) + 0.3 * noise;
    case Kind::Equal:
        return at::randn({1, width}).expand({n, width}).contiguous();
    case Kind::Zero:
        return at::zeros({n, width});
    case Kind::Few: // some of no length
        return at::cat({at::zeros({1, width}), at::randn({3, width})}).index_select(0, at::randint(4, {n}, at::kLong));
    case Kind::Broken:
        return noise.index_fill(0, at::randint(n, {1}, at::kLong), std::numeric_limits<double>::quiet_NaN());
    case Kind::Random:
        break;
    }
    return noise;
}

constexpr std::array kKinds{Kind::Random, Kind::Alike, Kind::Equal, Kind::Zero, Kind::Few, Kind::Broken};

/// Tokens of a picture of `rows` x `cols` blocks, with all that methods may ask for.
VisualTokens tokensOf(Kind kind, int rows, int cols, at::ScalarType type = at::kFloat) {
    VisualTokens tokens;
    const std::int64_t n = rows * cols;
    tokens.grid = BlockGrid{rows, cols};
    tokens.blocks.resize(static_cast<std::size_t>(n));
    std::iota(tokens.blocks.begin(), tokens.blocks.end(), 0);
    const auto some = [&](std::int64_t width) { return rowsOf(kind, n, width).to(type); };
    tokens.features = some(48);
    tokens.deepstack = {some(48), some(48)};
    const auto score = [&] { return rowsOf(kind, n, 1).flatten().abs(); };
    tokens.traces = {score(), score(), score(), some(40), some(20), some(24), score(), score()};
    tokens.text = at::randn({5, 48}).to(type);
    return tokens;
}

/// The tokens without some of them, as after a method that dropped blocks.
VisualTokens without(const VisualTokens& all, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    VisualTokens some = all;
    std::vector<std::int64_t> kept;
    for (std::int64_t token = 0; token < all.count(); ++token)
        if (token == 0 || random() % 3 != 0)
            kept.push_back(token);
    some.blocks = {kept.begin(), kept.end()};
    const at::Tensor rows = at::tensor(kept, at::kLong);
    some.features = all.features.index_select(0, rows);
    some.traces = all.traces.rows(rows);
    for (at::Tensor& set : some.deepstack)
        set = set.index_select(0, rows);
    return some;
}

TokenChoice choiceOf(const MethodEntry& method, const VisualTokens& tokens, int budget) {
    ReferenceRandom draws(7);
    return encoderPruner(method.name).choose(tokens, budget, withBudget(method, budget), draws);
}

bool inRange(const std::vector<std::int64_t>& values, std::int64_t least, std::int64_t end) {
    return std::ranges::all_of(values, [&](std::int64_t value) { return value >= least && value < end; });
}

/// What every choice must be like.
void verifyChoice(const VisualTokens& tokens, const TokenChoice& choice) {
    const std::int64_t n = tokens.count(), kept = std::ssize(choice.kept);
    QVERIFY(kept > 0);
    QVERIFY(inRange(choice.kept, 0, n));
    const bool extra = choice.mix && kept > 1 && choice.kept[static_cast<std::size_t>(kept) - 2] >= choice.kept.back();
    const std::vector<std::int64_t> rising(choice.kept.begin(), choice.kept.end() - (extra ? 1 : 0));
    QVERIFY(std::ranges::adjacent_find(rising, std::greater_equal<>()) == rising.end());
    QVERIFY(choice.scores.empty() || std::ssize(choice.scores) == n);
    QVERIFY(choice.mergedInto.empty() || std::ssize(choice.mergedInto) == n);
    QVERIFY(inRange(choice.mergedInto, -1, kept));
    if (!choice.mix)
        return;
    QCOMPARE(choice.mix->rows(), kept);
    QVERIFY(inRange(choice.mix->source, 0, n));
    for (const at::Tensor& rows : {tokens.features, tokens.deepstack.front()}) {
        const at::Tensor mixed = mixRows(rows, *choice.mix);
        QCOMPARE(mixed.size(0), kept);
        QCOMPARE(mixed.scalar_type(), rows.scalar_type());
    }
}

/// The rows of a mix, one number after the other.
at::Tensor naiveMix(const at::Tensor& rows, const RowMix& mix) {
    at::Tensor sums = at::zeros({mix.rows(), rows.size(1)}, at::kDouble);
    for (std::int64_t row = 0; row < mix.rows(); ++row)
        for (std::int64_t col = 0; col < rows.size(1); ++col) {
            double sum = 0;
            for (std::int64_t i = mix.begin[static_cast<std::size_t>(row)];
                 i < mix.begin[static_cast<std::size_t>(row) + 1]; ++i) {
                const double part = static_cast<double>(mix.weight[static_cast<std::size_t>(i)]) *
                                    rows[mix.source[static_cast<std::size_t>(i)]][col].item<double>();
                const bool first = i == mix.begin[static_cast<std::size_t>(row)];
                sum = mix.largest ? (first ? part : std::max(sum, part)) : sum + part;
            }
            sums[row][col] = sum;
        }
    return sums;
}

RowMix anyMix(std::mt19937& random, std::int64_t n, bool largest) {
    RowMix mix;
    mix.largest = largest;
    for (unsigned row = 0; row < 1 + random() % 5; ++row) {
        for (unsigned i = 0; i < 1 + random() % 7; ++i)
            mix.add(static_cast<std::int64_t>(random()) % n, static_cast<float>(random() % 1000) / 500 - 1);
        mix.endRow();
    }
    return mix;
}

} // namespace

class TestEncoderPruners : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { at::manual_seed(3); }

    void everyMethodHasItsPruner() {
        QVERIFY(encoderMethods().size() >= 10);
        for (const MethodEntry* method : encoderMethods())
            QCOMPARE(encoderPruner(method->name).needsGrid(), method->needsGrid);
        QVERIFY_THROWS_EXCEPTION(Error, encoderPruner("pred_2d"));
    }

    /// Every method on every kind of tokens at every budget.
    void countsAreExactAndOrderRises() {
        const c10::InferenceMode guard;
        for (const MethodEntry* method : encoderMethods())
            for (const Kind kind : kKinds)
                for (const auto& [rows, cols] : {std::pair(1, 1), std::pair(1, 2), std::pair(3, 4), std::pair(5, 9)})
                    checkBudgets(*method, tokensOf(kind, rows, cols));
    }

    void blocksMayBeGone() {
        const c10::InferenceMode guard;
        for (const MethodEntry* method : encoderMethods())
            if (!method->needsGrid)
                checkBudgets(*method, without(tokensOf(Kind::Random, 6, 7), 5));
    }

    void bfloat16IsTaken() {
        const c10::InferenceMode guard;
        for (const MethodEntry* method : encoderMethods())
            checkBudgets(*method, tokensOf(Kind::Alike, 4, 5, at::kBFloat16));
    }

    void sameTokensSameChoice() {
        const c10::InferenceMode guard;
        const VisualTokens tokens = tokensOf(Kind::Few, 12, 17);
        for (const MethodEntry* method : encoderMethods()) {
            const TokenChoice first = choiceOf(*method, tokens, 40), second = choiceOf(*method, tokens, 40);
            QCOMPARE(first.kept, second.kept);
            QCOMPARE(first.mergedInto, second.mergedInto);
            QCOMPARE(first.mix.has_value(), second.mix.has_value());
            if (first.mix)
                QVERIFY(at::equal(mixRows(tokens.features, *first.mix), mixRows(tokens.features, *second.mix)));
        }
    }

    /// Tiles stand in a column, and none is a neighbour of the one above.
    void tilesAreByThemselves() {
        const c10::InferenceMode guard;
        VisualTokens tokens = tokensOf(Kind::Equal, 8, 4);
        QCOMPARE(mergedWindows(tokens).kept.size(), std::size_t{32 - 2 * 8});
        tokens.tileRows = 4;
        QCOMPARE(windowSimilarities(tokens).size(), std::size_t{2});
        tokens.tileRows = 2;
        QVERIFY(windowSimilarities(tokens).empty());
        QCOMPARE(mergedWindows(tokens).kept.size(), std::size_t{32});
        const MethodSettings pool = MethodSettings("pool").set(kSide, 2);
        ReferenceRandom draws(1);
        QCOMPARE(encoderPruner("pool").choose(tokens, 1, pool, draws).kept.size(), std::size_t{4 * 4});
        tokens.tileRows = 0;
        QCOMPARE(encoderPruner("pool").choose(tokens, 1, pool, draws).kept.size(), std::size_t{4});
    }

    void mixesAreNaiveSums() {
        std::mt19937 random(9);
        for (const std::int64_t width : {1, 7, 16, 33, 150, 300})
            for (const bool largest : {false, true}) {
                const RowMix mix = anyMix(random, 11, largest);
                const at::Tensor rows = at::randn({11, width}), expected = naiveMix(rows, mix);
                QVERIFY(at::allclose(mixRows(rows, mix).to(at::kDouble), expected, 1e-5, 1e-6));
                const at::Tensor narrow = rows.to(at::kBFloat16);
                QVERIFY(at::allclose(mixRows(narrow, mix).to(at::kDouble), naiveMix(narrow, mix), 1e-2, 1e-2));
            }
    }

    /// Few and many of any width: larger tables are made in another way, those of bfloat16 in a third.
    void cosinesAreThoseOfPairs() {
        for (const std::int64_t n : {1, 5, 31, 32, 33, 100, 350})
            for (const std::int64_t width : {20, 70, 300})
                for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
                    const at::Tensor all = at::cat({rowsOf(Kind::Few, n, width), 9 * rowsOf(Kind::Random, n, width)});
                    const at::Tensor rows = all.to(type), table = cosineTable(rows);
                    const at::Tensor lengths = rows.to(at::kDouble).norm(2, 1, true);
                    const at::Tensor units = rows.to(at::kDouble) / lengths.clamp_min(1e-12);
                    QVERIFY(at::equal(table, table.t()));
                    QVERIFY(at::allclose(table.to(at::kDouble), at::mm(units, units.t()), 0, 2e-6));
                    QVERIFY(at::equal(table.diagonal(), (lengths.flatten() > 0).to(at::kFloat)));
                }
    }

    /// The lazy search takes what the plain one does, which looks at every token at every step.
    void lazyDeterminantsAreThePlainOnes() {
        for (const Kind kind : kKinds)
            for (const std::int64_t n : {1, 2, 15, 16, 17, 60, 150}) {
                const at::Tensor rows = rowsOf(kind, n, 64), text = at::randn({3, 64});
                const std::int64_t count = (n + 1) / 2;
                const DeterminantPicks picks = pickDeterminant(rows, text, count, {});
                QCOMPARE(picks.order, plainDeterminant(rows, picks, count));
            }
    }

    /// Every instruction set does what plain code does.
    void loopsAgree_data() { levels(); }
    void loopsAgree() {
        QFETCH(int, level);
        const SelectionRows& fast = selectionRows(static_cast<CpuLevel>(level));
        const SelectionRows& plain = selectionRows(CpuLevel::Scalar);
        for (std::int64_t n = 1; n < 70; ++n) {
            compareApproach(fast, plain, n);
            compareLinks(fast, plain, n);
        }
    }

private:
    static void levels() {
        QTest::addColumn<int>("level");
        for (const CpuLevel level : cpuLevels())
            QTest::newRow(std::string(nameOf(level)).c_str()) << static_cast<int>(level);
    }

    static void checkBudgets(const MethodEntry& method, const VisualTokens& tokens) {
        const std::int64_t n = tokens.count();
        for (int budget = 1; budget <= (takesBudget(method) ? n : 1); ++budget) {
            const TokenChoice choice = choiceOf(method, tokens, budget);
            verifyChoice(tokens, choice);
            if (takesBudget(method))
                QCOMPARE(std::ssize(choice.kept), std::int64_t{budget});
            if (QTest::currentTestFailed())
                QFAIL((std::string(method.name) + ", " + std::to_string(budget) + " of " + std::to_string(n)).c_str());
        }
        ReferenceRandom draws(7);
        if (method.name != "random") // of its own accord
            verifyChoice(tokens, encoderPruner(method.name)
                                     .choose(tokens, static_cast<int>((n + 2) / 3), MethodSettings(method), draws));
    }

    /// uniprune-2026 spec 2.1, steps 4 to 6 as they are written, with the relevance that was found.
    static std::vector<std::int64_t> plainDeterminant(const at::Tensor& rows, const DeterminantPicks& found,
                                                      std::int64_t count) {
        const at::Tensor table = cosineTable(rows);
        const std::int64_t n = rows.size(0);
        const auto kernel = [&](std::int64_t i, std::int64_t j) {
            const float both =
                found.relevance[static_cast<std::size_t>(i)] * found.relevance[static_cast<std::size_t>(j)];
            return static_cast<double>(table.const_data_ptr<float>()[i * n + j] * (0.5F + 0.5F * both));
        };
        std::vector<double> left;
        for (std::int64_t i = 0; i < n; ++i)
            left.push_back(kernel(i, i));
        std::vector<std::vector<double>> made;
        std::vector<std::int64_t> order;
        std::set<std::int64_t> taken;
        while (std::ssize(order) < count) {
            std::int64_t best = -1;
            for (std::int64_t i = 0; i < n; ++i)
                if (!taken.contains(i) && left[static_cast<std::size_t>(i)] > 1e-6 * kernel(i, i) &&
                    (best < 0 || left[static_cast<std::size_t>(i)] > left[static_cast<std::size_t>(best)]))
                    best = i;
            if (best < 0)
                break;
            takeInto(order, taken, best);
            std::vector<double> row;
            for (std::int64_t i = 0; i < n; ++i) {
                double value = kernel(best, i);
                for (const std::vector<double>& before : made)
                    value -= before[static_cast<std::size_t>(best)] * before[static_cast<std::size_t>(i)];
                row.push_back(value / std::sqrt(left[static_cast<std::size_t>(best)]));
            }
            for (std::int64_t i = 0; i < n; ++i)
                left[static_cast<std::size_t>(i)] -=
                    row[static_cast<std::size_t>(i)] * row[static_cast<std::size_t>(i)];
            made.push_back(std::move(row));
        }
        std::vector<std::int64_t> rest(static_cast<std::size_t>(n));
        std::iota(rest.begin(), rest.end(), 0);
        std::ranges::stable_sort(rest, [&](std::int64_t a, std::int64_t b) { return kernel(a, a) > kernel(b, b); });
        for (const std::int64_t i : rest)
            if (std::ssize(order) < count && !taken.contains(i))
                takeInto(order, taken, i);
        return order;
    }
    static void takeInto(std::vector<std::int64_t>& order, std::set<std::int64_t>& taken, std::int64_t token) {
        order.push_back(token);
        taken.insert(token);
    }

    static void compareApproach(const SelectionRows& fast, const SelectionRows& plain, std::int64_t n) {
        const at::Tensor row = at::randint(9, {n}, at::kFloat), near = at::randint(9, {n}, at::kFloat);
        const at::Tensor one = near.clone(), other = near.clone(), most = near.contiguous();
        const float* values = row.const_data_ptr<float>();
        const std::int64_t least = fast.approach(values, n, one.data_ptr<float>());
        QVERIFY(at::equal(one, at::maximum(row, near)));
        QCOMPARE(least, one.argmin().item<std::int64_t>());
        QCOMPARE(least, plain.approach(values, n, other.data_ptr<float>()));
        QCOMPARE(fast.largest(values, most.const_data_ptr<float>(), n), at::minimum(row, near).max().item<float>());
        for (std::int64_t first = 0; first < n; ++first) {
            const float* found = std::find_if(values + first, values + n, [](float value) { return value > 6; });
            QCOMPARE(fast.above(values, first, n, 6), found - values);
        }
    }

    static void compareLinks(const SelectionRows& fast, const SelectionRows& plain, std::int64_t n) {
        const at::Tensor row = at::rand({n}) * 2 - 1, one = row.clone(), other = row.clone();
        const LinkSum found = fast.link(one.data_ptr<float>(), n, 0.25F, 0.05F);
        const LinkSum expected = plain.link(other.data_ptr<float>(), n, 0.25F, 0.05F);
        const at::Tensor linked = row >= 0.25;
        QCOMPARE(found.links, linked.sum().item<std::int64_t>());
        QCOMPARE(found.links, expected.links);
        QVERIFY(at::allclose(one, at::where(linked, ((row - 1) / 0.05).exp(), at::zeros_like(row)), 1e-5, 1e-9));
        QVERIFY(at::allclose(one, other, 1e-6, 0));
        const double sum = fast.weigh(one.const_data_ptr<float>(), row.const_data_ptr<float>(), n);
        QVERIFY(std::abs(sum - at::dot(one.to(at::kDouble), row.to(at::kDouble)).item<double>()) < 1e-12);
    }
};

QTEST_APPLESS_MAIN(TestEncoderPruners)
#include "tst_encoder_pruners.moc"
