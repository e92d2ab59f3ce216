#include "core/pruning/token_options.h"
#include "core/report/equivalent_tokens.h"
#include "model/pruners/dart.h"
#include "model/pruners/fitprune.h"
#include "model/pruners/ivc_prune.h"
#include "model/pruners/mustdrop.h"
#include "model/pruners/mustdrop_windows.h"
#include "model/pruners/ranking.h"
#include "model/pruners/row_attention.h"
#include "model/pruners/sparsevlm.h"
#include "model/pruners/vtw_search.h"
#include "tests/model/layer_prompt.h"
#include "tests/model/uniprune_golden.h"

#include <QtTest>
#include <cmath>

using namespace prunescope;
using namespace prunescope::model;
using nlohmann::json;
using test::countFrom;
using test::UnipruneGolden;

namespace {

using Indices = std::vector<std::int64_t>;

std::string text(const Indices& values) {
    std::string text;
    for (const std::int64_t value : values)
        text += " " + std::to_string(value);
    return text;
}

#define COMPARE_INDICES(found, expected, what)                                                                         \
    do {                                                                                                               \
        const Indices actual = (found), wanted = (expected);                                                           \
        QVERIFY2(actual == wanted, ((what) + ":" + text(actual) + ", expected" + text(wanted)).c_str());               \
    } while (false)

#define COMPARE_NUMBERS(found, expected, what)                                                                         \
    do {                                                                                                               \
        const double share = test::goldenError(found, expected);                                                       \
        QVERIFY2(share <= 1, ((what) + ": " + std::to_string(share) + " of what is allowed").c_str());                 \
    } while (false)

at::Tensor tensorOf(const std::vector<float>& values) {
    return at::tensor(values, at::kFloat);
}

at::Tensor tensorOf(const std::vector<double>& values) {
    return at::tensor(values, at::kDouble);
}

std::string nameOf(const json& entry) {
    return entry.at("case").get<std::string>() + "/";
}

LayerTokens promptOf(const json& entry) {
    return test::layerPrompt(entry.at("start"), entry.at("n"), entry.at("text"));
}

/// The prompt with keys and, where the file has them, queries of the rows from `firstQuery` on.
LayerTokens attentionPrompt(const json& entry, const at::Tensor& keys, const at::Tensor& queries) {
    LayerTokens tokens = promptOf(entry);
    tokens.keys = keys;
    tokens.queries = queries;
    tokens.queryRows = countFrom(keys.size(1) - queries.size(1), queries.size(1));
    return tokens;
}

StepBudget single(const json& entry, int goal) {
    return {.step = 0, .steps = 1, .original = entry.at("n"), .goal = goal};
}

TokenChoice choose(const std::string& method, const LayerTokens& tokens, const StepBudget& budget,
                   const MethodSettings& settings) {
    ReferenceRandom draws(42);
    return languagePruner(method).choose(tokens, budget, settings, draws);
}

TokenChoice choose(const std::string& method, const LayerTokens& tokens, const StepBudget& budget) {
    return choose(method, tokens, budget, MethodSettings(method));
}

std::int64_t halfEven(std::int64_t value, std::int64_t by) {
    return std::llrint(static_cast<double>(value) / static_cast<double>(by));
}

} // namespace

/// Methods inside the language model against the golden files of the specification.
class TestLanguagePrunerGoldens : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void random() {
        PRUNESCOPE_NEEDS_GOLDEN("uniprune/random.safetensors");
        const UnipruneGolden golden("random");
        QVERIFY(!golden.cases().empty());
        for (const json& entry : golden.cases()) {
            if (entry.at("n").is_array())
                compareDraws(golden, entry);
            else
                for (const auto& [budget, goal] : entry.at("budgets").items())
                    compareDraw(golden, entry, budget, goal);
        }
    }

    void fastv() {
        PRUNESCOPE_NEEDS_GOLDEN("uniprune/fastv.safetensors");
        const UnipruneGolden golden("fastv");
        QVERIFY(!golden.cases().empty());
        for (const json& entry : golden.cases()) {
            const std::string at = nameOf(entry);
            const at::Tensor keys = golden.numbers(at + "k"), queries = golden.numbers(at + "q").unsqueeze(1);
            COMPARE_NUMBERS(attendedTokens({queries, keys, {keys.size(1) - 1}}, HeadMerge::Mean).total,
                            golden.numbers(at + "p"), at + "p");
            for (const auto& [budget, goal] : entry.at("budgets").items()) {
                const TokenChoice choice = choose("fastv", attentionPrompt(entry, keys, queries), single(entry, goal));
                COMPARE_INDICES(choice.kept, golden.integers(at + budget + "/keep"), at + budget);
                COMPARE_NUMBERS(tensorOf(choice.scores), golden.numbers(at + "score"), at + "score");
            }
        }
    }

    void pyramidDrop() {
        PRUNESCOPE_NEEDS_GOLDEN("uniprune/pyramid_drop.safetensors");
        const UnipruneGolden golden("pyramid_drop");
        QVERIFY(!golden.cases().empty());
        for (const json& entry : golden.cases())
            comparePyramid(golden, entry);
    }

    void fitprune() {
        PRUNESCOPE_NEEDS_GOLDEN("uniprune/fitprune.safetensors");
        const UnipruneGolden golden("fitprune");
        QVERIFY(!golden.cases().empty());
        for (const json& entry : golden.cases()) {
            const std::string at = nameOf(entry);
            const LayerTokens tokens = attentionPrompt(entry, golden.numbers(at + "k"), golden.numbers(at + "q"));
            const MutualAttention attention = mutualAttention(tokens);
            COMPARE_NUMBERS(attention.own, golden.numbers(at + "own"), at + "own");
            COMPARE_NUMBERS(attention.cross, golden.numbers(at + "cross"), at + "cross");
            for (const auto& [budget, goal] : entry.at("budgets").items()) {
                const TokenChoice choice = choose("fitprune", tokens, single(entry, goal));
                COMPARE_INDICES(choice.kept, golden.integers(at + budget + "/keep"), at + budget);
                COMPARE_NUMBERS(tensorOf(choice.scores), golden.numbers(at + "score"), at + "score");
            }
        }
    }

    void dart() {
        PRUNESCOPE_NEEDS_GOLDEN("uniprune/dart.safetensors");
        const UnipruneGolden golden("dart");
        QVERIFY(!golden.cases().empty());
        for (const json& entry : golden.cases())
            compareDart(golden, entry);
    }

    void sparsevlm() {
        PRUNESCOPE_NEEDS_GOLDEN("uniprune/sparsevlm.safetensors");
        const UnipruneGolden golden("sparsevlm");
        QVERIFY(!golden.cases().empty());
        for (const json& entry : golden.cases())
            compareSparse(golden, entry);
    }

    void mustdrop() {
        PRUNESCOPE_NEEDS_GOLDEN("uniprune/mustdrop.safetensors");
        const UnipruneGolden golden("mustdrop");
        int filters = 0;
        for (const json& entry : golden.cases())
            if (entry.contains("thresholds")) {
                compareFilter(golden, entry);
                ++filters;
            }
        QVERIFY(filters > 0);
    }

    void vtw() {
        PRUNESCOPE_NEEDS_GOLDEN("uniprune/vtw.safetensors");
        const UnipruneGolden golden("vtw");
        QVERIFY(!golden.cases().empty());
        for (const json& entry : golden.cases())
            compareVtw(golden, entry);
    }

    void ivcPrune() {
        PRUNESCOPE_NEEDS_GOLDEN("uniprune/ivcprune.safetensors");
        const UnipruneGolden golden("ivcprune");
        QVERIFY(!golden.cases().empty());
        for (const json& entry : golden.cases())
            compareIvc(golden, entry);
    }

    void budgets() {
        PRUNESCOPE_NEEDS_GOLDEN("uniprune/manifest.json");
        const json manifest = UnipruneGolden::manifest();
        if (!manifest.contains("budget_table"))
            QSKIP("the golden manifest has no budget_table");
        const json& table = manifest.at("budget_table");
        for (const json& row : table.at("rows"))
            for (std::size_t i = 1; i < row.size(); ++i) {
                const json& share = manifest.at("budgets").at(table.at("columns")[i].get<std::string>());
                QCOMPARE(TokenBudget::share(share[0], share[1]).tokensOf(row[0]), row[i].get<int>());
            }
        for (const json& row : table.at("free_ratio"))
            QCOMPARE(TokenBudget::parse(row[1].dump()).value().tokensOf(row[0]), row[2].get<int>());
    }

    void layersOfPyramids() {
        PRUNESCOPE_NEEDS_GOLDEN("uniprune/manifest.json");
        const json manifest = UnipruneGolden::manifest();
        if (!manifest.contains("budget_table"))
            QSKIP("the golden manifest has no budget_table");
        for (const auto& [layers, expected] : manifest.at("budget_table").at("pyramid_layers").items())
            QCOMPARE(findMethod("pyramid_drop").layers(std::stoi(layers)), expected.get<std::vector<int>>());
    }

    void equivalents() {
        PRUNESCOPE_NEEDS_GOLDEN("uniprune/manifest.json");
        const json manifest = UnipruneGolden::manifest();
        if (!manifest.contains("budget_table"))
            QSKIP("the golden manifest has no budget_table");
        for (const json& entry : manifest.at("budget_table").at("equivalent_tokens")) {
            std::vector<TokensFrom> drops;
            for (const json& drop : entry.at("plan"))
                drops.push_back({drop[0], drop[1]});
            const double expected = entry.at("equivalent");
            QVERIFY(std::abs(equivalentTokens(entry.at("layers"), entry.at("n"), drops) - expected) < 1e-9 * expected);
        }
    }

private:
    static void compareDraw(const UnipruneGolden& golden, const json& entry, const std::string& budget, int goal) {
        ReferenceRandom draws(entry.at("seed").get<std::uint64_t>());
        const TokenChoice choice = languagePruner("random").choose(
            test::layerPrompt(2, entry.at("n"), 3), single(entry, goal), MethodSettings("random"), draws);
        COMPARE_INDICES(choice.kept, golden.integers(nameOf(entry) + budget + "/keep"), nameOf(entry) + budget);
    }

    /// Several pictures of a prompt, one after the other.
    static void compareDraws(const UnipruneGolden& golden, const json& entry) {
        for (const char* budget : {"1_3", "2_9", "1_9"}) {
            ReferenceRandom draws(entry.at("seed").get<std::uint64_t>());
            for (std::size_t image = 0; image < entry.at("n").size(); ++image) {
                const std::string at = nameOf(entry) + std::to_string(image) + "/" + budget;
                const Indices expected = golden.integers(at + "/keep");
                const int n = entry.at("n")[image];
                const TokenChoice choice = languagePruner("random").choose(test::layerPrompt(2, n, 3),
                                                                           {0, 1, n, static_cast<int>(expected.size())},
                                                                           MethodSettings("random"), draws);
                COMPARE_INDICES(choice.kept, expected, at);
            }
        }
    }

    static void comparePyramid(const UnipruneGolden& golden, const json& entry) {
        const std::string at = nameOf(entry);
        const std::int64_t start = entry.at("start"), n = entry.at("n"), after = entry.at("text");
        const MethodSettings settings =
            MethodSettings("pyramid_drop")
                .set(kStepRatio, TokenBudget::share(entry.at("ratio")[0], entry.at("ratio")[1]));
        Indices alive = countFrom(0, n);
        for (int step = 0; step < 3; ++step) {
            const std::string number = std::to_string(step);
            Indices rows = countFrom(0, start);
            for (const std::int64_t token : alive)
                rows.push_back(start + token);
            const Indices textRows = countFrom(start + n, after);
            rows.insert(rows.end(), textRows.begin(), textRows.end());
            LayerTokens tokens = test::layerPrompt(start, std::ssize(alive), after);
            tokens.keys = golden.numbers(at + "k" + number).index_select(1, at::tensor(rows, at::kLong));
            tokens.queries = golden.numbers(at + "q" + number).unsqueeze(1);
            tokens.queryRows = {std::ssize(rows) - 1};
            const TokenChoice choice = choose("pyramid_drop", tokens, {step, 3, static_cast<int>(n), 1}, settings);
            COMPARE_NUMBERS(tensorOf(choice.scores), golden.numbers(at + "score" + number), at + "score" + number);
            QCOMPARE(std::ssize(choice.kept), entry.at("counts")[static_cast<std::size_t>(step)].get<std::ptrdiff_t>());
            Indices left;
            for (const std::int64_t token : choice.kept)
                left.push_back(alive[static_cast<std::size_t>(token)]);
            alive = left;
            COMPARE_INDICES(alive, golden.integers(at + "keep" + number), at + "keep" + number);
        }
    }

    static void compareDart(const UnipruneGolden& golden, const json& entry) {
        const std::string at = nameOf(entry);
        LayerTokens tokens = promptOf(entry);
        tokens.keys = golden.numbers(at + "keys");
        tokens.normed = golden.numbers(at + "hidden");
        COMPARE_NUMBERS(keySizes(tokens.keys), golden.numbers(at + "norm1"), at + "norm1");
        const std::int64_t image = entry.at("pivots")[0], texts = entry.at("pivots")[1];
        const MethodSettings settings = MethodSettings("dart")
                                            .set(kImagePivots, static_cast<std::uint64_t>(image))
                                            .set(kTextPivots, static_cast<std::uint64_t>(texts));
        for (const auto& [budget, goal] : entry.at("budgets").items()) {
            const DartPivots pivots = dartPivots(tokens, goal, image, texts);
            COMPARE_INDICES(pivots.image, golden.integers(at + budget + "/image_pivots"),
                            at + budget + " image pivots");
            COMPARE_INDICES(pivots.text, golden.integers(at + budget + "/text_pivots"), at + budget + " text pivots");
            COMPARE_INDICES(choose("dart", tokens, single(entry, goal), settings).kept,
                            golden.integers(at + budget + "/keep"), at + budget);
        }
    }

    static void compareSparse(const UnipruneGolden& golden, const json& entry) {
        const std::string at = nameOf(entry);
        LayerTokens tokens = attentionPrompt(entry, golden.numbers(at + "k"), golden.numbers(at + "q_text"));
        tokens.visualEmbeddings = golden.numbers(at + "embed_visual");
        tokens.textEmbeddings = golden.numbers(at + "embed_text");
        const Raters raters = textRaters(tokens.visualEmbeddings, tokens.textEmbeddings);
        COMPARE_NUMBERS(raters.weight, golden.numbers(at + "rater_weight"), at + "rater_weight");
        COMPARE_INDICES(raters.rows, golden.integers(at + "raters"), at + "raters");
        const at::Tensor visual = golden.numbers(at + "hidden");
        tokens.hidden = at::zeros({tokens.keys.size(1), visual.size(1)});
        tokens.hidden.narrow(0, tokens.visual.front(), visual.size(0)).copy_(visual);
        for (const auto& [count, kept] : entry.at("counts").items())
            compareSparseCount(golden, at, tokens, count, kept);
    }

    static void compareSparseCount(const UnipruneGolden& golden, const std::string& at, const LayerTokens& tokens,
                                   const std::string& count, std::int64_t kept) {
        const int n = static_cast<int>(tokens.visual.size());
        // The first step of the schedule for 192 keeps 300 of 576, the last 110.
        const StepBudget budget{count == "300" ? 0 : 2, 3, n, 1};
        const TokenChoice whole = choose("sparsevlm", tokens, budget);
        COMPARE_NUMBERS(tensorOf(whole.scores), golden.numbers(at + "score"), at + "score");
        const at::Tensor hidden = tokens.hidden.narrow(0, tokens.visual.front(), n);
        const TokenChoice choice = count == "30" ? sparseChoice(whole.scores, hidden, {kept, true}) : whole;
        const std::string here = at + count;
        const Indices keep = golden.integers(here + "/keep"), taken = golden.integers(here + "/taken"),
                      centres = golden.integers(here + "/centre"), group = golden.integers(here + "/group");
        Indices rows = keep;
        rows.insert(rows.end(), centres.begin(), centres.end());
        COMPARE_INDICES(choice.kept, rows, here + " kept and centres");
        COMPARE_INDICES(recycledTokens(whole.scores, keep), taken, here + " taken");
        const DensityPeaks peaks = densityPeaks(hidden.index_select(0, at::tensor(taken, at::kLong)));
        COMPARE_NUMBERS(tensorOf(peaks.density), golden.numbers(here + "/density"), here + " density");
        COMPARE_NUMBERS(tensorOf(peaks.delta), golden.numbers(here + "/delta"), here + " delta");
        COMPARE_INDICES(peaks.group, group, here + " group");
        const at::Tensor mixed = mixRows(hidden, choice.mix.value());
        COMPARE_NUMBERS(mixed.narrow(0, std::ssize(keep), std::ssize(centres)), golden.numbers(here + "/merged"),
                        here + " merged");
        QVERIFY(at::equal(mixed.narrow(0, 0, std::ssize(keep)), hidden.index_select(0, at::tensor(keep, at::kLong))));
        for (std::size_t i = 0; i < taken.size(); ++i) {
            const bool centre = std::ranges::count(centres, taken[i]) > 0;
            QCOMPARE(choice.mergedInto[static_cast<std::size_t>(taken[i])], centre ? -1 : std::ssize(keep) + group[i]);
        }
    }

    static void compareFilter(const UnipruneGolden& golden, const json& entry) {
        const std::string at = nameOf(entry);
        const LayerTokens tokens = attentionPrompt(entry, golden.numbers(at + "k"), golden.numbers(at + "q_text"));
        const AttendedTokens attended = attendedVisual(tokens, tokens.text, HeadMerge::Mean);
        COMPARE_NUMBERS(attended.total, golden.numbers(at + "total"), at + "total");
        COMPARE_NUMBERS(attended.most, golden.numbers(at + "most"), at + "most");
        const Indices keys = keySet(golden.numbers(at + "alpha"));
        COMPARE_INDICES(keys, golden.integers(at + "key_set"), at + "key_set");
        const TextAttention attention{hostScores(attended.total), hostScores(attended.most)};
        for (const auto& [name, pair] : entry.at("thresholds").items())
            COMPARE_INDICES(passing(attention, {pair[0], pair[1]}, keys), golden.integers(at + name + "/keep"),
                            at + name);
    }

    static void compareVtw(const UnipruneGolden& golden, const json& entry) {
        const std::string at = nameOf(entry);
        const int layers = entry.at("layers");
        const at::Tensor divergence =
            removalDivergence(golden.numbers(at + "full").unsqueeze(1), golden.numbers(at + "removed"));
        const at::Tensor expected = golden.numbers(at + "kl").to(at::kDouble);
        const at::Tensor excess = (divergence - expected).abs() - expected.abs() * 1e-3;
        QVERIFY2(excess.max().item<double>() <= 1e-6, (at + "kl").c_str());
        const at::Tensor mean = divergence.mean(0).contiguous();
        COMPARE_NUMBERS(mean, golden.numbers(at + "mean"), at + "mean");
        const std::vector<int> candidates = vtwCandidates(layers);
        Indices found;
        for (const double eta : entry.at("etas"))
            found.push_back(vtwLayer(candidates, {mean.data_ptr<double>(), candidates.size()}, eta, layers));
        COMPARE_INDICES(found, golden.integers(at + "k"), at + "k");
    }

    /// Which axis turns each frequency, interleaved.
    static RotaryAxes rotaryOf(const json& rope) {
        RotaryAxes rotary;
        const int half = rope.at("half");
        for (int f = 0; f < half; ++f) {
            const int axis = f % 3;
            const bool turns = axis > 0 && f < 3 * rope.at("section")[static_cast<std::size_t>(axis)].get<int>();
            rotary.axis.push_back(turns ? axis : 0);
            rotary.frequency.push_back(std::pow(rope.at("theta").get<double>(), -static_cast<double>(f) / half));
        }
        return rotary;
    }

    static void compareIvc(const UnipruneGolden& golden, const json& entry) {
        const std::string at = nameOf(entry);
        const std::int64_t n = entry.at("n");
        LayerTokens tokens = test::layerPrompt(0, n, entry.at("text"));
        tokens.positions = at::tensor(golden.integers(at + "positions"), at::kLong).view({3, n});
        tokens.rotary = rotaryOf(entry.at("rope"));
        const at::Tensor words = golden.numbers(at + "v_text"), visual = golden.numbers(at + "v_visual");
        tokens.values = at::cat({visual, words}, 1);
        const CoordinateScores coordinates = coordinateScores(tokens.positions, tokens.rotary);
        COMPARE_NUMBERS(tensorOf(coordinates.cosines), golden.numbers(at + "cos"), at + "cos");
        COMPARE_NUMBERS(tensorOf(coordinates.sines), golden.numbers(at + "sin"), at + "sin");
        for (const auto& [budget, count] : entry.at("budgets").items()) {
            const bool published = budget == "published";
            const IvcShares shares =
                published ? IvcShares{count, halfEven(n, 10), std::max<std::int64_t>(1, halfEven(n, 100))}
                          : IvcShares::of(count);
            const IvcChoice choice = ivcChoice(words, visual, coordinates, shares);
            const std::string here = at + budget;
            COMPARE_NUMBERS(tensorOf(choice.textScores), golden.numbers(at + "text_score"), at + "text_score");
            COMPARE_NUMBERS(tensorOf(choice.scores), golden.numbers(here + "/score"), here + " score");
            COMPARE_INDICES(choice.cosine, golden.integers(here + "/cos"), here + " cos");
            COMPARE_INDICES(choice.sine, golden.integers(here + "/sin"), here + " sin");
            COMPARE_INDICES(choice.seeds, golden.integers(here + "/seed"), here + " seed");
            COMPARE_INDICES(choice.kept, golden.integers(here + "/keep"), here);
            if (!published)
                COMPARE_INDICES(choose("ivc_prune", tokens, single(entry, count)).kept, choice.kept, here);
        }
    }
};

QTEST_APPLESS_MAIN(TestLanguagePrunerGoldens)
#include "tst_language_pruner_goldens.moc"
