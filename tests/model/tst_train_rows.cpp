#include "core/kernels/cpu_level.h"
#include "model/kernels/train_rows.h"

#include <ATen/ATen.h>
#include <QtTest>
#include <c10/core/InferenceMode.h>
#include <limits>

using namespace prunescope;
using namespace prunescope::model;

namespace {

constexpr std::int64_t kCounts[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 100, 257};
constexpr double kRounding = 1.0 / 256; ///< one rounding to bfloat16 of numbers up to the largest one

/// Numbers with some more behind them that no kernel may touch.
struct Row {
    at::Tensor all; ///< [count + kBehind] bfloat16
    std::int64_t count;
    static constexpr std::int64_t kBehind = 40;
    static constexpr double kUntouched = 77;

    explicit Row(const at::Tensor& values) : all(at::full({values.size(0) + kBehind}, kUntouched, at::kBFloat16)) {
        count = values.size(0);
        all.narrow(0, 0, count).copy_(values);
    }
    explicit Row(std::int64_t numbers) : Row(at::full({numbers}, 5.0)) {}
    std::uint16_t* data() { return static_cast<std::uint16_t*>(all.mutable_data_ptr()); }
    at::Tensor wide() const { return all.narrow(0, 0, count).to(at::kDouble); }
    bool endIsUntouched() const { return all.narrow(0, count, kBehind).eq(kUntouched).all().item<bool>(); }
};

/// What a kernel made of a row.
at::Tensor made(const Row& row) {
    return row.endIsUntouched() ? row.wide() : at::full({row.count}, std::numeric_limits<double>::quiet_NaN());
}

/// Largest difference as a share of the largest number; infinite where one is not a number.
double error(const at::Tensor& found, const at::Tensor& expected) {
    const at::Tensor largest = expected.abs().max().clamp_min(1e-3);
    const double share = ((found - expected).abs().max() / largest).item<double>();
    return std::isfinite(share) ? share : std::numeric_limits<double>::infinity();
}

at::Tensor randomRow(std::int64_t count, double scale = 3) {
    return (at::randn({count}) * scale).to(at::kBFloat16);
}

/// Derivatives of sum(g * y) by `inputs`, by LibTorch in float64.
std::vector<at::Tensor> gradients(std::vector<at::Tensor> inputs, const at::Tensor& g,
                                  const std::function<at::Tensor(const std::vector<at::Tensor>&)>& y) {
    for (at::Tensor& input : inputs)
        input = input.to(at::kDouble).detach().requires_grad_(true);
    (y(inputs) * g.to(at::kDouble)).sum().backward();
    for (at::Tensor& input : inputs)
        input = input.grad();
    return inputs;
}

} // namespace

/// Steps of training for every instruction set against the formulas in float64: any length, nothing behind the end
/// touched, results in the place of arguments.
class TestTrainRows : public QObject {
    Q_OBJECT

    /// Calls `work` for every instruction set and length.
    template <typename Work>
    static void everywhere(const Work& work) {
        for (const CpuLevel level : cpuLevels())
            for (const std::int64_t count : kCounts)
                work(trainRows(level), count);
    }

private Q_SLOTS:
    void initTestCase() { at::manual_seed(11); }

    void gelu() {
        const auto formula = [](const std::vector<at::Tensor>& x) { return at::gelu(x[0], "tanh"); };
        everywhere([&](const TrainRows& rows, std::int64_t count) {
            Row x(randomRow(count)), g(randomRow(count, 1)), y(count);
            rows.gelu(x.data(), count, y.data());
            QVERIFY(error(made(y), formula({x.wide()})) < kRounding);
            const at::Tensor expected = gradients({x.wide()}, g.wide(), formula)[0];
            rows.geluBackward(x.data(), g.data(), count, g.data()); // in the place of an argument
            QVERIFY(error(made(g), expected) < kRounding);
        });
    }

    void swiGlu() {
        const auto formula = [](const std::vector<at::Tensor>& x) { return at::silu(x[0]) * x[1]; };
        everywhere([&](const TrainRows& rows, std::int64_t count) {
            Row gate(randomRow(count)), up(randomRow(count)), g(randomRow(count, 1)), y(count);
            rows.swiGlu(gate.data(), up.data(), count, y.data());
            QVERIFY(error(made(y), formula({gate.wide(), up.wide()})) < kRounding);
            const auto expected = gradients({gate.wide(), up.wide()}, g.wide(), formula);
            Row ofGate(count), ofUp(count);
            rows.swiGluBackward(gate.data(), up.data(), g.data(), count, ofGate.data(), ofUp.data());
            QVERIFY(error(made(ofGate), expected[0]) < kRounding);
            QVERIFY(error(made(ofUp), expected[1]) < kRounding);
        });
    }

    void normAddsToTheWeightsDerivative() {
        constexpr double kEpsilon = 1e-6;
        const auto formula = [](const std::vector<at::Tensor>& x) {
            return x[0] * (x[0].square().mean() + kEpsilon).rsqrt() * x[1];
        };
        everywhere([&](const TrainRows& rows, std::int64_t count) {
            Row x(randomRow(count)), weight(randomRow(count, 1)), g(randomRow(count, 1)), ofX(count);
            const auto expected = gradients({x.wide(), weight.wide()}, g.wide(), formula);
            at::Tensor ofWeight = at::full({count + Row::kBehind}, 2.0f);
            rows.normBackward(x.data(), weight.data(), g.data(), count, kEpsilon, ofX.data(),
                              ofWeight.mutable_data_ptr<float>());
            QVERIFY(error(made(ofX), expected[0]) < 2 * kRounding || count == 1); // one number: all cancels out
            QVERIFY(error(ofWeight.narrow(0, 0, count).to(at::kDouble), expected[1] + 2) < 1e-5);
            QVERIFY(ofWeight.narrow(0, count, Row::kBehind).eq(2).all().item<bool>());
        });
    }

    void softmaxOverWhatIsSeen() {
        constexpr float kScale = 0.37f;
        everywhere([&](const TrainRows& rows, std::int64_t count) {
            for (const std::int64_t seen : {std::int64_t{1}, (count + 1) / 2, count}) {
                const auto formula = [&](const std::vector<at::Tensor>& x) {
                    const at::Tensor p = at::softmax(x[0].narrow(0, 0, seen) * kScale, 0);
                    return at::constant_pad_nd(p, {0, count - seen});
                };
                Row scores(randomRow(count, 6)), p(count), g(randomRow(count, 1));
                rows.softmax(scores.data(), seen, count, kScale, p.data());
                QVERIFY(error(made(p), formula({scores.wide()})) < kRounding);
                // The derivative follows from p as it was rounded.
                const at::Tensor product = g.wide() * p.wide();
                const at::Tensor expected = (product - p.wide() * product.sum()) * kScale;
                rows.softmaxBackward(p.data(), g.data(), seen, count, kScale, g.data());
                QVERIFY(error(made(g), expected) < kRounding);
                QVERIFY(g.wide().narrow(0, seen, count - seen).eq(0).all().item<bool>());
                rows.softmax(scores.data(), seen, count, kScale, scores.data());
                QVERIFY(at::equal(made(scores), p.wide()));
            }
        });
    }

    /// Each set rounds once, so that two of them are at most one step of bfloat16 apart.
    void setsAgree() {
        const TrainRows& scalar = trainRows(CpuLevel::Scalar);
        for (const CpuLevel level : cpuLevels())
            for (const std::int64_t count : kCounts) {
                Row x(randomRow(count)), up(randomRow(count)), expected(count), found(count);
                const auto agree = [&] {
                    const at::Tensor bound = expected.wide().abs() / 128 + 1e-6;
                    return (made(found) - made(expected)).abs().le(bound).all().item<bool>();
                };
                scalar.gelu(x.data(), count, expected.data());
                trainRows(level).gelu(x.data(), count, found.data());
                QVERIFY(agree());
                scalar.swiGlu(x.data(), up.data(), count, expected.data());
                trainRows(level).swiGlu(x.data(), up.data(), count, found.data());
                QVERIFY(agree());
                scalar.softmax(x.data(), count, count, 1, expected.data());
                trainRows(level).softmax(x.data(), count, count, 1, found.data());
                QVERIFY(agree());
            }
    }

    void largeNumbersStayFinite() {
        for (const CpuLevel level : cpuLevels()) {
            const at::Tensor extremes = at::tensor({-3e38, -1e4, -90.0, 90.0, 1e4, 3e38}).to(at::kBFloat16);
            Row x(extremes), g(at::ones({6})), p(6);
            trainRows(level).softmax(x.data(), 6, 6, 1, p.data());
            QVERIFY(error(made(p), at::tensor({0.0, 0.0, 0.0, 0.0, 0.0, 1.0}, at::kDouble)) < 1e-30);
            Row moderate(at::tensor({-1e4, -90.0, 90.0, 1e4})), slope(4), ones(at::ones({4}));
            trainRows(level).geluBackward(moderate.data(), ones.data(), 4, slope.data());
            QVERIFY(error(made(slope), at::tensor({0.0, 0.0, 1.0, 1.0}, at::kDouble)) < kRounding);
        }
    }

    /// What is not a number must reach the loss, where training stops.
    void notANumberStaysSo() {
        for (const CpuLevel level : cpuLevels()) {
            at::Tensor values = at::ones({20});
            values[5] = std::numeric_limits<double>::quiet_NaN();
            Row x(values), y(20), one(at::ones({20}));
            const TrainRows& rows = trainRows(level);
            rows.gelu(x.data(), 20, y.data());
            QVERIFY(std::isnan(y.wide()[5].item<double>()));
            rows.swiGlu(one.data(), x.data(), 20, y.data());
            QVERIFY(std::isnan(y.wide()[5].item<double>()));
            rows.swiGlu(x.data(), one.data(), 20, y.data());
            QVERIFY(std::isnan(y.wide()[5].item<double>()));
            rows.softmax(x.data(), 20, 20, 1, y.data());
            QVERIFY(y.wide().isnan().all().item<bool>());
        }
    }
};

QTEST_APPLESS_MAIN(TestTrainRows)
#include "tst_train_rows.moc"
