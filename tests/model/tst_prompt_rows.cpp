#include "core/kernels/cpu_level.h"
#include "model/kernels/prompt_rows.h"
#include "model/layers/norm.h"
#include "model/layers/rotary.h"

#include <ATen/Parallel.h>
#include <QtTest>
#include <c10/core/InferenceMode.h>
#include <mutex>
#include <set>
#include <thread>

using namespace prunescope;
using namespace prunescope::model;

namespace {

const std::uint16_t* halves(const at::Tensor& x) {
    return static_cast<const std::uint16_t*>(x.const_data_ptr());
}

/// The formula in float64.
at::Tensor normed(const at::Tensor& x, const at::Tensor& weight, double epsilon) {
    const at::Tensor wide = x.to(at::kDouble);
    return wide * (wide.square().mean(-1, true) + epsilon).rsqrt() * weight.to(at::kDouble);
}

at::Tensor turned(const at::Tensor& x, const RotaryTable& table) {
    const at::Tensor wide = x.to(at::kDouble);
    const auto half = wide.chunk(2, -1);
    return wide * table.cos.to(at::kDouble).unsqueeze(1) +
           at::cat({-half[1], half[0]}, -1) * table.sin.to(at::kDouble).unsqueeze(1);
}

/// Largest difference as a share of the largest number.
double error(const at::Tensor& found, const at::Tensor& expected) {
    return ((found.to(at::kDouble) - expected).abs().max() / expected.abs().max()).item<double>();
}

// One rounding to bfloat16 of numbers up to the largest one, or two.
constexpr double kFloat = 1e-6, kBfloat16 = 1.0 / 256;

} // namespace

/// What happens to the rows of a prompt between products, for every instruction set and in the layers.
class TestPromptRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::manual_seed(5); }

    void everySetNormalises() {
        const c10::InferenceMode guard;
        for (const CpuLevel level : cpuLevels())
            for (const std::int64_t width : {1, 3, 16, 36, 64, 72, 100, 2048}) {
                const PromptRows& rows = promptRows(level);
                const at::Tensor x = at::randn({width}) * 3, weight = at::randn({width});
                at::Tensor y = at::empty({width});
                rows.normFloat32(x.const_data_ptr<float>(), weight.const_data_ptr<float>(), width, 1e-6f,
                                 y.mutable_data_ptr<float>());
                QVERIFY(error(y, normed(x, weight, 1e-6)) < kFloat);
                const at::Tensor narrow = x.to(at::kBFloat16), by = weight.to(at::kBFloat16);
                at::Tensor to = at::empty_like(narrow);
                rows.normBfloat16(halves(narrow), halves(by), width, 1e-6f,
                                  static_cast<std::uint16_t*>(to.mutable_data_ptr()));
                QVERIFY(error(to, normed(narrow, by, 1e-6)) < 2 * kBfloat16);
            }
    }

    void everySetTurns() {
        const c10::InferenceMode guard;
        for (const CpuLevel level : cpuLevels())
            for (const std::int64_t dim : {2, 16, 36, 64, 72, 128}) {
                const PromptRows& rows = promptRows(level);
                const at::Tensor x = at::randn({1, 1, dim});
                const at::Tensor angles = at::rand({1, dim}) * 6;
                const RotaryTable table{angles.cos(), angles.sin()};
                at::Tensor y = at::empty_like(x);
                rows.turnFloat32(x.const_data_ptr<float>(), table.cos.const_data_ptr<float>(),
                                 table.sin.const_data_ptr<float>(), dim, y.mutable_data_ptr<float>());
                QVERIFY(error(y, turned(x, table)) < kFloat);
                const at::Tensor narrow = x.to(at::kBFloat16);
                at::Tensor to = at::empty_like(narrow);
                auto* written = static_cast<std::uint16_t*>(to.mutable_data_ptr());
                rows.turnBfloat16Exactly(halves(narrow), table.cos.const_data_ptr<float>(),
                                         table.sin.const_data_ptr<float>(), dim, written);
                QVERIFY(error(to, turned(narrow, table)) < kBfloat16);
                const RotaryTable rounded{table.cos.to(at::kBFloat16), table.sin.to(at::kBFloat16)};
                rows.turnBfloat16(halves(narrow), halves(rounded.cos), halves(rounded.sin), dim, written);
                QVERIFY(error(to, turned(narrow, rounded)) < kBfloat16);
            }
    }

    void notANumberStaysSo() {
        for (const CpuLevel level : cpuLevels()) {
            std::uint16_t x[16] = {}, weight[16] = {}, y[16] = {};
            for (std::uint16_t& one : weight)
                one = 0x3f80; // 1
            x[3] = 0x7fff;    // NaN that rounding would carry over into zero
            promptRows(level).normBfloat16(x, weight, 16, 1e-6f, y);
            QVERIFY((y[3] & 0x7f80) == 0x7f80 && (y[3] & 0x7f) != 0);
        }
    }

    /// Parts of larger tensors, many rows, several threads.
    void layersTakeAnyLayout() {
        const c10::InferenceMode guard;
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16})
            for (const int threads : {1, 3}) {
                at::set_num_threads(threads);
                const double bound = dtype == at::kFloat ? kFloat : 2 * kBfloat16;
                const at::Tensor qkv = at::randn({301, 3, 5, 64}).to(dtype);
                const at::Tensor angles = at::rand({301, 64}) * 6;
                const RotaryTable table{angles.cos(), angles.sin()};
                const at::Tensor part = qkv.select(1, 1); // [tokens, heads, headDim], not contiguous
                QVERIFY(error(rotate(part, table), turned(part, table)) < bound);
                const RmsNorm norm{at::randn({64}).to(dtype), 1e-6};
                const at::Tensor whole = part.contiguous();
                QVERIFY(error(norm(whole), normed(whole, norm.weight, 1e-6)) < bound);
                QVERIFY(error(norm(part), normed(part, norm.weight, 1e-6)) < bound); // the general way
            }
    }

    /// Without OpenMP where it is used, LibTorch's loops run on one thread and nothing says so.
    void loopsRunOnSeveralThreads() {
        at::set_num_threads(2);
        std::mutex mutex;
        std::set<std::thread::id> seen;
        at::parallel_for(0, 2, 1, [&](std::int64_t, std::int64_t) {
            const std::lock_guard lock(mutex);
            seen.insert(std::this_thread::get_id());
        });
        QCOMPARE(seen.size(), std::size_t{2});
    }
};

QTEST_APPLESS_MAIN(TestPromptRows)
#include "tst_prompt_rows.moc"
