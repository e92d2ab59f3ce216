#include "core/kernels/cpu_level.h"
#include "model/kernels/delta_prompt.h"
#include "model/kernels/delta_step.h"
#include "tests/model/delta_samples.h"

#include <QtTest>
#include <utility>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::test;

namespace {

float* numbers(at::Tensor& x) {
    return x.mutable_data_ptr<float>();
}

const float* numbers(const at::Tensor& x) {
    return x.const_data_ptr<float>();
}

/// DeltaStep::update of every value head, one token after the other.
DeltaOutput steps(const DeltaStep& kernels, const DeltaInput& input, const at::Tensor& before) {
    const at::Tensor decay = input.g.exp();
    DeltaOutput output{at::empty_like(input.v), before.clone()};
    const std::int64_t heads = input.v.size(1), repeats = heads / input.k.size(1);
    for (std::int64_t t = 0; t < input.v.size(0); ++t)
        for (std::int64_t head = 0; head < heads; ++head) {
            at::Tensor memory = output.memory[head], out = output.values[t][head];
            kernels.update({numbers(input.q[t][head / repeats]), numbers(input.k[t][head / repeats]),
                            numbers(input.v[t][head]), decay[t][head].item<float>(), input.beta[t][head].item<float>(),
                            input.k.size(2), input.v.size(2), numbers(memory), numbers(out)});
        }
    return output;
}

/// PromptRule with the kernels of one instruction set, on queries and keys before 5.4.
DeltaOutput prompt(const DeltaPrompt& kernels, const Sample& sample) {
    const LinearAttention& sizes = sample.sizes;
    const std::int64_t n = sample.convolved.size(0), row = sizes.channels();
    const float* from = numbers(sample.convolved);
    DeltaOutput output{at::full({n, sizes.valueHeads, sizes.valueDim}, NAN), sample.memory.clone()};
    const PromptRule rule{WeightType::Float32,
                          true,
                          {from, row, sizes.keyDim},
                          {from + sizes.keyWidth(), row, sizes.keyDim},
                          {from + 2 * sizes.keyWidth(), row, sizes.valueDim},
                          numbers(sample.gates.g),
                          numbers(sample.gates.beta),
                          numbers(output.memory),
                          numbers(output.values),
                          n,
                          sizes.keyHeads,
                          sizes.valueHeads,
                          sizes.keyDim,
                          sizes.valueDim};
    at::Tensor scratch = at::full({deltaScratch(rule)}, NAN); // what is read is written before
    kernels.rule(rule, 0, sizes.keyHeads, numbers(scratch));
    return output;
}

} // namespace

/// The kernels of linear layers, for every instruction set, against the general forms.
class TestDeltaKernels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { at::manual_seed(11); }

    void everySetStepsAToken() {
        for (const CpuLevel level : cpuLevels())
            for (const LinearAttention& sizes :
                 {sizesOf(1, 2, 8, 24), sizesOf(2, 2, 5, 7), sizesOf(1, 1, 128, 128), sizesOf(1, 1, 16, 200)}) {
                const Sample sample(sizes, 6);
                const DeltaInput input = sample.input();
                QVERIFY(
                    isClose(steps(deltaStep(level), input, sample.memory), deltaRuleStepwise(input, sample.memory)));
            }
    }

    void everySetRunsAPrompt_data() {
        QTest::addColumn<int>("n");
        for (const int n : {1, 3, 31, 32, 33, 64, 133, 300})
            QTest::addRow("%d tokens", n) << n;
    }

    void everySetRunsAPrompt() {
        QFETCH(int, n);
        for (const CpuLevel level : cpuLevels())
            for (const LinearAttention& sizes :
                 {sizesOf(2, 2, 16, 16), sizesOf(1, 3, 32, 80), sizesOf(2, 4, 128, 128), sizesOf(1, 1, 256, 64)}) {
                const Sample sample(sizes, n);
                QVERIFY(isClose(prompt(deltaPrompt(level), sample), deltaRuleStepwise(sample.input(), sample.memory)));
            }
    }

    void everySetConvolvesAToken() {
        for (const CpuLevel level : cpuLevels())
            for (const at::ScalarType type : {at::kFloat, at::kBFloat16})
                for (const std::int64_t kernel : {1, 2, 4}) {
                    const std::int64_t channels = 75;
                    const at::Tensor u = at::randn({4, channels}), taps = at::randn({channels, kernel});
                    const at::Tensor byTap = taps.t().contiguous();
                    at::Tensor recent = at::randn({kernel - 1, channels}).to(type), out = at::empty({channels});
                    for (std::int64_t t = 0; t < 4; ++t) {
                        const at::Tensor expected = convolvedNaively(u.slice(0, t, t + 1), taps, recent.to(at::kFloat));
                        const at::Tensor next = at::cat({recent, u.slice(0, t, t + 1).to(type)}).slice(0, 1);
                        const TokenConvolution token{numbers(u) + t * channels,
                                                     numbers(byTap),
                                                     type == at::kFloat ? WeightType::Float32 : WeightType::BFloat16,
                                                     recent.mutable_data_ptr(),
                                                     channels,
                                                     kernel,
                                                     numbers(out)};
                        for (const auto& [first, last] : {std::pair{0, 33}, std::pair{33, 75}})
                            deltaStep(level).convolve(token, first, last);
                        QVERIFY(isClose(out, expected[0]));
                        QVERIFY(at::equal(recent, next));
                    }
                }
    }

    void everySetNormalises() {
        for (const CpuLevel level : cpuLevels())
            for (const std::int64_t dim : {1, 7, 16, 100, 128}) {
                const DeltaStep& kernels = deltaStep(level);
                const at::Tensor x = at::randn({dim}), z = at::randn({dim}) * 4, weight = at::randn({dim});
                at::Tensor unit = x.clone(), out = at::empty({dim}), narrow = at::empty({dim}, at::kBFloat16);
                kernels.unit(numbers(unit), dim, 0.3f);
                QVERIFY(isClose(unit, x * (x.square().sum() + 1e-6).rsqrt() * 0.3));
                const at::Tensor expected = x * (x.square().mean() + 1e-6).rsqrt() * weight * at::silu(z);
                kernels.normGateFloat32(numbers(x), numbers(weight), numbers(z), dim, 1e-6f, numbers(out));
                QVERIFY(isClose(out, expected));
                const at::Tensor gate = z.to(at::kBFloat16);
                kernels.normGateBfloat16(numbers(x), numbers(weight),
                                         static_cast<const std::uint16_t*>(gate.const_data_ptr()), dim, 1e-6f,
                                         static_cast<std::uint16_t*>(narrow.mutable_data_ptr()));
                QVERIFY(isClose(narrow, expected, 0.02 * (1 + expected.abs().max().item<double>())));
            }
    }
};

QTEST_APPLESS_MAIN(TestDeltaKernels)
#include "tst_delta_kernels.moc"
