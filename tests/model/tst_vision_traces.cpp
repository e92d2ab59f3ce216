#include "model/kernels/attention_columns.h"
#include "model/layers/attention.h"
#include "model/layers/column_attention.h"
#include "model/layers/cpu_attention.h"
#include "model/network/kept_features.h"
#include "tests/model/network_golden.h"
#include "tests/model/uniprune_golden.h"

#include <ATen/Parallel.h>
#include <QtTest>
#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <cmath>
#include <map>
#include <numeric>

using namespace prunescope;
using namespace prunescope::model;
using test::GoldenSet;
using test::NetworkGolden;

namespace {

using Values = std::map<std::string, at::Tensor>;

EncoderNeeds everything() {
    EncoderNeeds needs;
    for (const EncoderTrace& trace : kEncoderTraces)
        needs.*trace.need = true;
    return needs;
}

/// [heads, tokens, headDim] -> [tokens, heads, headDim]
at::Tensor byToken(const at::Tensor& x) {
    return x.transpose(0, 1).contiguous();
}

/// The mean of each column of softmax(q k^T / sqrt(headDim)), in float64 and all at once. q, k: [tokens, heads,
/// headDim].
at::Tensor simpleMeans(const at::Tensor& q, const at::Tensor& k) {
    const at::Tensor queries = q.to(at::kDouble).transpose(0, 1), keys = k.to(at::kDouble).permute({1, 2, 0});
    const double scale = 1 / std::sqrt(static_cast<double>(q.size(2)));
    return (at::bmm(queries, keys) * scale).softmax(-1).mean(at::IntArrayRef{0, 1});
}

/// `means` of each segment, one after the other.
at::Tensor simpleMeans(const at::Tensor& q, const at::Tensor& k, const std::vector<std::int64_t>& segments) {
    std::vector<at::Tensor> parts;
    std::int64_t start = 0;
    for (const std::int64_t length : segments) {
        parts.push_back(simpleMeans(q.narrow(0, start, length), k.narrow(0, start, length)));
        start += length;
    }
    return at::cat(parts);
}

double relativeError(const at::Tensor& found, const at::Tensor& expected) {
    const at::Tensor wanted = expected.to(at::kDouble);
    return ((found.to(at::kDouble) - wanted).abs() / (wanted.abs() + 1e-30)).max().item<double>();
}

LoadedNetwork load(const std::string& folder, const std::string& dtype) {
    const c10::InferenceMode guard;
    LoadOptions options;
    options.folder = folder;
    options.device = "cpu";
    options.dtype = dtype;
    return loadNetwork(options, {}, {});
}

/// A golden set with its network.
struct Loaded {
    GoldenSet set;
    NetworkGolden golden;
    LoadedNetwork loaded, half;

    explicit Loaded(const GoldenSet& of)
        : set(of), golden(of.name), loaded(load(golden.modelFolder(), "float32")),
          half(load(golden.modelFolder(), "bfloat16")) {}
    const VisionLanguageModel& network() const { return *loaded.network; }
    const ModelConfig& config() const { return network().traits().config; }
    const VisionConfig& vision() const { return config().vision; }
    NetworkGolden::Case readCase(const QString& name) const { return golden.readCase(name.toStdString(), config()); }
};

const Loaded& loaded(const QString& set) {
    static std::map<std::string, std::unique_ptr<Loaded>> sets;
    std::unique_ptr<Loaded>& one = sets[set.toStdString()];
    for (const GoldenSet& known : test::goldenSets())
        if (!one && known.name == set.toStdString())
            one = std::make_unique<Loaded>(known);
    return *one;
}

VisionInput wholeInput(const NetworkGolden::Case& one, const EncoderNeeds& needs) {
    VisionInput input{one.pictures, {}};
    for (const VisionImage& picture : one.pictures)
        input.masks.push_back(KeepMask::all(picture.grid()));
    input.needs = needs;
    return input;
}

/// Two of three blocks, of every picture.
std::vector<KeepMask> someBlocks(const NetworkGolden::Case& one) {
    std::vector<KeepMask> masks;
    for (const VisionImage& picture : one.pictures) {
        KeepMask mask(picture.grid());
        for (int block = 0; block < mask.count(); ++block)
            if (block % 3 != 1)
                mask.keep(block);
        masks.push_back(mask);
    }
    return masks;
}

std::vector<std::int64_t> tokensOf(const std::vector<KeepMask>& masks) {
    std::vector<std::int64_t> counts;
    for (const KeepMask& mask : masks)
        counts.push_back(mask.keptCount());
    return counts;
}

/// "" or which of the traces are not there, are there unasked, or differ.
std::string differences(const EncoderTraces& found, const EncoderTraces& expected, const EncoderNeeds& asked,
                        double absolute = 1e-6) {
    int index = 0;
    for (const EncoderTrace& trace : kEncoderTraces) {
        const at::Tensor &values = found.*trace.values, &wanted = expected.*trace.values;
        const std::string name = "trace " + std::to_string(index++);
        if (values.defined() != asked.*trace.need)
            return name + (values.defined() ? " is there unasked" : " is not there");
        if (!values.defined())
            continue;
        if (std::string problem = test::difference(name, values, wanted, absolute); !problem.empty())
            return problem;
    }
    return {};
}

bool equalFeatures(const VisionFeatures& a, const VisionFeatures& b) {
    bool equal = at::equal(a.merged, b.merged) && a.deepstack.size() == b.deepstack.size();
    for (std::size_t i = 0; equal && i < a.deepstack.size(); ++i)
        equal = at::equal(a.deepstack[i], b.deepstack[i]);
    return equal;
}

/// One layer's queries and keys by the formula, in float64, from what was observed of a run.
class SimpleLayer {
public:
    SimpleLayer(const Loaded& model, const Values& seen, std::int64_t layer)
        : m_vision(model.vision()), m_seen(seen),
          m_file(openSafetensors(model.golden.modelFolder() + "/model.safetensors")) {
        for (const TensorPrefixes& prefixes : model.config().prefixes)
            if (m_file->find(std::string(prefixes.vision) + name(layer) + std::string(m_vision.names.norm1) +
                             ".weight")) {
                m_root = std::string(prefixes.vision);
                break;
            }
        read(layer);
    }

    const at::Tensor& q() const { return m_q; }
    const at::Tensor& k() const { return m_k; }
    const at::Tensor& plainKeys() const { return m_plainKeys; }

private:
    std::string name(std::int64_t layer) const {
        return std::string(m_vision.names.layer) + std::to_string(layer) + ".";
    }
    at::Tensor weight(const std::string& tensor) const {
        const StoredTensor* stored = m_file->find(m_root + tensor);
        return stored ? test::copyOf(*stored).to(at::kDouble) : at::Tensor();
    }
    at::Tensor linear(const at::Tensor& x, const std::string& part) const {
        return at::linear(x, weight(part + ".weight"), weight(part + ".bias"));
    }
    at::Tensor norm(const at::Tensor& x, const std::string& part) const {
        const at::Tensor scale = weight(part + ".weight"), bias = weight(part + ".bias");
        if (bias.defined())
            return at::layer_norm(x, scale.sizes(), scale, bias, m_vision.epsilon);
        return x * (x.square().mean(-1, true) + m_vision.epsilon).rsqrt() * scale;
    }
    at::Tensor seen(const std::string& value) const { return m_seen.at(value).to(at::kDouble); }

    /// What the layer reads: [rows, width]
    at::Tensor input(std::int64_t layer) const {
        if (layer > 0)
            return seen("vit/block." + std::to_string(layer - 1)).reshape({-1, m_vision.width});
        if (m_vision.tiles) {
            const at::Tensor x = seen("vit/embeddings").reshape({-1, m_vision.width});
            return m_vision.names.firstNorm.empty() ? x : norm(x, std::string(m_vision.names.firstNorm));
        }
        const at::Tensor x = seen("vit/patch_embed");
        return m_seen.contains("vit/pos_embed") ? x + seen("vit/pos_embed") : x;
    }

    at::Tensor turned(const at::Tensor& x) const {
        if (!m_vision.rotary)
            return x;
        at::Tensor cos = seen("vit/rope_cos"), sin = seen("vit/rope_sin");
        if (m_seen.contains("vit/window_index")) { // observed before windows order them
            const auto ordered = [&](const at::Tensor& rows) {
                return rows.unflatten(0, {-1, m_vision.geometry.patchesPerBlock()})
                    .index_select(0, m_seen.at("vit/window_index"))
                    .flatten(0, 1);
            };
            cos = ordered(cos), sin = ordered(sin);
        }
        const auto halves = x.chunk(2, -1);
        return x * cos.unsqueeze(1) + at::cat({-halves[1], halves[0]}, -1) * sin.unsqueeze(1);
    }

    void read(std::int64_t layer) {
        const VisionNames& names = m_vision.names;
        const at::Tensor x = norm(input(layer), name(layer) + std::string(names.norm1));
        const auto split = [&](const at::Tensor& rows) { return rows.unflatten(1, {m_vision.heads, -1}); };
        at::Tensor q, k;
        if (names.qkv.empty()) {
            q = split(linear(x, name(layer) + std::string(names.q)));
            k = split(linear(x, name(layer) + std::string(names.k)));
        } else {
            const auto parts = linear(x, name(layer) + std::string(names.qkv)).chunk(3, 1);
            q = split(parts[0]), k = split(parts[1]);
        }
        m_plainKeys = k.mean(1);
        m_q = turned(q), m_k = turned(k);
    }

    const VisionConfig& m_vision;
    const Values& m_seen;
    std::shared_ptr<const WeightFile> m_file;
    std::string m_root;
    at::Tensor m_q, m_k, m_plainKeys;
};

/// Where rows of whole pictures or tiles begin and end.
std::vector<std::int64_t> segmentsOf(const Values& seen) {
    const at::Tensor starts = seen.at("vit/cu_seqlens");
    std::vector<std::int64_t> lengths;
    for (std::int64_t i = 0; i + 1 < starts.size(0); ++i)
        lengths.push_back(starts[i + 1].item<std::int64_t>() - starts[i].item<std::int64_t>());
    return lengths;
}

/// Rows in a layer's order -> the mean of each token's patches, in the order of the picture.
at::Tensor byBlock(const at::Tensor& values, const Values& seen, const VisionConfig& vision) {
    const at::Tensor rows = values.reshape({values.size(0), -1}); // also of single numbers
    const std::int64_t perBlock = vision.geometry.patchesPerBlock(), side = vision.tableSide;
    if (vision.tiles) {
        const std::int64_t merge = vision.geometry.merge, blocks = side / merge;
        const at::Tensor patches = rows.unflatten(0, {-1, side * side + 1}).narrow(1, 1, side * side);
        return patches.reshape({-1, blocks, merge, blocks, merge, patches.size(2)})
            .mean(at::IntArrayRef{2, 4})
            .reshape({-1, patches.size(2)});
    }
    const at::Tensor means = rows.unflatten(0, {-1, perBlock}).mean(1);
    return seen.contains("vit/window_index") ? means.index_select(0, seen.at("vit/window_index").argsort()) : means;
}

/// Layers that see whole pictures, nearest to `layer`, downwards first.
std::int64_t wholeLayer(const VisionConfig& vision, std::int64_t layer) {
    if (vision.windowBlocks == 0)
        return layer;
    std::int64_t found = -1;
    for (const std::int64_t full : vision.fullLayers)
        if (full <= layer && full > found)
            found = full;
    return found >= 0 ? found : *std::min_element(vision.fullLayers.begin(), vision.fullLayers.end());
}

#define SKIP_WITHOUT_AMX()                                                                                             \
    if (!flashAttentionRuns())                                                                                         \
    QSKIP("this processor has no AMX for bfloat16, or PRUNESCOPE_CPU forbids it")

} // namespace

/// What the encoder leaves for methods that choose among its tokens.
class TestVisionTraces : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Column means of synthetic queries and keys (golden/uniprune/README).
    void goldenColumns() {
        if (!test::UnipruneGolden::has("vit_attention"))
            QSKIP("the golden folder has no uniprune/vit_attention");
        const c10::InferenceMode guard;
        const test::UnipruneGolden golden("vit_attention");
        QVERIFY(!golden.cases().empty());
        for (const auto& one : golden.cases()) {
            const std::string name = one.at("case");
            const at::Tensor q = byToken(golden.numbers(name + "/q")), k = byToken(golden.numbers(name + "/k"));
            const at::Tensor patch = columnMeans(q, k, {q.size(0)});
            QVERIFY2(test::goldenError(patch, golden.numbers(name + "/patch")) <= 1, name.c_str());
            QVERIFY2(test::goldenError(patch.view({-1, 4}).mean(1), golden.numbers(name + "/token")) <= 1,
                     name.c_str());
        }
    }

    void fastColumns_data() {
        QTest::addColumn<int>("headDim");
        QTest::addColumn<QList<int>>("segments");
        QTest::addColumn<double>("size");
        QTest::newRow("one token") << 64 << QList<int>{1} << 1.0;
        QTest::newRow("one step less one") << 64 << QList<int>{31} << 1.0;
        QTest::newRow("a step and one") << 64 << QList<int>{33} << 1.0;
        QTest::newRow("many steps") << 64 << QList<int>{1100} << 1.0;
        QTest::newRow("pictures") << 64 << QList<int>{36, 0, 530, 4} << 1.0;
        QTest::newRow("small heads") << 8 << QList<int>{70, 70} << 2.0;
        QTest::newRow("odd heads") << 72 << QList<int>{90, 41} << 1.0;
        QTest::newRow("wide heads") << 128 << QList<int>{260} << 1.0;
        QTest::newRow("sharp") << 64 << QList<int>{300, 200} << 4.0;
        QTest::newRow("one key takes all") << 80 << QList<int>{300} << 30.0;
    }

    /// The pass over packed keys against a plain softmax in float64, of tokens side by side and of packed ones; the
    /// sums do not depend on who computes them, and flash attention gives what it gives unwatched.
    void fastColumns() {
        SKIP_WITHOUT_AMX();
        QFETCH(int, headDim);
        QFETCH(QList<int>, segments);
        QFETCH(double, size);
        const c10::InferenceMode guard;
        const std::vector<std::int64_t> lengths(segments.begin(), segments.end());
        const std::int64_t tokens = std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
        at::manual_seed(5);
        const auto qkv = (at::randn({tokens, 3, 5, headDim}) * size).to(at::kBFloat16).unbind(1);
        for (const at::Tensor& q : {qkv[0], qkv[0].contiguous()}) {
            const at::Tensor totals = at::full({5, tokens}, NAN), expected = simpleMeans(q, qkv[1], lengths);
            const at::Tensor attended = cpuSegmentAttention(q, qkv[1], qkv[2], lengths, totals);
            QVERIFY(at::equal(attended, segmentAttention(q, qkv[1], qkv[2], lengths)));
            const at::Tensor means = columnMeans(q, qkv[1], lengths, totals);
            const double scoreError = 2e-6 * size * size * headDim; // of float32 sums, in the exponent
            const at::Tensor error = (means - expected).abs() - (1e-4 + scoreError) * expected.abs();
            QVERIFY2(error.max().item<double>() <= 1e-9, qPrintable(QString::number(relativeError(means, expected))));
            const int before = at::get_num_threads();
            at::set_num_threads(3);
            const at::Tensor again = columnMeans(q, qkv[1], lengths, totals);
            at::set_num_threads(before);
            QVERIFY(at::equal(again, means));
        }
    }

    /// In pieces, when all scores at a time would be too many.
    void plainColumnsInPieces() {
        const c10::InferenceMode guard;
        at::manual_seed(6);
        const at::Tensor q = at::randn({2100, 3, 8}), k = at::randn({2100, 3, 8});
        const std::vector<std::int64_t> segments{2000, 100};
        const at::Tensor means = columnMeans(q, k, segments);
        QVERIFY(relativeError(means, simpleMeans(q, k, segments)) < 1e-5);
        QVERIFY(std::abs(means.narrow(0, 0, 2000).sum().item<double>() - 1) < 1e-5);
    }

    void columnsWithoutSenseAreRefused() {
        AttentionCall call{};
        call.queries = call.keys = 4;
        call.heads = call.kvHeads = 2;
        call.headDim = 64;
        call.scale = 1;
        float totals[8] = {};
        QVERIFY_THROWS_EXCEPTION(Error, planAttentionColumns(call, 1)); // no totals
        call.logTotals = totals;
        QCOMPARE(planAttentionColumns(call, 1).items, 1);
        call.kvHeads = 1;
        QVERIFY_THROWS_EXCEPTION(Error, planAttentionColumns(call, 1));
    }

    void golden_data() { cases_data(); }

    /// Whatever scores and keys a set stores (other-families spec 5 and 7).
    void golden() {
        QFETCH(QString, set);
        QFETCH(QString, name);
        const c10::InferenceMode guard;
        const Loaded& model = loaded(set);
        const auto one = model.readCase(name);
        const VisionConfig& vision = model.vision();
        const EncoderTraces traces = model.network().encode(wholeInput(one, everything()), {}).traces;
        const std::string prefix = "cases/" + one.name + "/full/vit/", last = std::to_string(vision.depth - 1);
        const bool seesWhole =
            wholeLayer(vision, vision.depth - 1) == vision.depth - 1; // else it stores a window's sums
        int compared = 0;
        const auto compare = [&](const std::string& stored, const at::Tensor& found) {
            if (!model.golden.has(prefix + stored))
                return;
            at::Tensor expected = model.golden.tensor(prefix + stored);
            if (vision.tiles && (stored.starts_with("cls") || stored == "mean_attention")) {
                const at::Tensor rows = stored == "mean_attention" ? at::constant_pad_nd(expected, {1, 0}) : expected;
                expected = byBlock(rows.flatten(), {}, vision).flatten();
            }
            const std::string problem = test::difference(stored, found, expected);
            QVERIFY2(problem.empty(), problem.c_str());
            ++compared;
        };
        if (seesWhole)
            compare("score", traces.attention);
        compare("last_keys", traces.keys);
        compare("encoder_features", traces.states);
        compare("prumerge_alpha", traces.mergeAttention);
        compare("cls_attention." + last, traces.closingAttention);
        compare("mean_attention", traces.columns);
        if (!model.golden.has(prefix + "prumerge_alpha") && seesWhole)
            compare("score", traces.mergeAttention);
        if (!vision.tiles && seesWhole)
            compare("score", traces.closingAttention);
        if (model.golden.has(prefix + "last_keys"))
            QVERIFY(compared >= 2);
    }

    void formula_data() { cases_data(); }

    /// Layers, means and orders by the formula, from the states before each layer: for the sets that store no scores,
    /// too.
    void formula() {
        QFETCH(QString, set);
        QFETCH(QString, name);
        const c10::InferenceMode guard;
        const Loaded& model = loaded(set);
        const auto one = model.readCase(name);
        const VisionConfig& vision = model.vision();
        Values seen;
        Observer observer;
        observer.onValue = [&](std::string_view value, const at::Tensor& x) { seen[std::string(value)] = x.clone(); };
        const EncoderTraces traces = model.network().encode(wholeInput(one, everything()), observer).traces;
        const std::int64_t last = vision.runLayers() - 1;
        const SimpleLayer lastLayer(model, seen, last), whole(model, seen, wholeLayer(vision, last)),
            middle(model, seen, wholeLayer(vision, std::max<std::int64_t>(0, vision.depth / 2 - 1)));
        const auto columns = [&](const SimpleLayer& layer) {
            return byBlock(simpleMeans(layer.q(), layer.k(), segmentsOf(seen)), seen, vision).flatten();
        };
        const auto compare = [&](const char* what, const at::Tensor& found, const at::Tensor& expected) {
            const std::string problem = test::difference(what, found, expected, 2e-5);
            QVERIFY2(problem.empty(), problem.c_str());
        };
        compare("middle", traces.middle, columns(middle));
        compare("columns", traces.columns, columns(whole));
        compare("plain keys", traces.plainKeys, byBlock(lastLayer.plainKeys(), seen, vision));
        if (!vision.tiles) {
            compare("attention", traces.attention, columns(whole));
            compare("keys", traces.keys, byBlock(lastLayer.k().flatten(1), seen, vision));
        }
    }

    void asking_data() { cases_data(); }

    /// Nobody who asks changes a feature, and only what is asked for is there.
    void asking() {
        QFETCH(QString, set);
        QFETCH(QString, name);
        const c10::InferenceMode guard;
        const Loaded& model = loaded(set);
        const auto one = model.readCase(name);
        for (const VisionLanguageModel* network : {model.loaded.network.get(), model.half.network.get()}) {
            const VisionFeatures unasked = network->encode(wholeInput(one, {}), {});
            const VisionFeatures asked = network->encode(wholeInput(one, everything()), {});
            QVERIFY(equalFeatures(unasked, asked));
            QCOMPARE(differences(unasked.traces, {}, {}), std::string());
            for (const EncoderTrace& trace : kEncoderTraces) {
                EncoderNeeds needs;
                needs.*trace.need = true;
                const VisionFeatures single = network->encode(wholeInput(one, needs), {});
                QVERIFY(equalFeatures(unasked, single));
                QCOMPARE(differences(single.traces, asked.traces, needs, 0), std::string());
                QCOMPARE((single.traces.*trace.values).size(0), asked.merged.size(0));
            }
        }
    }

    void halfStaysClose_data() { cases_data(); }

    /// bfloat16, by whatever this machine computes it, is as near float32 as the set's logits are.
    void halfStaysClose() {
        QFETCH(QString, set);
        QFETCH(QString, name);
        const c10::InferenceMode guard;
        const Loaded& model = loaded(set);
        const auto input = wholeInput(model.readCase(name), everything());
        const EncoderTraces wide = model.network().encode(input, {}).traces,
                            half = model.half.network->encode(input, {}).traces;
        for (const EncoderTrace& trace : kEncoderTraces) {
            const at::Tensor wanted = (wide.*trace.values).to(at::kDouble),
                             found = (half.*trace.values).to(at::kDouble);
            const double relative = ((found - wanted).norm() / wanted.norm()).item<double>();
            QVERIFY2(relative < model.set.half, qPrintable(QString::number(relative)));
        }
    }

    void sums_data() { cases_data(); }

    /// What the queries of a picture pay adds up to 1, whether all its patches are there or some; with a class token
    /// what it pays to others is a part of it.
    void sums() {
        QFETCH(QString, set);
        QFETCH(QString, name);
        const c10::InferenceMode guard;
        const Loaded& model = loaded(set);
        const auto one = model.readCase(name);
        const bool tiles = model.vision().tiles;
        VisionInput input = wholeInput(one, everything());
        if (model.config().places.input)
            input.masks = someBlocks(one);
        const EncoderTraces traces = model.network().encode(input, {}).traces;
        std::int64_t first = 0;
        for (const std::int64_t count : tokensOf(input.masks)) {
            for (const at::Tensor& values : {traces.attention, traces.columns, traces.middle}) {
                const double perBlock = model.vision().geometry.patchesPerBlock();
                double sum = values.narrow(0, first, count).to(at::kDouble).sum().item<double>() * perBlock;
                if (tiles)
                    sum /= static_cast<double>(count) * perBlock / static_cast<double>(model.vision().tilePatches());
                QVERIFY2(tiles ? sum > 0 && sum < 1 : std::abs(sum - 1) < 1e-4, qPrintable(QString::number(sum)));
            }
            first += count;
        }
        QCOMPARE(traces.attention.size(0), first);
    }

    void picturesStayApart_data() { cases_data(); }

    void picturesStayApart() {
        QFETCH(QString, set);
        QFETCH(QString, name);
        const c10::InferenceMode guard;
        const Loaded& model = loaded(set);
        const auto one = model.readCase(name);
        const EncoderTraces all = model.network().encode(wholeInput(one, everything()), {}).traces;
        std::int64_t first = 0;
        for (const VisionImage& picture : one.pictures) {
            NetworkGolden::Case alone = one;
            alone.pictures = {picture};
            const EncoderTraces own = model.network().encode(wholeInput(alone, everything()), {}).traces;
            const std::int64_t count = picture.grid().count();
            QCOMPARE(differences(own, all.rows(at::arange(first, first + count)), everything(), 1e-5), std::string());
            first += count;
        }
    }

    void masks_data() { cases_data(); }

    /// One row a kept token: after the encoder those of the whole pictures, before it and inside it those of what is
    /// left.
    void masks() {
        QFETCH(QString, set);
        QFETCH(QString, name);
        const c10::InferenceMode guard;
        const Loaded& model = loaded(set);
        const auto one = model.readCase(name);
        VisionInput input = wholeInput(one, everything());
        const EncoderTraces all = model.network().encode(input, {}).traces;
        input.masks = someBlocks(one);
        input.place = Place::AfterEncoder;
        const at::Tensor kept = keptRows(input.masks, 1, at::kCPU);
        QCOMPARE(differences(model.network().encode(input, {}).traces, all.rows(kept), everything(), 0), std::string());
        if (!model.config().places.inside)
            return;
        input.place = Place::VisionLayer;
        const std::int64_t middle = model.vision().depth / 2 - 1;
        for (input.vitLayer = 1; input.vitLayer < model.vision().depth; ++input.vitLayer) {
            try {
                model.network().checkPlace(input.place, input.vitLayer);
            } catch (const Error&) {
                continue; // DeepStack would be of mixed length
            }
            const EncoderTraces cut = model.network().encode(input, {}).traces;
            for (const EncoderTrace& trace : kEncoderTraces)
                QCOMPARE((cut.*trace.values).size(0), kept.size(0));
            if (middle < input.vitLayer)
                QVERIFY(at::allclose(cut.middle, all.middle.index_select(0, kept), 1e-5, 1e-8));
        }
    }

    void partialStates_data() { cases_data(); }

    /// An encoder that goes on from a state in memory leaves what it would have left, also when the state was not asked
    /// for it.
    void partialStates() {
        QFETCH(QString, set);
        QFETCH(QString, name);
        const c10::InferenceMode guard;
        const Loaded& model = loaded(set);
        if (!model.config().places.inside)
            QSKIP("nothing is dropped inside this encoder");
        const auto one = model.readCase(name);
        VisionInput input = wholeInput(one, everything());
        input.place = Place::VisionLayer;
        input.masks = someBlocks(one);
        input.vitLayer = std::max(1, static_cast<int>(model.vision().depth / 2));
        const VisionFeatures fresh = model.network().encode(input, {});
        VisionStream state;
        input.partialState = &state;
        for (const EncoderNeeds& needs : {EncoderNeeds{}, everything(), EncoderNeeds{}, everything()}) {
            input.needs = needs;
            const VisionFeatures features = model.network().encode(input, {});
            QVERIFY(equalFeatures(features, fresh));
            QCOMPARE(differences(features.traces, fresh.traces, needs, 0), std::string());
        }
    }

    void projects_data() { cases_data(); }

    /// Methods that merge before the projector get from its states what the encoder makes of them.
    void projects() {
        QFETCH(QString, set);
        QFETCH(QString, name);
        const c10::InferenceMode guard;
        const Loaded& model = loaded(set);
        const VisionFeatures features = model.network().encode(wholeInput(model.readCase(name), {.states = true}), {});
        const at::Tensor projected = model.network().vision().project(features.traces.states);
        const std::string problem = test::difference("projected", projected, features.merged, 1e-6);
        QVERIFY2(problem.empty(), problem.c_str());
    }

private:
    static void cases_data() {
        QTest::addColumn<QString>("set");
        QTest::addColumn<QString>("name");
        for (const GoldenSet& set : test::goldenSets()) {
            if (!test::hasGolden(set.name))
                continue;
            const NetworkGolden golden(set.name);
            const Loaded& model = loaded(QString::fromStdString(set.name));
            for (const std::string& name : golden.caseNames())
                if (!golden.readCase(name, model.config()).pictures.empty())
                    QTest::newRow((set.name + "/" + name).c_str())
                        << QString::fromStdString(set.name) << QString::fromStdString(name);
        }
        if (!test::hasGolden("qwen3vl"))
            QSKIP("the golden folder has no networks");
    }
};

QTEST_GUILESS_MAIN(TestVisionTraces)
#include "tst_vision_traces.moc"
