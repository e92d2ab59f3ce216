#include "core/kernels/cpu_level.h"
#include "model/layers/gradient_ops.h"

#include <ATen/Parallel.h>
#include <QProcess>
#include <QtTest>
#include <functional>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::model::gradient;

namespace {

using Tensors = std::vector<at::Tensor>;

/// An operation of ours beside the same in plain operations of LibTorch.
struct Op {
    std::string name;
    Tensors inputs; ///< float32
    std::function<at::Tensor(const Tensors&)> ours, plain;
};

at::Tensor plainTurn(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
    const auto half = x.chunk(2, -1);
    return x * cos.unsqueeze(1) + at::cat({-half[1], half[0]}, -1) * sin.unsqueeze(1);
}

/// Attention of one segment by its formula: [tokens, heads, headDim].
at::Tensor plainSegment(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, bool causal) {
    const std::int64_t groups = q.size(1) / k.size(1), length = q.size(0);
    const auto heads = [](const at::Tensor& x) { return x.transpose(0, 1); };
    const at::Tensor keys = heads(k).repeat_interleave(groups, 0), values = heads(v).repeat_interleave(groups, 0);
    at::Tensor scores = at::matmul(heads(q), keys.transpose(1, 2)) / std::sqrt(static_cast<double>(q.size(2)));
    if (causal)
        scores =
            scores.masked_fill(at::ones({length, length}, at::kBool).triu(1), -std::numeric_limits<double>::infinity());
    return at::matmul(at::softmax(scores, -1), values).transpose(0, 1).reshape({length, -1});
}

at::Tensor plainAttention(const Tensors& x, const std::vector<std::int64_t>& segments, bool causal) {
    Tensors parts;
    std::int64_t first = 0;
    for (const std::int64_t length : segments) {
        const auto part = [&](const at::Tensor& all) { return all.narrow(0, first, length); };
        parts.push_back(plainSegment(part(x[0]), part(x[1]), part(x[2]), causal));
        first += length;
    }
    return at::cat(parts);
}

Op attentionOp(const std::string& name, std::int64_t heads, std::int64_t kvHeads, std::int64_t dim,
               const std::vector<std::int64_t>& segments, bool causal) {
    std::int64_t tokens = 0;
    for (const std::int64_t length : segments)
        tokens += length;
    return {name,
            {at::randn({tokens, heads, dim}), at::randn({tokens, kvHeads, dim}), at::randn({tokens, kvHeads, dim})},
            [=](const Tensors& x) { return attention(x[0], x[1], x[2], segments, causal); },
            [=](const Tensors& x) { return plainAttention(x, segments, causal); }};
}

std::vector<Op> stepOps() {
    const at::Tensor angles = (at::rand({21, 16}) * 6).repeat({1, 2}); // both halves of a head turn alike
    const RotaryTable table{angles.cos(), angles.sin()};
    const at::Tensor rows = at::tensor({3, 0, 3, 6, 3, 1}, at::kLong);
    std::vector<Op> ops;
    ops.push_back({"product",
                   {at::randn({9, 20}), at::randn({14, 20}), at::randn({14})},
                   [](const Tensors& x) { return product(x[0], x[1], x[2]); },
                   [](const Tensors& x) { return at::matmul(x[0], x[1].t()) + x[2]; }});
    ops.push_back({"product without bias",
                   {at::randn({9, 20}), at::randn({14, 20})},
                   [](const Tensors& x) { return product(x[0], x[1]); },
                   [](const Tensors& x) { return at::matmul(x[0], x[1].t()); }});
    const auto plainNorm = [](const Tensors& x) { return x[0] * (x[0].square().mean(-1, true) + 1e-6).rsqrt() * x[1]; };
    const auto norm = [](const Tensors& x) { return rmsNorm(x[0], x[1], 1e-6); };
    ops.push_back({"norm", {at::randn({33, 72}) * 3, at::randn({72})}, norm, plainNorm});
    ops.push_back({"norm of heads", {at::randn({33, 4, 20}) * 3, at::randn({20})}, norm, plainNorm});
    ops.push_back({"norm of a part of a tensor",
                   {at::randn({33, 4, 3, 20}) * 3, at::randn({20})},
                   [norm](const Tensors& x) {
                       return norm({x[0].select(2, 1), x[1]});
                   },
                   [plainNorm](const Tensors& x) {
                       return plainNorm({x[0].select(2, 1), x[1]});
                   }});
    const auto plainTurned = [=](const Tensors& x) {
        return plainTurn(x[0], table.cos.to(x[0].scalar_type()), table.sin.to(x[0].scalar_type()));
    };
    ops.push_back({"turned by float32",
                   {at::randn({21, 3, 32})},
                   [=](const Tensors& x) { return turned(x[0], table); },
                   plainTurned});
    ops.push_back({"turned",
                   {at::randn({21, 3, 32})},
                   [=](const Tensors& x) {
                       return turned(x[0], {table.cos.to(x[0].scalar_type()), table.sin.to(x[0].scalar_type())});
                   },
                   plainTurned});
    ops.push_back({"swiglu",
                   {at::randn({19, 2 * 37}) * 2},
                   [](const Tensors& x) { return swiGlu(x[0]); },
                   [](const Tensors& x) {
                       const at::Tensor gate = x[0].narrow(1, 0, 37);
                       return gate * at::sigmoid(gate) * x[0].narrow(1, 37, 37);
                   }});
    ops.push_back({"gelu",
                   {at::randn({19, 37}) * 2},
                   [](const Tensors& x) { return tanhGelu(x[0]); },
                   [](const Tensors& x) {
                       const at::Tensor& v = x[0];
                       return 0.5 * v * (1 + at::tanh(0.7978845608028654 * (v + 0.044715 * v.pow(3))));
                   }});
    ops.push_back({"rows taken often",
                   {at::randn({7, 12})},
                   [=](const Tensors& x) { return rowsOf(x[0], rows); },
                   [=](const Tensors& x) { return x[0].index_select(0, rows); }});
    return ops;
}

std::vector<Op> allOps() {
    at::manual_seed(17);
    std::vector<Op> ops = stepOps();
    ops.push_back(attentionOp("attention of equal segments", 3, 3, 20, {24, 24, 24}, false));
    ops.push_back(attentionOp("attention of one segment", 2, 2, 16, {40}, false));
    ops.push_back(attentionOp("attention of unequal segments", 3, 3, 20, {24, 4, 31}, false));
    ops.push_back(attentionOp("causal attention, shared keys", 4, 2, 32, {33, 33}, true));
    ops.push_back(attentionOp("causal attention, unequal segments", 4, 1, 32, {17, 1, 20}, true));
    ops.push_back(attentionOp("attention too long for kept probabilities", 1, 1, 8, {2600}, true));
    return ops;
}

/// The result, then the derivatives of sum(g * result) by the inputs, all in float64.
Tensors run(const std::function<at::Tensor(const Tensors&)>& op, Tensors inputs, at::ScalarType type,
            const at::Tensor& g) {
    for (at::Tensor& input : inputs)
        input = input.to(type).detach().requires_grad_(true);
    const at::Tensor result = op(inputs);
    result.backward(g.to(type));
    Tensors all{result.detach().to(at::kDouble)};
    for (const at::Tensor& input : inputs)
        all.push_back(input.grad().to(at::kDouble));
    return all;
}

/// L2 distance as a share of the expected length.
double distance(const at::Tensor& found, const at::Tensor& expected) {
    return ((found - expected).norm() / expected.norm()).item<double>();
}

/// Numbers that bfloat16 holds, so that rounding the inputs is no part of the error.
Tensors rounded(const Tensors& inputs) {
    Tensors values;
    for (const at::Tensor& input : inputs)
        values.push_back(input.to(at::kBFloat16).to(at::kFloat));
    return values;
}

QByteArray problemOf(const Op& op, at::ScalarType type, double bound) {
    const Tensors inputs = rounded(op.inputs);
    const at::Tensor g = at::randn(op.plain(inputs).sizes()).to(at::kBFloat16).to(at::kFloat);
    const Tensors found = run(op.ours, inputs, type, g), expected = run(op.plain, inputs, at::kDouble, g);
    for (std::size_t i = 0; i < found.size(); ++i)
        if (const double error = distance(found[i], expected[i]); !(error < bound))
            return QByteArray(op.name.c_str()) + (i == 0 ? ": result" : ": derivative by input ") +
                   (i == 0 ? QByteArray() : QByteArray::number(static_cast<int>(i))) + " is off by " +
                   QByteArray::number(error);
    return {};
}

} // namespace

/// Operations of the network in training and their derivatives.
class TestGradientOps : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bfloat16FollowsTheFormulas() {
        for (const Op& op : allOps()) {
            const QByteArray problem = problemOf(op, at::kBFloat16, 0.01);
            QVERIFY2(problem.isEmpty(), problem);
        }
    }

    void float32FollowsTheFormulas() {
        for (const Op& op : allOps()) {
            const QByteArray problem = problemOf(op, at::kFloat, 1e-5);
            QVERIFY2(problem.isEmpty(), problem);
        }
    }

    /// The slope along a drawn direction, without anybody's derivatives.
    void float32FollowsNumericDifferences() {
        constexpr double kStep = 1e-2;
        std::vector<Op> ops = allOps();
        ops.pop_back(); // the long one is no other in float32
        for (const Op& op : ops) {
            const at::Tensor g = at::randn(op.plain(op.inputs).sizes());
            const Tensors found = run(op.ours, op.inputs, at::kFloat, g);
            for (std::size_t i = 0; i < op.inputs.size(); ++i) {
                const at::Tensor direction = at::randn(op.inputs[i].sizes());
                const auto valueAt = [&](double step) {
                    Tensors moved = op.inputs;
                    moved[i] = moved[i] + direction * step;
                    return (op.ours(moved).to(at::kDouble) * g.to(at::kDouble)).sum().item<double>();
                };
                const double slope = (valueAt(kStep) - valueAt(-kStep)) / (2 * kStep);
                const double expected = (found[i + 1] * direction.to(at::kDouble)).sum().item<double>();
                const double size = (found[i + 1].norm() * direction.norm()).item<double>();
                const double bound =
                    2e-3 * size / std::sqrt(static_cast<double>(direction.numel())) + 2e-3 * std::abs(expected);
                QVERIFY2(std::abs(slope - expected) < bound, qPrintable(QString("%1, input %2: slope %3, derivative %4")
                                                                            .arg(op.name.c_str())
                                                                            .arg(i)
                                                                            .arg(slope)
                                                                            .arg(expected)));
            }
        }
    }

    /// In a process of its own, because a process chooses once.
    void everyInstructionSet() {
        if (qEnvironmentVariableIsSet("PRUNESCOPE_CPU"))
            QSKIP("an instruction set is chosen already");
        for (const CpuLevel level : cpuLevels()) {
            QProcess process;
            auto environment = QProcessEnvironment::systemEnvironment();
            environment.insert("PRUNESCOPE_CPU", QString::fromStdString(std::string(nameOf(level))));
            process.setProcessEnvironment(environment);
            process.setProcessChannelMode(QProcess::MergedChannels);
            process.start(QCoreApplication::applicationFilePath(), {"bfloat16FollowsTheFormulas"});
            QVERIFY(process.waitForFinished(60'000));
            QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0, process.readAll());
        }
    }

    /// Gradients are summed in several threads where there are many rows.
    void threadsChangeNothingButTheOrderOfSums() {
        const Op op{"norm of many rows",
                    {at::randn({4000, 64}), at::randn({64})},
                    [](const Tensors& x) { return rmsNorm(x[0], x[1], 1e-6); },
                    [](const Tensors& x) { return x[0] * (x[0].square().mean(-1, true) + 1e-6).rsqrt() * x[1]; }};
        for (const int threads : {1, 3}) {
            at::set_num_threads(threads);
            const QByteArray problem = problemOf(op, at::kBFloat16, 0.01);
            QVERIFY2(problem.isEmpty(), problem);
        }
    }
};

QTEST_GUILESS_MAIN(TestGradientOps)
#include "tst_gradient_ops.moc"
