#include "model/layers/delta_rule.h"
#include "model/train/losses.h"
#include "tests/model/train_samples.h"

#include <ATen/core/grad_mode.h>
#include <QTemporaryDir>
#include <QtTest>
#include <torch/csrc/autograd/autograd.h>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::model::train;
using namespace prunescope::test;
using Json = nlohmann::json;

namespace {

constexpr double kAlpha = 0.5;
constexpr double kClose = 1e-3; // float32 against double

/// The language layers of qwen3_5 written out (qwen3-5 spec 4 to 6) in plain operations of LibTorch in double, sequence
/// by sequence, the rule token by token. Reads the parameters of a network in training.
class Twin {
public:
    explicit Twin(const TrainingNetwork& network)
        : m_parameters(network.parameters()), m_config(network.config().text) {}

    /// Logits of the rows that predict answers; `merged` are the vision features.
    at::Tensor logits(const TrainBatch& batch, const at::Tensor& merged) const {
        const at::Tensor table = weight("embed_tokens.weight");
        at::Tensor all = table.index_select(0, batch.text.ids);
        all = all.index_copy(0, batch.text.visual, merged.to(at::kDouble));
        std::vector<at::Tensor> ends;
        std::int64_t begin = 0;
        for (const std::int64_t length : batch.text.segments) {
            const at::Tensor angles = anglesOf(batch.text.positions.narrow(1, begin, length));
            at::Tensor x = all.narrow(0, begin, length);
            for (std::int64_t i = 0; i < m_config.layers; ++i)
                x = layer("layers." + std::to_string(i) + ".", m_config.isLinear(i), x, angles);
            ends.push_back(norm(x, weight("norm.weight")));
            begin += length;
        }
        return at::matmul(at::cat(ends).index_select(0, batch.predicting), table.t());
    }

private:
    at::Tensor weight(const std::string& name) const {
        return m_parameters.find("model.language_model." + name)->live.to(at::kDouble);
    }
    at::Tensor product(const at::Tensor& x, const std::string& name) const {
        return at::matmul(x, weight(name + ".weight").t());
    }
    at::Tensor scaled(const at::Tensor& x) const {
        return x / (x.square().mean(-1, true) + m_config.rmsEpsilon).sqrt();
    }
    at::Tensor norm(const at::Tensor& x, const at::Tensor& by) const { return scaled(x) * (1 + by); }
    static at::Tensor silu(const at::Tensor& x) { return x / (1 + (-x).exp()); }
    static at::Tensor unit(const at::Tensor& x) { return x / (x.square().sum(-1, true) + 1e-6).sqrt(); }

    at::Tensor layer(const std::string& name, bool isLinear, const at::Tensor& x, const at::Tensor& angles) const {
        const at::Tensor in = norm(x, weight(name + "input_layernorm.weight"));
        const at::Tensor y =
            x + (isLinear ? delta(name + "linear_attn.", in) : attention(name + "self_attn.", in, angles));
        const at::Tensor mid = norm(y, weight(name + "post_attention_layernorm.weight"));
        const at::Tensor gated = silu(product(mid, name + "mlp.gate_proj")) * product(mid, name + "mlp.up_proj");
        return y + product(gated, name + "mlp.down_proj");
    }

    /// [n, channels] -> silu of the sums over a token and those before it.
    at::Tensor convolved(const at::Tensor& u, const at::Tensor& taps) const {
        const std::int64_t before = taps.size(2) - 1, n = u.size(0);
        const at::Tensor rows = at::cat({at::zeros({before, u.size(1)}, u.options()), u});
        at::Tensor sum = at::zeros_like(u);
        for (std::int64_t j = 0; j <= before; ++j)
            sum = sum + rows.narrow(0, j, n) * taps.select(2, j).squeeze(1);
        return silu(sum);
    }

    at::Tensor delta(const std::string& name, const at::Tensor& x) const {
        const LinearAttention& sizes = m_config.linearAttention;
        const at::Tensor s = convolved(product(x, name + "in_proj_qkv"), weight(name + "conv1d.weight"));
        const auto parts = s.split_with_sizes({sizes.keyWidth(), sizes.keyWidth(), sizes.valueWidth()}, 1);
        const auto heads = [](const at::Tensor& part, std::int64_t count) { return part.unflatten(1, {count, -1}); };
        const at::Tensor rate = (1 + (product(x, name + "in_proj_a") + weight(name + "dt_bias")).exp()).log();
        const at::Tensor beta = 1 / (1 + (-product(x, name + "in_proj_b")).exp());
        const DeltaInput input{unit(heads(parts[0], sizes.keyHeads)) / std::sqrt(static_cast<double>(sizes.keyDim)),
                               unit(heads(parts[1], sizes.keyHeads)), heads(parts[2], sizes.valueHeads),
                               -weight(name + "A_log").exp() * rate, beta};
        const at::Tensor said = scaled(deltaRuleStepwise(input, {}).values) * weight(name + "norm.weight");
        const at::Tensor gate = silu(heads(product(x, name + "in_proj_z"), sizes.valueHeads));
        return product((said * gate).flatten(1), name + "out_proj");
    }

    /// [n, turned / 2] of positions [3, n].
    at::Tensor anglesOf(const at::Tensor& positions) const {
        const std::int64_t turned = m_config.rotaryDim;
        std::vector<at::Tensor> columns;
        for (std::int64_t i = 0; i < turned / 2; ++i) {
            const std::int64_t axis = i % 3;
            const bool reaches = axis > 0 && i < 3 * m_config.ropeSections[static_cast<std::size_t>(axis)];
            const double rate =
                std::pow(m_config.ropeTheta, -2.0 * static_cast<double>(i) / static_cast<double>(turned));
            columns.push_back(positions[reaches ? axis : 0].to(at::kDouble) * rate);
        }
        return at::stack(columns, 1);
    }

    /// Pairs (i, i + turned / 2) of the first values of every head [n, heads, headDim] turn.
    static at::Tensor turned(const at::Tensor& x, const at::Tensor& angles) {
        const std::int64_t half = angles.size(1);
        const at::Tensor cos = angles.cos().unsqueeze(1), sin = angles.sin().unsqueeze(1);
        const at::Tensor a = x.narrow(2, 0, half), b = x.narrow(2, half, half);
        return at::cat({a * cos - b * sin, b * cos + a * sin, x.narrow(2, 2 * half, x.size(2) - 2 * half)}, 2);
    }

    at::Tensor attention(const std::string& name, const at::Tensor& x, const at::Tensor& angles) const {
        const std::int64_t n = x.size(0), dim = m_config.headDim;
        const auto heads = [&](const char* part) { return product(x, name + part).unflatten(1, {-1, dim}); };
        const at::Tensor both = product(x, name + "q_proj").view({n, m_config.heads, 2, dim});
        const auto ready = [&](const at::Tensor& h, const char* by) {
            return turned(norm(h, weight(name + by)), angles).transpose(0, 1); // [heads, n, dim]
        };
        const std::int64_t share = m_config.heads / m_config.kvHeads;
        const at::Tensor q = ready(both.select(2, 0), "q_norm.weight");
        const at::Tensor k = ready(heads("k_proj"), "k_norm.weight").repeat_interleave(share, 0);
        const at::Tensor v = heads("v_proj").transpose(0, 1).repeat_interleave(share, 0);
        const at::Tensor later = at::ones({n, n}, at::kBool).triu(1);
        const at::Tensor scores = at::matmul(q, k.transpose(1, 2)) / std::sqrt(static_cast<double>(dim));
        const at::Tensor e = scores.exp().masked_fill(later, 0);
        const at::Tensor seen = at::matmul(e / e.sum(-1, true), v).transpose(0, 1).flatten(1);
        return product(seen / (1 + (-both.select(2, 1).flatten(1)).exp()), name + "o_proj");
    }

    const ParameterSet& m_parameters;
    const LanguageConfig& m_config;
};

/// A new model of one linear and one full layer.
TrainModel newModel(const std::filesystem::path& folder, std::uint64_t seed) {
    Json json = numberConfig(folder, "run", 1, "qwen35");
    json["seed"] = seed;
    Json& config = json["model"]["new"];
    config["text_config"]["num_hidden_layers"] = config["text_config"]["full_attention_interval"] = 2;
    return openTrainModel(parseTrainConfig(json, "config", "."), at::kCPU, at::kFloat, {});
}

/// With weights large enough for everything to matter.
TrainModel strongModel(const std::filesystem::path& folder, std::uint64_t seed) {
    TrainModel model = newModel(folder, seed);
    const at::NoGradGuard noGradient;
    at::manual_seed(seed);
    for (Parameter& parameter : model.network->parameters().all())
        parameter.master.add_(at::randn(parameter.master.sizes()), 0.1);
    return model;
}

/// Cross-entropy and KL by their formulas.
at::Tensor plainLoss(const at::Tensor& logits, const at::Tensor& taught, const at::Tensor& labels) {
    const at::Tensor student = logits - logits.exp().sum(-1, true).log();
    const at::Tensor teacher = taught - taught.exp().sum(-1, true).log();
    const at::Tensor crossEntropy = -student.gather(1, labels.unsqueeze(1)).sum();
    return kAlpha * crossEntropy + (1 - kAlpha) * (teacher.exp() * (teacher - student)).sum();
}

std::vector<at::Tensor> derivatives(const at::Tensor& loss, const TrainingNetwork& network) {
    torch::autograd::variable_list inputs;
    for (const Parameter& parameter : network.parameters().all())
        inputs.push_back(parameter.live);
    return torch::autograd::grad({loss}, inputs);
}

} // namespace

/// Training through layers of the delta rule against the same written out.
class TestTrainDelta : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    TrainModel m_student, m_teacher;

private Q_SLOTS:
    void initTestCase() {
        m_student = strongModel(m_folder.path().toStdString(), 11);
        m_teacher = strongModel(m_folder.path().toStdString(), 12);
        QVERIFY(m_student.parsed.text.isLinear(0) && !m_student.parsed.text.isLinear(1));
    }

    /// Heads of a new model remember from many tokens to hardly any; its norms change nothing.
    void aNewModelBeginsWell() {
        const TrainModel model = newModel(m_folder.path().toStdString(), 1);
        const at::NoGradGuard noGradient;
        const auto master = [&](const std::string& name) {
            return model.network->parameters().find("model.language_model." + name)->master;
        };
        const std::string layer = "layers.0.linear_attn.";
        const at::Tensor zeros = at::zeros({1, model.parsed.text.linearAttention.valueHeads});
        const at::Tensor kept = deltaGates(zeros, zeros, master(layer + "A_log"), master(layer + "dt_bias")).g.exp()[0];
        QVERIFY(kept[0].item<double>() > 0.998 && kept[-1].item<double>() < 0.3);
        QVERIFY(at::diff(kept).lt(0).all().item<bool>());
        QVERIFY(at::equal(master(layer + "norm.weight"), at::ones_like(master(layer + "norm.weight"))));
        for (const char* name : {"norm.weight", "layers.0.input_layernorm.weight", "layers.1.self_attn.q_norm.weight"})
            QVERIFY2(!master(name).any().item<bool>(), name);
        const Parameter* qkv = model.network->parameters().find("model.language_model." + layer + "in_proj_qkv.weight");
        QVERIFY(qkv->updater == Updater::Muon && qkv->parts == 1); // values are wider than keys
        QVERIFY(model.network->parameters().find("model.language_model." + layer + "conv1d.weight")->updater ==
                Updater::Adam);
    }

    void gradientsAreThoseOfTheTwin_data() {
        QTest::addColumn<QString>("plan");
        QTest::addColumn<bool>("severalSizes");
        QTest::newRow("whole pictures of one size, all at once") << "input:keep_all" << false;
        QTest::newRow("pruned pictures of one size, all at once") << "input:raster,tau=0.1" << false;
        QTest::newRow("pruned pictures of several sizes, one by one") << "input:raster,tau=0.1" << true;
    }
    /// Of every parameter, those of the encoder through its features. Half of the loss is what a teacher says of whole
    /// pictures.
    void gradientsAreThoseOfTheTwin() {
        QFETCH(QString, plan);
        QFETCH(bool, severalSizes);
        const auto examples = threeExamples(*m_student.encoder, severalSizes);
        BatchOptions options;
        options.plan = parsePlan(plan.toStdString());
        options.levelled = !severalSizes;
        const TrainBatch batch = makeBatch(examples, options, *m_student.encoder, 5);
        const TrainBatch whole = makeBatch(examples, {}, *m_student.encoder, 5);
        const TrainingNetwork &network = *m_student.network, &teacher = *m_teacher.network;
        TeacherStates taught;
        {
            const at::NoGradGuard noGradient;
            taught = {teacher.answerStates(whole, teacher.encode(whole)), teacher.head()};
        }
        AnswerLossOptions lossOptions;
        lossOptions.alpha = kAlpha;
        const VisionFeatures features = network.encode(batch);
        const AnswerLoss loss =
            answerLoss(network.answerStates(batch, features), network.head(), taught, batch, {}, lossOptions);
        const at::Tensor logits = Twin(network).logits(batch, network.encode(batch).merged);
        const at::Tensor saidByTeacher =
            at::matmul(taught.hidden.to(at::kDouble), taught.head.detach().to(at::kDouble).t());
        const at::Tensor plain = plainLoss(logits, saidByTeacher, batch.labels);
        QVERIFY(std::abs(loss.total.item<double>() / plain.item<double>() - 1) < 1e-4);
        QVERIFY(loss.distillation.item<double>() > 0.1);
        compare(derivatives(loss.total, network), derivatives(plain, network));
    }

private:
    void compare(const std::vector<at::Tensor>& found, const std::vector<at::Tensor>& expected) const {
        const auto& parameters = m_student.network->parameters().all();
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const double size = expected[i].norm().item<double>(),
                         error = (found[i] - expected[i]).norm().item<double>();
            QVERIFY2(size > 0 && error <= kClose * size,
                     qPrintable(QString("%1: %2 of %3").arg(parameters[i].name.c_str()).arg(error).arg(size)));
        }
    }
};

QTEST_GUILESS_MAIN(TestTrainDelta)
#include "tst_train_delta.moc"
