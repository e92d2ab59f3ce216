#include "core/base/error.h"
#include "model/kernels/quantize.h"
#include "model/layers/linear.h"
#include "tests/support/golden.h"

#include <ATen/CPUGeneratorImpl.h>
#include <QTemporaryDir>
#include <QtTest>
#include <array>
#include <c10/core/InferenceMode.h>
#include <cmath>
#include <limits>

using namespace prunescope;
using namespace prunescope::model;

namespace {

/// bfloat16 has 8 bits: half of the last one, relative.
constexpr double kBfloat16Error = 1.0 / 256;

at::Tensor normal(std::vector<std::int64_t> shape, double scale = 1, std::uint64_t seed = 3) {
    return at::randn(shape, at::make_generator<at::CPUGeneratorImpl>(seed), at::kFloat) * scale;
}

/// A packed matrix in vectors of its own.
struct Packed {
    Packed(const at::Tensor& values, WeightType kind, CpuLevel level)
        : rows(values.size(0)), cols(values.size(1)), type(kind), bytes(static_cast<std::size_t>(rows * cols)),
          scales(static_cast<std::size_t>(rows)), pairs(static_cast<std::size_t>(rows * cols / 16)) {
        const float* from = values.const_data_ptr<float>();
        good = type == WeightType::Int8
                   ? quantizeInt8(from, rows, cols, reinterpret_cast<std::int8_t*>(bytes.data()), scales.data(), level)
                   : quantizeInt4(from, rows, cols, bytes.data(), pairs.data(), level);
    }
    MatrixView view() const {
        const void* factors = type == WeightType::Int8 ? static_cast<const void*>(scales.data()) : pairs.data();
        return {type, bytes.data(), factors, rows, cols};
    }
    at::Tensor values(CpuLevel level = CpuLevel::Scalar) const {
        at::Tensor out = at::empty({rows, cols}, at::kFloat);
        dequantize(view(), 0, rows, out.data_ptr<float>(), level);
        return out;
    }
    bool operator==(const Packed& other) const {
        return bytes == other.bytes && scales == other.scales && pairs == other.pairs;
    }

    std::int64_t rows, cols;
    WeightType type;
    std::vector<std::uint8_t> bytes;
    std::vector<float> scales;        // of Int8
    std::vector<std::uint16_t> pairs; // of Int4
    bool good = false;
};

/// Squared error of each group [groups] when its range is cut into 15 equal steps, with nothing rounded but levels.
at::Tensor plainError(const at::Tensor& groups) {
    const at::Tensor low = groups.amin(1, true);
    const at::Tensor step = ((groups.amax(1, true) - low) / 15).clamp_min(1e-20);
    return (groups - (((groups - low) / step).round() * step + low)).square().sum(1);
}

double relativeL2(const at::Tensor& found, const at::Tensor& expected) {
    return ((found - expected).norm() / expected.norm()).item<double>();
}

/// A source of one matrix.
class OneMatrix final : public WeightSource {
public:
    OneMatrix(at::Tensor matrix, const WeightTarget& target) : WeightSource(target), m_matrix(std::move(matrix)) {}
    bool has(const std::string&) const override { return true; }
    at::Tensor get(const std::string&, const std::vector<std::int64_t>& shape) override {
        return shape.size() == 1 ? normal(shape, 1, 9).to(target().dtype) : m_matrix.to(target().dtype);
    }

protected:
    at::Tensor stored(const std::string&, const std::vector<std::int64_t>&) override { return m_matrix; }

private:
    at::Tensor m_matrix;
};

} // namespace

/// Weights in 8 and 4 bits: what they lose, and that products with them are those with what they stand for.
class TestQuantize : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void int8IsHalfAStepOffAtMost() {
        for (const std::int64_t cols : {1, 15, 16, 33, 256, 1000}) {
            const at::Tensor values = normal({7, cols}) * at::logspace(-6, 6, 7).to(at::kFloat).unsqueeze(1);
            const Packed packed(values, WeightType::Int8, CpuLevel::Scalar);
            QVERIFY(packed.good);
            const at::Tensor scales = at::tensor(packed.scales).unsqueeze(1);
            QVERIFY(scales.mul(127).allclose(values.abs().amax(1, true), 1e-6, 0));
            QVERIFY((packed.values() - values).abs().le(scales * 0.50001).all().item<bool>());
        }
    }

    /// Never worse than equal steps over the whole range but for the rounding of scale and low, and better by a
    /// seventh on numbers such as weights are.
    void int4HasLessSquaredErrorThanEqualSteps() {
        for (const double offset : {0.0, 0.5, -3.0}) {
            const at::Tensor values = normal({64, 320}) + offset;
            const Packed packed(values, WeightType::Int4, CpuLevel::Scalar);
            QVERIFY(packed.good);
            const at::Tensor groups = values.view({-1, kInt4Group});
            const at::Tensor found = (packed.values().view({-1, kInt4Group}) - groups).square().sum(1);
            const at::Tensor plain = plainError(groups);
            const at::Tensor rounding = groups.abs().amax(1).mul(kBfloat16Error).square().mul(kInt4Group);
            QVERIFY(found.le(plain + 2 * (plain * rounding).sqrt() + rounding).all().item<bool>());
            if (offset == 0)
                QVERIFY2((found.sum() / plain.sum()).item<double>() < 0.87,
                         std::to_string((found.sum() / plain.sum()).item<double>()).c_str());
        }
    }

    /// Numbers on a grid that 4 bits can hold come back as they were; the order inside a group is that of MatrixView.
    void int4KeepsWhatFits() {
        const at::Tensor levels = at::arange(64, at::kFloat).mul(7).remainder(16).view({1, 64});
        const at::Tensor values = levels * 0.25 - 2;
        const Packed packed(values, WeightType::Int4, CpuLevel::Scalar);
        QVERIFY(packed.values().equal(values));
        for (std::size_t j = 0; j < 16; ++j)
            for (std::size_t group = 0; group < 2; ++group) {
                const auto column = static_cast<std::int64_t>(32 * group + j);
                const int byte = packed.bytes[16 * group + j];
                QCOMPARE(byte & 15, levels[0][column].item<int>());
                QCOMPARE(byte >> 4, levels[0][column + 16].item<int>());
            }
    }

    void flatRows() {
        for (const WeightType type : {WeightType::Int8, WeightType::Int4})
            for (const float value : {0.0f, 0.75f, -1e-3f, 1e-33f, 5e17f}) {
                const at::Tensor values = at::full({3, 96}, value, at::kFloat);
                const Packed packed(values, type, CpuLevel::Scalar);
                QVERIFY(packed.good);
                const at::Tensor error = (packed.values() - values).abs();
                QVERIFY2(error.le(kBfloat16Error * std::abs(static_cast<double>(value)) + 1e-30).all().item<bool>(),
                         std::to_string(value).c_str());
                if (value == 0)
                    QVERIFY(packed.values().equal(values));
            }
    }

    void damagedNumbersAreSeenWhereverTheyAre() {
        for (const WeightType type : {WeightType::Int8, WeightType::Int4})
            for (const CpuLevel level : cpuLevels())
                for (const std::int64_t at : {0, 31, 32, 703, 704, 735}) // the last group stands alone
                    for (const float bad : {NAN, INFINITY, -INFINITY, 1e30f}) {
                        at::Tensor values = normal({1, 736});
                        QVERIFY(Packed(values, type, level).good);
                        values[0][at] = bad;
                        QVERIFY(!Packed(values, type, level).good);
                    }
    }

    void everyInstructionSetGivesTheSameBytes() {
        for (const WeightType type : {WeightType::Int8, WeightType::Int4})
            for (const std::int64_t cols : {32, 96, 480, 544}) {
                const at::Tensor values = normal({9, cols}, 0.02) + 0.01;
                const Packed scalar(values, type, CpuLevel::Scalar);
                std::vector<std::uint16_t> expected(static_cast<std::size_t>(9 * cols)), found(expected.size());
                dequantize(scalar.view(), 0, 9, expected.data(), CpuLevel::Scalar);
                for (const CpuLevel level : cpuLevels()) {
                    QVERIFY(Packed(values, type, level) == scalar);
                    QVERIFY(scalar.values(level).equal(scalar.values()));
                    dequantize(scalar.view(), 0, 9, found.data(), level);
                    QVERIFY(found == expected);
                }
            }
    }

    /// The kernels against LibTorch operations, which GPUs use; any part of a matrix.
    void unpackingFollowsTheFormats() {
        for (const WeightType type : {WeightType::Int8, WeightType::Int4}) {
            const at::Tensor values = normal({40, 96});
            const PackedTensors packed = pack(values.to(at::kBFloat16), type, "w");
            const at::Tensor expected = unpackAnywhere(packed);
            QVERIFY(relativeL2(expected, values) < (type == WeightType::Int8 ? 0.01 : 0.08));
            const MatrixView view = WeightMatrix(packed, at::kFloat, nullptr).view();
            at::Tensor part = at::empty({5, 96}, at::kFloat), half = at::empty({5, 96}, at::kBFloat16);
            dequantize(view, 31, 5, part.data_ptr<float>());
            dequantize(view, 31, 5, static_cast<std::uint16_t*>(half.data_ptr()));
            QVERIFY(part.equal(expected.narrow(0, 31, 5)));
            QVERIFY(half.equal(expected.narrow(0, 31, 5).to(at::kBFloat16)));
        }
    }

    void storedTypesArePackedAlike() {
        const at::Tensor values = normal({300, 256}).to(at::kBFloat16).clamp(-4, 4).mul(256).round().div(256);
        const PackedTensors expected = pack(values.to(at::kFloat), WeightType::Int4, "w");
        for (const at::ScalarType type : {at::kBFloat16, at::kHalf, at::kDouble}) {
            const PackedTensors found = pack(values.to(type), WeightType::Int4, "w");
            QVERIFY(found.data.equal(expected.data) && found.scales.equal(expected.scales));
        }
        at::Tensor damaged = values.clone();
        damaged[299][255] = NAN;
        try {
            pack(damaged, WeightType::Int8, "file: tensor");
            QFAIL("accepted");
        } catch (const Error& e) {
            QCOMPARE(e.kind(), ErrorKind::BadFile);
            QVERIFY(std::string(e.what()).starts_with("file: tensor"));
        }
    }

    void productsAreThoseOfWhatIsStoodFor_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("cols");
        QTest::newRow("one panel") << 70 << 96;
        QTest::newRow("no groups of 32") << 70 << 50;
        QTest::newRow("three panels") << 9000 << 4096; // 2^24 numbers each
    }

    void productsAreThoseOfWhatIsStoodFor() {
        QFETCH(int, rows);
        QFETCH(int, cols);
        const c10::InferenceMode guard;
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16})
            for (const WeightFormat format : {WeightFormat::Int8, WeightFormat::Int4}) {
                OneMatrix source(normal({rows, cols}), {at::kCPU, dtype, format});
                const Linear packed = loadLinear(source, "w", cols, rows, true, MatrixKind::Projection);
                QVERIFY(packed.weight.isPacked());
                const bool isInt4 = format == WeightFormat::Int4 && cols % kInt4Group == 0;
                QCOMPARE(packed.view().type, isInt4 ? WeightType::Int4 : WeightType::Int8);
                const at::Tensor all = packed.weight.rows(at::arange(rows, at::kLong));
                QCOMPARE(all.scalar_type(), dtype);
                for (const std::int64_t count : {1, 5}) {
                    const at::Tensor x = normal({count, cols}, 1, 5).to(dtype);
                    const at::Tensor expected = at::linear(x, all, packed.bias);
                    QVERIFY(relativeL2(packed(x).to(at::kFloat), expected.to(at::kFloat)) <
                            (dtype == at::kFloat ? 1e-6 : 1e-3));
                }
            }
    }

    /// What a source says it gave: bytes as they lie in memory.
    void sourcesCountPackedBytes() {
        OneMatrix source(normal({8, 64}), {at::kCPU, at::kBFloat16, WeightFormat::Int4});
        source.matrix("fine", 8, 64, MatrixKind::Fine);
        QCOMPARE(source.bytes(), 8 * 64 + 8 * 4);
        source.matrix("coarse", 8, 64, MatrixKind::Projection);
        QCOMPARE(source.bytes(), 8 * 64 + 8 * 4 + 8 * 32 + 8 * 2 * 4);
        QCOMPARE(source.parameters(), 2 * 8 * 64);
    }

    void formatsHaveNames() {
        for (const std::string& name : weightFormatNames())
            QCOMPARE(std::string(toText(parseWeightFormat(name))), name);
        QVERIFY_EXCEPTION_THROWN(parseWeightFormat("int2"), Error);
    }
};

QTEST_APPLESS_MAIN(TestQuantize)
#include "tst_quantize.moc"
