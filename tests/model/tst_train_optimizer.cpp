#include "core/base/error.h"
#include "model/train/optimizer.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::model::train;

namespace {

void setGradient(ParameterSet& set, const std::string& name, const at::Tensor& gradient) {
    set.find(name)->live.mutable_grad() = gradient.to(set.computeType()).clone();
}

/// One number of AdamW by the book (arXiv:1711.05101): decay apart from the step.
struct AdamByHand {
    double value, mean = 0, square = 0;
    int steps = 0;

    void step(double g, double rate, double decay) {
        constexpr double kBeta1 = 0.9, kBeta2 = 0.98;
        ++steps;
        value -= rate * decay * value;
        mean = kBeta1 * mean + (1 - kBeta1) * g;
        square = kBeta2 * square + (1 - kBeta2) * g * g;
        const double meanNow = mean / (1 - std::pow(kBeta1, steps)), squareNow = square / (1 - std::pow(kBeta2, steps));
        value -= rate * meanNow / (std::sqrt(squareNow) + 1e-8);
    }
};

/// A matrix [rows, cols] whose singular values go from 0.1 to 1.
at::Tensor conditioned(std::int64_t rows, std::int64_t cols) {
    const std::int64_t rank = std::min(rows, cols);
    const at::Tensor left = std::get<0>(at::linalg_qr(at::randn({rows, rank})));
    const at::Tensor right = std::get<0>(at::linalg_qr(at::randn({cols, rank})));
    return at::matmul(left * at::linspace(0.1, 1, rank), right.t());
}

QByteArray refusal(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.kind() == ErrorKind::BadFile ? error.what() : "another kind of error";
    }
    return "nothing was thrown";
}

} // namespace

class TestTrainOptimizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::manual_seed(3); }

    void adamByTheBook() {
        ParameterSet set(at::kCPU, at::kFloat);
        set.add("vector", at::tensor({0.5f, -1.0f}), Updater::Adam);
        set.add("matrix.weight", at::tensor({2.0f, -3.0f}).view({1, 2}), Updater::Adam); // decays
        set.add("embed_tokens.weight", at::tensor({4.0f}).view({1, 1}), Updater::Adam);  // a table: does not
        OptimizerSettings settings;
        settings.adamRate = 0.01;
        settings.weightDecay = 0.1;
        settings.clip = 1e6;
        Optimizer optimizer(set, settings);
        AdamByHand v0{0.5}, v1{-1.0}, m0{2.0}, m1{-3.0}, t{4.0};
        for (int i = 0; i < 5; ++i) {
            const double g = 0.3 * (i + 1), factor = 1.0 / (i + 1);
            setGradient(set, "vector", at::tensor({g, -2 * g}));
            setGradient(set, "matrix.weight", at::tensor({g * g, 0.1}).view({1, 2}));
            setGradient(set, "embed_tokens.weight", at::full({1, 1}, -g));
            optimizer.accumulate(1);
            optimizer.step(factor);
            v0.step(g, 0.01 * factor, 0);
            v1.step(-2 * g, 0.01 * factor, 0);
            m0.step(g * g, 0.01 * factor, 0.1);
            m1.step(0.1, 0.01 * factor, 0.1);
            t.step(-g, 0.01 * factor, 0);
        }
        const auto holds = [&](const char* name, std::vector<double> expected) {
            const at::Tensor found = set.find(name)->master.view({-1}).to(at::kDouble);
            return at::allclose(found, at::tensor(expected, at::kDouble), 1e-5, 1e-6);
        };
        QVERIFY(holds("vector", {v0.value, v1.value}));
        QVERIFY(holds("matrix.weight", {m0.value, m1.value}));
        QVERIFY(holds("embed_tokens.weight", {t.value}));
    }

    /// Adam's first step is of the same size whatever the gradient's: the second shows what was clipped.
    void clipsTheNormOfAllGradients() {
        ParameterSet set(at::kCPU, at::kFloat);
        set.add("a", at::zeros({1}), Updater::Adam);
        set.add("b", at::zeros({1}), Updater::Adam);
        OptimizerSettings settings;
        settings.adamRate = 0.01;
        settings.clip = 1;
        Optimizer optimizer(set, settings);
        AdamByHand a{0}, b{0};
        const double gradients[][2] = {{0.3, 0.4}, {30, 40}}; // norms 0.5 and 50
        for (const auto& g : gradients) {
            setGradient(set, "a", at::full({1}, g[0]));
            setGradient(set, "b", at::full({1}, g[1]));
            optimizer.accumulate(1);
            const double norm = std::hypot(g[0], g[1]), scale = norm > 1 ? 1 / norm : 1;
            QVERIFY(std::abs(optimizer.gradientNorm() - norm) < 1e-4);
            optimizer.step(1);
            a.step(g[0] * scale, 0.01, 0);
            b.step(g[1] * scale, 0.01, 0);
        }
        QVERIFY(std::abs(set.find("a")->master.item<double>() - a.value) < 1e-6);
        QVERIFY(std::abs(set.find("b")->master.item<double>() - b.value) < 1e-6);
    }

    void gradientsOfBatchesAddUp() {
        ParameterSet set(at::kCPU, at::kFloat);
        set.add("a", at::zeros({2}), Updater::Adam);
        Optimizer optimizer(set, {});
        setGradient(set, "a", at::tensor({3.0, 0.0}));
        optimizer.accumulate(1);
        setGradient(set, "a", at::tensor({0.0, 8.0}));
        optimizer.accumulate(0.5);
        QVERIFY(!set.find("a")->live.grad().defined());
        QVERIFY(std::abs(optimizer.gradientNorm() - 5) < 1e-5);
        optimizer.step(1);
        QCOMPARE(optimizer.gradientNorm(), 0.0);
    }

    void muonsStepIsOrthogonal_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("cols");
        QTest::addColumn<int>("parts");
        QTest::addColumn<bool>("narrow");
        QTest::newRow("wide") << 24 << 80 << 1 << false;
        QTest::newRow("tall") << 80 << 24 << 1 << false;
        QTest::newRow("square") << 32 << 32 << 1 << false;
        QTest::newRow("three below each other") << 32 << 32 << 3 << false;
        QTest::newRow("two tall ones") << 48 << 16 << 2 << false;
        QTest::newRow("bfloat16") << 24 << 80 << 1 << true;
        QTest::newRow("three in bfloat16") << 32 << 32 << 3 << true;
    }
    void muonsStepIsOrthogonal() {
        QFETCH(int, rows);
        QFETCH(int, cols);
        QFETCH(int, parts);
        QFETCH(bool, narrow);
        ParameterSet set(at::kCPU, narrow ? at::kBFloat16 : at::kFloat);
        const at::Tensor before = at::randn({parts * rows, cols});
        set.add("one.weight", before, Updater::Muon, parts);
        set.add("other.weight", before.narrow(0, 0, rows), Updater::Muon); // in the same group
        OptimizerSettings settings;
        settings.muonRate = 0.01;
        settings.weightDecay = 0;
        Optimizer optimizer(set, settings);
        std::vector<at::Tensor> gradients;
        for (int i = 0; i < parts; ++i)
            gradients.push_back(conditioned(rows, cols) * std::pow(1000.0, i)); // each part by itself
        setGradient(set, "one.weight", at::cat(gradients));
        optimizer.accumulate(1);
        optimizer.step(0.5);
        QVERIFY(at::equal(set.find("other.weight")->master, before.narrow(0, 0, rows))); // had no gradient
        const double size = -0.01 * 0.5 * 0.2 * std::sqrt(std::max(rows, cols));
        const at::Tensor update = (set.find("one.weight")->master - before) / size;
        for (int i = 0; i < parts; ++i) {
            const at::Tensor part = update.narrow(0, i * rows, rows);
            const at::Tensor values = at::linalg_svdvals(part);
            const double least = values.min().item<double>(), most = values.max().item<double>();
            QVERIFY2(least > 0.6 && most < 1.3, qPrintable(QString("%1 to %2").arg(least).arg(most)));
            QVERIFY((part * gradients[static_cast<std::size_t>(i)]).sum().item<double>() > 0); // downhill
        }
    }

    void muonDecaysWeights() {
        ParameterSet set(at::kCPU, at::kFloat);
        const at::Tensor before = at::randn({8, 8});
        set.add("one.weight", before, Updater::Muon);
        OptimizerSettings settings;
        settings.muonRate = 0.1;
        settings.weightDecay = 0.5;
        Optimizer optimizer(set, settings);
        setGradient(set, "one.weight", at::zeros({8, 8}));
        optimizer.accumulate(1);
        optimizer.step(1);
        QVERIFY(at::allclose(set.find("one.weight")->master, before * (1 - 0.1 * 0.5)));
    }

    void withoutMuonAdamMovesAll() {
        ParameterSet set(at::kCPU, at::kFloat);
        set.add("one.weight", at::zeros({2, 2}), Updater::Muon);
        OptimizerSettings settings;
        settings.muon = false;
        settings.adamRate = 0.25;
        Optimizer optimizer(set, settings);
        setGradient(set, "one.weight", at::full({2, 2}, 0.1));
        optimizer.accumulate(1);
        optimizer.step(1);
        QVERIFY(at::allclose(set.find("one.weight")->master, at::full({2, 2}, -0.25), 1e-4, 1e-5));
    }

    void liveValuesFollowTheMasters() {
        ParameterSet set(at::kCPU, at::kBFloat16);
        const at::Tensor live = set.add("a", at::ones({3}), Updater::Adam);
        Optimizer optimizer(set, {});
        setGradient(set, "a", at::ones({3}));
        optimizer.accumulate(1);
        optimizer.step(1);
        QVERIFY(at::equal(live, set.find("a")->master.to(at::kBFloat16)));
        QVERIFY(set.find("a")->master.dtype() == at::kFloat);
    }

    void whatIsNotFiniteShows() {
        ParameterSet set(at::kCPU, at::kFloat);
        set.add("one.weight", at::ones({2, 2}), Updater::Muon);
        Optimizer optimizer(set, {});
        setGradient(set, "one.weight", at::full({2, 2}, std::numeric_limits<double>::quiet_NaN()));
        optimizer.accumulate(1);
        QVERIFY(!std::isfinite(optimizer.gradientNorm()));
    }

    /// Another optimizer with the stored state makes the same next step, to the bit.
    void stateGoesOn() {
        struct Side {
            ParameterSet set{at::kCPU, at::kFloat};
            std::unique_ptr<Optimizer> optimizer;
            explicit Side(const at::Tensor& start) {
                set.add("a", start.select(0, 0), Updater::Adam);
                set.add("one.weight", start, Updater::Muon);
                set.add("two.weight", start.repeat({3, 1}), Updater::Muon, 3);
                optimizer = std::make_unique<Optimizer>(set, OptimizerSettings{});
            }
            void step(std::uint64_t seed) {
                at::manual_seed(seed);
                for (const Parameter& parameter : set.all())
                    setGradient(set, parameter.name, at::randn_like(parameter.master));
                optimizer->accumulate(1);
                optimizer->step(1);
            }
        };
        Side first(at::randn({8, 8}));
        for (std::uint64_t seed : {1, 2, 3})
            first.step(seed);
        std::map<std::string, at::Tensor> state;
        for (const auto& [name, tensor] : first.optimizer->state())
            state[name] = tensor.clone();
        Side second(at::zeros({8, 8}));
        second.optimizer->restore(state);
        for (const Parameter& parameter : first.set.all())
            second.set.find(parameter.name)->master.detach().copy_(parameter.master);
        first.step(4);
        second.step(4);
        for (const Parameter& parameter : first.set.all())
            QVERIFY2(at::equal(second.set.find(parameter.name)->master, parameter.master), parameter.name.c_str());

        auto missing = state;
        missing.erase("muon.momentum.two.weight");
        QVERIFY(refusal([&] { second.optimizer->restore(missing); }).contains("muon.momentum.two.weight is missing"));
        auto other = state;
        other["adam.mean.a"] = at::zeros({5});
        const QByteArray problem = refusal([&] { second.optimizer->restore(other); });
        QVERIFY2(problem.contains("adam.mean.a is [5], expected [8]"), problem);
    }
};

QTEST_APPLESS_MAIN(TestTrainOptimizer)
#include "tst_train_optimizer.moc"
