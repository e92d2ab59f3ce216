#include "model/files/safetensors.h"
#include "tests/model/delta_samples.h"
#include "tests/support/golden.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <QtTest>
#include <c10/core/InferenceMode.h>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <torch/csrc/autograd/autograd.h>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::test;

namespace {

DeltaInput rowsOf(const DeltaInput& input, std::int64_t first, std::int64_t last) {
    const auto rows = [&](const at::Tensor& x) { return x.slice(0, first, last); };
    return {rows(input.q), rows(input.k), rows(input.v), rows(input.g), rows(input.beta)};
}

std::vector<LinearAttention> someSizes() {
    return {sizesOf(2, 2, 16, 16), sizesOf(1, 2, 8, 24), sizesOf(3, 6, 32, 16), sizesOf(2, 4, 128, 128)};
}

std::vector<at::Tensor> gradients(const DeltaOutput& output, const std::vector<at::Tensor>& inputs) {
    // Weights of the sum that differ, so that no derivative cancels another.
    const at::Tensor loss = (output.values * at::linspace(-1, 1, output.values.numel()).view_as(output.values)).sum() +
                            (output.memory * at::linspace(-1, 2, output.memory.numel()).view_as(output.memory)).sum();
    return torch::autograd::grad({loss}, inputs);
}

/// golden/qwen35
class Golden {
public:
    Golden()
        : m_folder((test::goldenFolder() / "qwen35").string()),
          m_numbers(openSafetensors(m_folder + "/golden.safetensors")),
          m_weights(openSafetensors(m_folder + "/model/model.safetensors")) {}

    at::Tensor operator()(const std::string& name) const { return read(*m_numbers, "cases/" + name); }
    bool has(const std::string& name) const { return m_numbers->find("cases/" + name) != nullptr; }
    at::Tensor weight(const std::string& name) const { return read(*m_weights, "model.language_model." + name); }
    /// A weight of the first layer's delta rule.
    at::Tensor linear(const std::string& name) const { return weight("layers.0.linear_attn." + name); }
    at::Tensor taps() const { return linear("conv1d.weight").squeeze(1); }

    LinearAttention sizes() const {
        const auto text = test::readJson(m_folder + "/model/config.json").at("text_config");
        return {text.at("linear_num_key_heads"), text.at("linear_num_value_heads"), text.at("linear_key_head_dim"),
                text.at("linear_value_head_dim"), text.at("linear_conv_kernel_dim")};
    }

private:
    static at::Tensor read(const WeightFile& file, const std::string& name) {
        const StoredTensor* stored = file.find(name);
        if (!stored || (stored->dtype != "F32" && stored->dtype != "BF16"))
            throw std::runtime_error("no golden tensor " + name + " of float32 or bfloat16");
        const at::ScalarType type = stored->dtype == "F32" ? at::kFloat : at::kBFloat16;
        return at::from_blob(const_cast<std::byte*>(stored->bytes.data()), stored->shape, type)
            .to(at::kFloat, false, true);
    }

    std::string m_folder;
    std::shared_ptr<const WeightFile> m_numbers, m_weights;
};

bool isGolden(const at::Tensor& found, const at::Tensor& expected) {
    return found.sizes() == expected.sizes() &&
           ((found - expected).abs() <= 2e-4 + 1e-4 * expected.abs()).all().item<bool>();
}

/// (1 + w) x / rms(x) (spec 4)
at::Tensor centredNorm(const at::Tensor& x, const at::Tensor& weight) {
    return x * (x.square().mean(-1, true) + 1e-6).rsqrt() * (1 + weight);
}

} // namespace

/// The gated delta rule in all its forms, and the numbers of the reference.
class TestDeltaRule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { at::manual_seed(11); }

    void chunksAreSteps_data() {
        QTest::addColumn<int>("n");
        QTest::addColumn<int>("chunk");
        for (const int n : {1, 2, 7, 8, 63, 64, 65, 133, 300})
            for (const int chunk : {1, 7, 64, 1000})
                QTest::addRow("%d tokens, chunks of %d", n, chunk) << n << chunk;
    }

    void chunksAreSteps() {
        const c10::InferenceMode guard;
        QFETCH(int, n);
        QFETCH(int, chunk);
        for (const LinearAttention& sizes : someSizes()) {
            const Sample sample(sizes, n);
            const DeltaInput input = sample.input();
            QVERIFY(isClose(deltaRuleChunked(input, sample.memory, chunk), deltaRuleStepwise(input, sample.memory)));
            QVERIFY(isClose(deltaRuleChunked(input, {}, chunk), deltaRuleStepwise(input, {})));
            QVERIFY(isClose(deltaRule(input, sample.memory), deltaRuleStepwise(input, sample.memory)));
        }
    }

    /// Longer than what is worked on at a time.
    void longPromptsGoInPieces() {
        const c10::InferenceMode guard;
        const Sample sample(sizesOf(1, 2, 16, 16), 4500);
        const DeltaInput input = sample.input();
        QVERIFY(isClose(deltaRuleChunked(input, sample.memory), deltaRuleStepwise(input, sample.memory)));
    }

    void aCarriedMemoryGoesOn() {
        const c10::InferenceMode guard;
        for (const LinearAttention& sizes : someSizes())
            for (const std::int64_t cut : {1, 64, 90, 149}) {
                const Sample sample(sizes, 150);
                const DeltaInput input = sample.input();
                for (const auto& rule : std::vector<std::function<DeltaOutput(const DeltaInput&, const at::Tensor&)>>{
                         [](const DeltaInput&in, const at::Tensor&memory) { return deltaRule(in, memory); },
                         [](const DeltaInput&in, const at::Tensor&memory) { return deltaRuleChunked(in, memory); },
                         deltaRuleStepwise}) {
                    const at::Tensor before = sample.memory.clone();
                    const DeltaOutput first = rule(rowsOf(input, 0, cut), sample.memory);
                    const DeltaOutput second = rule(rowsOf(input, cut, 150), first.memory);
                    QVERIFY(at::equal(sample.memory, before));
                    QVERIFY(isClose({at::cat({first.values, second.values}), second.memory},
                                    deltaRuleStepwise(input, sample.memory)));
                }
            }
    }

    void noTokensChangeNothing() {
        const c10::InferenceMode guard;
        const Sample sample(sizesOf(2, 4, 16, 16), 0);
        const DeltaInput input = sample.input();
        for (const DeltaOutput& output : {deltaRuleChunked(input, sample.memory), deltaRule(input, sample.memory),
                                          deltaRuleStepwise(input, sample.memory)}) {
            QVERIFY(isClose(output, {at::empty({0, 4, 16}), sample.memory}));
        }
    }

    /// All keys the same and nothing forgotten: the worst case for the inverse in 5.7.
    void equalKeysStayExact() {
        const c10::InferenceMode guard;
        Sample sample(sizesOf(1, 1, 16, 16), 256);
        DeltaInput input = sample.input();
        input.k = input.k.slice(0, 0, 1).expand_as(input.k).contiguous();
        input.g = at::zeros_like(input.g);
        input.beta = at::ones_like(input.beta);
        const DeltaOutput expected = deltaRuleStepwise(input, sample.memory);
        QVERIFY(isClose(deltaRuleChunked(input, sample.memory), expected));
        QVERIFY(isClose(deltaRule(input, sample.memory), expected));
    }

    void strongDecayForgets() {
        const c10::InferenceMode guard;
        const Sample sample(sizesOf(2, 2, 16, 16), 100);
        DeltaInput input = sample.input();
        for (const double log : {-5.0, -40.0, -1000.0}) {
            input.g = at::full_like(input.g, log);
            const DeltaOutput expected = deltaRuleStepwise(input, sample.memory);
            QVERIFY(isClose(deltaRuleChunked(input, sample.memory), expected));
            QVERIFY(isClose(deltaRule(input, sample.memory), expected));
        }
    }

    void chunksHaveTheGradientsOfSteps() {
        for (const LinearAttention& sizes : {sizesOf(2, 2, 8, 8), sizesOf(1, 2, 16, 16)})
            for (const std::int64_t n : {1, 9, 70}) {
                const Sample sample(sizes, n);
                const DeltaInput plain = sample.input();
                std::vector<at::Tensor> leaves;
                for (const at::Tensor& x : {plain.q, plain.k, plain.v, plain.g, plain.beta, sample.memory})
                    leaves.push_back(x.detach().clone().requires_grad_());
                const DeltaInput input{leaves[0], leaves[1], leaves[2], leaves[3], leaves[4]};
                const auto expected = gradients(deltaRuleStepwise(input, leaves[5]), leaves);
                const auto found = gradients(deltaRuleChunked(input, leaves[5], 32), leaves);
                const auto chosen = gradients(deltaRule(input, leaves[5]), leaves); // no kernel that autograd misses
                for (std::size_t i = 0; i < leaves.size(); ++i) {
                    const double bound = 1e-5 + 2e-5 * expected[i].abs().max().item<double>();
                    QVERIFY(isClose(found[i], expected[i], bound));
                    QVERIFY(isClose(chosen[i], expected[i], bound));
                }
            }
    }

    /// From the products to what goes into the last one, against differences of the loss.
    void theWholeLayerHasGradients() {
        const LinearAttention sizes = sizesOf(1, 2, 16, 16);
        const std::int64_t n = 5;
        std::vector<at::Tensor> leaves;
        const std::vector<std::vector<std::int64_t>> shapes{{n, sizes.channels()},
                                                            {sizes.channels(), 4},
                                                            {3, sizes.channels()},
                                                            {n, 2},
                                                            {n, 2},
                                                            {2},
                                                            {2},
                                                            {n, 2, 16},
                                                            {16}};
        for (const auto& shape : shapes)
            leaves.push_back(at::randn(shape).requires_grad_());
        const auto loss = [&] {
            const Convolved convolved = causalConvolution(leaves[0], leaves[1], leaves[2]);
            const DeltaGates gates = deltaGates(leaves[3], leaves[4], leaves[5], leaves[6]);
            const DeltaOutput output = deltaRule(convolved.values, gates, sizes, {});
            const at::Tensor out = gatedNorm(output.values, leaves[7], leaves[8], 1e-2);
            return (out * at::linspace(-1, 1, out.numel()).view_as(out)).sum();
        };
        const auto found = torch::autograd::grad({loss()}, leaves);
        const at::NoGradGuard guard; // here the kernels compute
        for (std::size_t i = 0; i < leaves.size(); ++i) {
            const at::Tensor direction = at::randn_like(leaves[i]), place = leaves[i].detach();
            constexpr double kStep = 1e-2;
            place.add_(direction, kStep);
            const double above = loss().item<double>();
            place.sub_(direction, 2 * kStep);
            const double below = loss().item<double>();
            place.add_(direction, kStep);
            const double expected = (found[i] * direction).sum().item<double>();
            QVERIFY(std::abs((above - below) / (2 * kStep) - expected) < 2e-2 * (1 + std::abs(expected)));
        }
    }

    void convolutionIsTheLoop_data() {
        QTest::addColumn<int>("n");
        for (const int n : {0, 1, 2, 3, 4, 21})
            QTest::addRow("%d tokens", n) << n;
    }

    void convolutionIsTheLoop() {
        QFETCH(int, n);
        for (const std::int64_t kernel : {1, 2, 4, 5})
            for (const std::int64_t channels : {1, 16, 37}) {
                const at::Tensor u = at::randn({n, channels}), taps = at::randn({channels, kernel});
                const at::Tensor recent = at::randn({kernel - 1, channels});
                const at::Tensor expected = convolvedNaively(u, taps, recent);
                const Convolved general = causalConvolution(u, taps.clone().requires_grad_(), recent);
                QVERIFY(isClose(general.values, expected));
                const Convolved found = causalConvolution(u, taps, recent);
                QVERIFY(isClose(found.values, expected));
                QVERIFY(at::equal(found.recent, at::cat({recent, u}).slice(0, n)));
                QVERIFY(at::equal(general.recent, found.recent));
                QVERIFY(
                    isClose(causalConvolution(u, taps, {}).values, convolvedNaively(u, taps, at::zeros_like(recent))));
            }
    }

    void convolutionGoesOnInPieces() {
        for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
            const at::Tensor u = at::randn({12, 48}).to(type), taps = at::randn({48, 4}).to(type);
            const Convolved whole = causalConvolution(u, taps, {});
            for (std::int64_t cut = 0; cut <= 12; ++cut) {
                const Convolved first = causalConvolution(u.slice(0, 0, cut), taps, {});
                const Convolved second = causalConvolution(u.slice(0, cut), taps, first.recent);
                QVERIFY(at::equal(at::cat({first.values, second.values}), whole.values));
                QVERIFY(at::equal(second.recent, whole.recent));
            }
        }
    }

    void promptsOfBfloat16OnSeveralThreads() {
        const c10::InferenceMode guard;
        for (const int threads : {1, 3}) {
            at::set_num_threads(threads);
            const Sample sample(sizesOf(4, 8, 32, 32), 150, at::kBFloat16);
            QVERIFY(isClose(deltaRule(sample.convolved, sample.gates, sample.sizes, sample.memory),
                            deltaRuleStepwise(sample.input(), sample.memory)));
            const at::Tensor part = at::randn({150, 900}).to(at::kBFloat16).slice(1, 11, 11 + sample.sizes.channels());
            const Sample whole(sample.sizes, 150);
            QVERIFY(isClose(deltaRule(part, whole.gates, whole.sizes, {}),
                            deltaRuleStepwise(deltaInput(part, whole.gates, whole.sizes), {})));
        }
    }

    void gatedNormIsTheFormula() {
        for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
            const at::Tensor values = at::randn({33, 4, 24}),
                             z = at::randn({33, 5, 30}).to(type).slice(1, 1).slice(2, 6);
            const at::Tensor weight = at::randn({24});
            const at::Tensor found = gatedNorm(values, z, weight, 1e-6);
            const at::Tensor general = gatedNorm(values, z, weight.clone().requires_grad_(), 1e-6);
            QVERIFY(found.scalar_type() == type && found.size(1) == 96);
            QVERIFY(isClose(found, general, type == at::kFloat ? kClose : 0.07)); // one place of numbers up to 16
        }
    }

    void theReferenceStepByStep() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen35");
        const c10::InferenceMode guard;
        const Golden golden;
        const LinearAttention sizes = golden.sizes();
        const std::string detail = "two_images/full/text/detail.0.";
        const at::Tensor conv = golden(detail + "conv"), delta = golden(detail + "delta");
        QVERIFY(isGolden(causalConvolution(golden(detail + "qkv"), golden.taps(), {}).values, conv));
        const DeltaGates gates{golden(detail + "g"), golden(detail + "beta")};
        const DeltaInput input = deltaInput(conv, gates, sizes);
        const std::int64_t repeats = sizes.valueHeads / sizes.keyHeads;
        QVERIFY(isGolden(input.q.repeat_interleave(repeats, 1), golden(detail + "query")));
        QVERIFY(isGolden(input.k.repeat_interleave(repeats, 1), golden(detail + "key")));
        for (const DeltaOutput& output : {deltaRule(input, {}), deltaRule(conv, gates, sizes, {}),
                                          deltaRuleChunked(input, {}), deltaRuleStepwise(input, {})})
            QVERIFY(isGolden(output.values, delta));
        QVERIFY(isGolden(gatedNorm(delta, golden(detail + "z"), golden.linear("norm.weight"), 1e-6),
                         golden(detail + "gated")));
    }

    /// From the embeddings: the first layer's states after a prompt of three chunks.
    void theReferencesStates_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"two_tokens", "long_text"})
            QTest::addRow("%s", name) << QString(name);
    }

    void theReferencesStates() {
        PRUNESCOPE_NEEDS_GOLDEN("qwen35");
        QFETCH(QString, name);
        const c10::InferenceMode guard;
        const Golden golden;
        const std::string of = name.toStdString();
        if (!golden.has(of + "/full/inputs_embeds"))
            QSKIP("the golden set leaves the embeddings of this case out");
        const at::Tensor y =
            centredNorm(golden(of + "/full/inputs_embeds"), golden.weight("layers.0.input_layernorm.weight"));
        const auto product = [&](const std::string& matrix) {
            return at::linear(y, golden.linear(matrix + ".weight"));
        };
        const Convolved convolved = causalConvolution(product("in_proj_qkv"), golden.taps(), {});
        const DeltaGates gates =
            deltaGates(product("in_proj_a"), product("in_proj_b"), golden.linear("A_log"), golden.linear("dt_bias"));
        QVERIFY(isGolden(convolved.recent.t(), golden(of + "/full/text/conv_state.0")));
        const at::Tensor memory = golden(of + "/full/text/recurrent_state.0");
        QVERIFY(isGolden(deltaRule(convolved.values, gates, golden.sizes(), {}).memory, memory));
        QVERIFY(isGolden(deltaRuleChunked(deltaInput(convolved.values, gates, golden.sizes()), {}).memory, memory));
    }
};

QTEST_APPLESS_MAIN(TestDeltaRule)
#include "tst_delta_rule.moc"
