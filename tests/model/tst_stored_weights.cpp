#include "core/base/error.h"
#include "model/files/safetensors.h"
#include "model/files/safetensors_writer.h"
#include "model/weights/integer_matrix.h"
#include "model/weights/stored_matrix.h"
#include "model/weights/weight_source.h"

#include <QTemporaryDir>
#include <QtTest>
#include <c10/core/InferenceMode.h>
#include <cmath>
#include <random>

namespace prunescope::model {

namespace {

/// A tensor to be stored, with a type of safetensors that LibTorch may not have.
struct Stored {
    std::string name, dtype;
    at::Tensor values;
};

/// A checkpoint of one file.
class Written {
public:
    explicit Written(const std::vector<Stored>& tensors) {
        std::vector<TensorToWrite> all;
        for (const Stored& one : tensors)
            all.push_back({one.name,
                           one.dtype,
                           one.values.sizes().vec(),
                           {static_cast<const std::byte*>(one.values.const_data_ptr()), one.values.nbytes()}});
        writeSafetensors(path(), all);
    }

    std::string path() const { return m_folder.filePath("w.safetensors").toStdString(); }
    Checkpoint checkpoint() const { return {m_folder.path().toStdString(), {openSafetensors(path())}}; }

private:
    QTemporaryDir m_folder;
};

at::Tensor drawn(at::IntArrayRef shape, int low, int high, std::uint64_t seed = 1) {
    std::mt19937_64 random(seed);
    std::uniform_int_distribution<int> one(low, high);
    at::Tensor values = at::empty(shape, at::kInt);
    for (std::int64_t i = 0; i < values.numel(); ++i)
        values.mutable_data_ptr<int>()[i] = one(random);
    return values;
}

/// Scales as writers choose them: `isShort` has few bits.
at::Tensor scalesOf(at::IntArrayRef shape, bool isShort = false) {
    const at::Tensor wide = drawn(shape, 40, 4000, 7).to(at::kFloat) / 65521;
    return isShort ? wide.to(at::kBFloat16) : wide;
}

/// What an E4M3FN code stands for, from its bits.
float e4m3(int code) {
    const int exponent = (code >> 3) & 15, mantissa = code & 7;
    const float size = exponent ? std::ldexp(8.0F + static_cast<float>(mantissa), exponent - 10)
                                : std::ldexp(static_cast<float>(mantissa), -9);
    return code & 128 ? -size : size;
}

at::Tensor e4m3(const at::Tensor& codes) {
    at::Tensor values = at::empty(codes.sizes(), at::kFloat);
    for (std::int64_t i = 0; i < codes.numel(); ++i)
        values.mutable_data_ptr<float>()[i] = e4m3(codes.const_data_ptr<std::uint8_t>()[i]);
    return values;
}

at::Tensor fp8Codes(std::int64_t rows, std::int64_t cols) {
    const at::Tensor codes = drawn({rows, cols}, 0, 255);
    return codes.masked_fill(codes.bitwise_and(127).eq(127), 3).to(at::kByte); // those are NaN
}

/// A scale for each number of a grid.
at::Tensor spread(const at::Tensor& grid, std::int64_t rowSide, std::int64_t colSide, std::int64_t rows,
                  std::int64_t cols) {
    return grid.repeat_interleave(rowSide, 0).narrow(0, 0, rows).repeat_interleave(colSide, 1).narrow(1, 0, cols);
}

/// Numbers [rows, cols] of `bits` bits, one after the other from the lowest bit of each row's first word on.
at::Tensor words(const at::Tensor& q, int bits) {
    const std::int64_t rows = q.size(0), cols = q.size(1), count = (cols * bits + 31) / 32;
    at::Tensor packed = at::zeros({rows, count}, at::kInt);
    for (std::int64_t i = 0; i < rows * cols; ++i)
        for (int bit = 0; bit < bits; ++bit)
            if (q.const_data_ptr<int>()[i] >> bit & 1) {
                const std::int64_t at = i % cols * bits + bit;
                auto* word = reinterpret_cast<std::uint32_t*>(packed.mutable_data_ptr<int>()) + i / cols * count;
                word[at / 32] |= 1U << (at % 32);
            }
    return packed;
}

double relativeL2(const at::Tensor& found, const at::Tensor& expected) {
    return (found.to(at::kDouble) - expected.to(at::kDouble)).norm().item<double>() /
           expected.to(at::kDouble).norm().item<double>();
}

std::unique_ptr<WeightSource> sourceOf(const Written& written, WeightFormat format = WeightFormat::Native,
                                       at::ScalarType dtype = at::kFloat) {
    return folderWeights(written.checkpoint(), {at::kCPU, dtype, format}, {}, {});
}

/// All ways to read a weight agree with what it stands for.
void verifyReads(const Written& written, const at::Tensor& expected, std::optional<WeightType> type,
                 double tolerance = 0) {
    const c10::InferenceMode guard;
    const StoredWeight weight = written.checkpoint().find("w.weight");
    QVERIFY(relativeL2(valuesOf(weight), expected) <= tolerance);
    const auto packed = packedAsStored(weight);
    QCOMPARE(packed.has_value(), type.has_value());
    if (packed) {
        QCOMPARE(traitsOf(packed->type).name, traitsOf(*type).name);
        QVERIFY(relativeL2(unpack(*packed, at::kFloat), expected) <= tolerance);
        if (unpacksEverywhere(*type))
            QVERIFY(relativeL2(unpackAnywhere(*packed), expected) <= std::max(tolerance, 1e-7));
    }
    const auto source = sourceOf(written);
    const WeightMatrix matrix = source->matrix("w.weight", expected.size(0), expected.size(1), MatrixKind::Projection);
    QCOMPARE(matrix.isPacked(), packed.has_value());
    const at::Tensor wanted = at::tensor({expected.size(0) - 1, std::int64_t{0}}, at::kLong);
    QVERIFY(relativeL2(matrix.rows(wanted), expected.index_select(0, wanted)) <= tolerance);
    const at::Tensor x = drawn({3, expected.size(1)}, -9, 9, 3).to(at::kFloat);
    QVERIFY(relativeL2(matrix.product(x, {}), at::linear(x, expected)) <= 1e-6);
}

bool isExpected(WeightType type, int bits, bool oneGroup, bool fitsBfloat16) {
    if (bits > 4)
        return type == (oneGroup ? WeightType::Int8 : WeightType::Int8Group);
    return type == WeightType::Int4 || (!fitsBfloat16 && type == WeightType::Int4Wide);
}

} // namespace

class TestStoredWeights : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fp8_data() {
        QTest::addColumn<int>("scaleRows");
        QTest::addColumn<int>("scaleCols");
        QTest::addColumn<QString>("ending");
        QTest::newRow("a scale a row") << 1 << 300 << "_scale";
        QTest::newRow("one scale") << 200 << 300 << "_scale";
        QTest::newRow("blocks, the last cut off") << 128 << 128 << "_scale_inv";
        QTest::newRow("blocks of compressed-tensors") << 128 << 128 << "_scale";
        QTest::newRow("groups of columns") << 1 << 100 << "_scale";
    }

    void fp8() {
        QFETCH(int, scaleRows);
        QFETCH(int, scaleCols);
        QFETCH(QString, ending);
        for (const bool isShort : {false, true}) {
            const at::Tensor codes = fp8Codes(200, 300);
            const at::Tensor scales =
                scalesOf({(200 + scaleRows - 1) / scaleRows, (300 + scaleCols - 1) / scaleCols}, isShort);
            const Written written({{"w.weight", "F8_E4M3", codes},
                                   {"w.weight" + ending.toStdString(), isShort ? "BF16" : "F32", scales}});
            verifyReads(written, e4m3(codes) * spread(scales.to(at::kFloat), scaleRows, scaleCols, 200, 300),
                        WeightType::Fp8);
        }
    }

    void int8() {
        const at::Tensor q = drawn({48, 96}, -128, 127);
        for (const std::int64_t groups : {1, 3}) {
            const at::Tensor scales = scalesOf({48, groups});
            const Written written({{"w.weight", "I8", q.to(at::kChar)}, {"w.weight_scale", "F32", scales}});
            verifyReads(written, q.to(at::kFloat) * spread(scales, 1, 96 / groups, 48, 96),
                        groups == 1 ? WeightType::Int8 : WeightType::Int8Group);
        }
    }

    void bits_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("group");
        QTest::addColumn<bool>("hasZeros");
        QTest::addColumn<bool>("isShort");
        for (const int bits : {1, 2, 3, 4, 5, 6, 7, 8})
            for (const int group : {32, 64, 128, 256})
                for (const bool hasZeros : {false, true})
                    QTest::addRow("%d bits in groups of %d, %s", bits, group, hasZeros ? "with zeros" : "symmetric")
                        << bits << group << hasZeros << (group != 64);
    }

    void bits() {
        QFETCH(int, bits);
        QFETCH(int, group);
        QFETCH(bool, hasZeros);
        QFETCH(bool, isShort);
        const int most = (1 << bits) - 1, half = 1 << (bits - 1);
        const at::Tensor q = drawn({40, 256}, 0, most);
        const at::Tensor scales = scalesOf({40, 256 / group}, isShort);
        const at::Tensor zeros =
            hasZeros ? drawn(scales.sizes(), 0, most, 9) : at::full(scales.sizes(), half, at::kInt);
        std::vector<Stored> tensors{{"w.weight_packed", "I32", words(q, bits)},
                                    {"w.weight_scale", isShort ? "BF16" : "F32", scales},
                                    {"w.weight_shape", "I64", at::tensor({40, 256}, at::kLong)}};
        if (hasZeros)
            tensors.push_back({"w.weight_zero_point", "I32", words(zeros.t().contiguous(), bits).t().contiguous()});
        const at::Tensor expected =
            (q - spread(zeros, 1, group, 40, 256)).to(at::kFloat) * spread(scales.to(at::kFloat), 1, group, 40, 256);
        const Written written(tensors);
        const auto packed = packedAsStored(written.checkpoint().find("w.weight"));
        QCOMPARE(packed.has_value(), bits < 8 || !hasZeros); // differences of those have nine bits
        if (packed)
            QVERIFY(isExpected(packed->type, bits, group == 256, isShort && !hasZeros));
        verifyReads(written, expected, packed ? std::optional(packed->type) : std::nullopt, 1e-7);
    }

    /// GPTQ's order of importance: neighbours belong to different groups.
    void columnsOfMixedGroups() {
        const at::Tensor q = drawn({8, 64}, 0, 15), order = drawn({64}, 0, 1, 4), scales = scalesOf({8, 2});
        const Written written({{"w.weight_packed", "I32", words(q, 4)},
                               {"w.weight_scale", "F32", scales},
                               {"w.weight_g_idx", "I32", order},
                               {"w.weight_shape", "I64", at::tensor({8, 64}, at::kLong)}});
        const at::Tensor expected = (q - 8).to(at::kFloat) * scales.index_select(1, order.to(at::kLong));
        verifyReads(written, expected, std::nullopt);
    }

    void awq() {
        const at::Tensor q = drawn({16, 64}, 0, 15), zeros = drawn({16, 2}, 0, 15, 9), scales = scalesOf({16, 2});
        const at::Tensor order = at::tensor({0, 2, 4, 6, 1, 3, 5, 7}, at::kLong); // of the rows in a word
        const auto inWords = [&](const at::Tensor& numbers) {
            const at::Tensor turned = numbers.t().contiguous(), chosen = turned.view({-1, 8}).index_select(1, order);
            return words(chosen.view({turned.size(0), 16}).contiguous(), 4);
        };
        const Written written({{"w.qweight", "I32", inWords(q)},
                               {"w.qzeros", "I32", inWords(zeros)},
                               {"w.scales", "F32", scales.t().contiguous()}});
        const at::Tensor expected = (q - spread(zeros, 1, 32, 16, 64)).to(at::kFloat) * spread(scales, 1, 32, 16, 64);
        verifyReads(written, expected, WeightType::Int4Wide, 1e-7);
    }

    void gptq_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<bool>("isMixed");
        for (const int bits : {2, 3, 4, 8})
            for (const bool isMixed : {false, true})
                QTest::addRow("%d bits%s", bits, isMixed ? ", columns of mixed groups" : "") << bits << isMixed;
    }

    void gptq() {
        QFETCH(int, bits);
        QFETCH(bool, isMixed);
        const int most = (1 << bits) - 1;
        const at::Tensor q = drawn({32, 64}, 0, most), zeros = drawn({32, 2}, 1, most, 9), scales = scalesOf({32, 2});
        const at::Tensor order = isMixed ? drawn({64}, 0, 1, 4) : at::arange(64, at::kInt).div(32, "floor");
        for (const int offset : {0, 1}) {
            const Written written({{"w.qweight", "I32", words(q, bits).t().contiguous()},
                                   {"w.qzeros", "I32", words((zeros - offset).t().contiguous(), bits)},
                                   {"w.scales", "F32", scales.t().contiguous()},
                                   {"w.g_idx", "I32", order}});
            const at::Tensor index = order.to(at::kLong);
            const at::Tensor expected =
                (q - zeros.index_select(1, index)).to(at::kFloat) * scales.index_select(1, index);
            const StoredWeight weight =
                Checkpoint(written.path(), {openSafetensors(written.path())}, {.gptqZeroOffset = offset})
                    .find("w.weight");
            QVERIFY(relativeL2(valuesOf(weight), expected) <= 1e-7);
            const auto packed = packedAsStored(weight);
            QCOMPARE(packed.has_value(), !isMixed && bits <= 4);
            if (packed)
                QVERIFY(relativeL2(unpack(*packed, at::kFloat), expected) <= 1e-7);
        }
    }

    void fp4() {
        const at::Tensor values = at::tensor({0.0F, .5F, 1.F, 1.5F, 2.F, 3.F, 4.F, 6.F});
        const at::Tensor low = drawn({24, 64}, 0, 15), high = drawn({24, 64}, 0, 15, 2);
        const at::Tensor codes = at::stack({low, high}, 2).view({24, 128}).to(at::kLong);
        const at::Tensor scales = drawn({24, 8}, 30, 100, 5).to(at::kByte);
        const Written written({{"w.weight_packed", "U8", (low + high * 16).to(at::kByte)},
                               {"w.weight_scale", "F8_E4M3", scales},
                               {"w.weight_global_scale", "F32", at::full({1}, 37.5F)}});
        const at::Tensor sizes = values.index_select(0, codes.bitwise_and(7).view({-1})).view({24, 128});
        const at::Tensor expected = at::where(codes.ge(8), -sizes, sizes) * spread(e4m3(scales) / 37.5, 1, 16, 24, 128);
        verifyReads(written, expected, WeightType::Fp4, 1e-7);
    }

    /// Fewer bits than stored are made only where they are asked for.
    void formatsStayWhereTheyAreSmallEnough() {
        const c10::InferenceMode guard;
        const at::Tensor q = drawn({32, 64}, -127, 127);
        const Written eight({{"w.weight", "I8", q.to(at::kChar)}, {"w.weight_scale", "F32", scalesOf({32, 1})}});
        const Written four({{"w.weight_packed", "I32", words(drawn({32, 64}, 0, 15), 4)},
                            {"w.weight_scale", "BF16", scalesOf({32, 2}, true)},
                            {"w.weight_shape", "I64", at::tensor({32, 64}, at::kLong)}});
        const auto typeOf = [](const Written& written, WeightFormat format, MatrixKind kind) {
            return sourceOf(written, format)->matrix("w.weight", 32, 64, kind).view().type;
        };
        for (const WeightFormat format : {WeightFormat::Native, WeightFormat::Int8}) {
            QCOMPARE(typeOf(eight, format, MatrixKind::Projection), WeightType::Int8);
            QCOMPARE(typeOf(four, format, MatrixKind::Projection), WeightType::Int4);
        }
        QCOMPARE(typeOf(eight, WeightFormat::Int4, MatrixKind::Projection), WeightType::Int4);
        QCOMPARE(typeOf(eight, WeightFormat::Int4, MatrixKind::Table), WeightType::Int8);
        QCOMPARE(typeOf(four, WeightFormat::Int4, MatrixKind::Fine), WeightType::Int4);
    }

    void bytesAreThoseOfTheFile() {
        const c10::InferenceMode guard;
        const Written written(
            {{"w.weight", "F8_E4M3", fp8Codes(64, 96)}, {"w.weight_scale", "F32", scalesOf({64, 1})}});
        const auto source = sourceOf(written, WeightFormat::Native, at::kBFloat16);
        QVERIFY(!source->hasPacked());
        source->matrix("w.weight", 64, 96, MatrixKind::Fine);
        QVERIFY(source->hasPacked());
        QCOMPARE(source->bytes(), 64 * 96 + 64 * 4);
        QCOMPARE(source->mappedBytes(), 64 * 96);
        QCOMPARE(source->parameters(), 64 * 96);
        QCOMPARE(storageText(written.checkpoint()), std::string("fp8"));
        QVERIFY(isQuantized(written.checkpoint()));
    }

    void damagedNumbers() {
        const c10::InferenceMode guard;
        const at::Tensor codes = fp8Codes(64, 96);
        codes[63][95] = 255;
        const Written written({{"w.weight", "F8_E4M3", codes}, {"w.weight_scale", "F32", scalesOf({64, 1})}});
        try {
            sourceOf(written)->matrix("w.weight", 64, 96, MatrixKind::Fine);
            QFAIL("accepted");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("w.weight holds NaN"), error.what());
        }
    }

    void refused_data() {
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<QString>("said");
        QTest::newRow("no scales") << QStringList{"w.weight F8_E4M3 4x4"} << "w.weight_scale is missing";
        QTest::newRow("no shape") << QStringList{"w.weight_packed I32 4x4", "w.weight_scale F32 4x1"}
                                  << "w.weight_shape is missing";
        QTest::newRow("a shape of another matrix")
            << QStringList{"w.weight_packed I32 4x4", "w.weight_scale F32 4x1", "w.weight_shape I64 2"}
            << "expected I32 that holds [0, 0] in 1 to 8 bits";
        QTest::newRow("scales of another matrix")
            << QStringList{"w.weight F8_E4M3 4x4", "w.weight_scale F32 3x1"} << "F32 [3, 1], expected a scale for each";
        QTest::newRow("scales in three dimensions")
            << QStringList{"w.weight I8 4x4", "w.weight_scale F32 4x1x1"} << "expected a matrix of scales";
        QTest::newRow("scales of integers")
            << QStringList{"w.weight I8 4x4", "w.weight_scale BOOL 4x1"} << "stored as BOOL";
        QTest::newRow("NVFP4 with few scales")
            << QStringList{"w.weight_packed U8 4x2", "w.weight_scale F8_E4M3 4x1", "w.weight_global_scale F32 1"}
            << "expected F8_E4M3 scales of 16 columns";
        QTest::newRow("another shape") << QStringList{"w.weight I8 4x5", "w.weight_scale F32 4x1"}
                                       << "is [4, 5], expected [4, 4]";
    }

    void refused() {
        QFETCH(QStringList, names);
        QFETCH(QString, said);
        std::vector<Stored> tensors;
        for (const QString& name : names) {
            const QStringList words = name.split(' ');
            std::vector<std::int64_t> shape;
            for (const QString& side : words[2].split('x'))
                shape.push_back(side.toLongLong());
            at::ScalarType type = words[1] == "F32" || words[1] == "I32" ? at::kInt : at::kByte;
            if (words[1] == "I64")
                type = at::kLong;
            tensors.push_back({words[0].toStdString(), words[1].toStdString(), at::zeros(shape, type)});
        }
        const Written written(tensors);
        try {
            sourceOf(written)->matrix("w.weight", 4, 4, MatrixKind::Fine);
            QFAIL("accepted");
        } catch (const Error& error) {
            const QString message = error.what();
            QVERIFY2(message.contains(said), error.what());
            QVERIFY2(message.startsWith(QString::fromStdString(written.path())), error.what());
            QVERIFY(!message.contains('\n'));
        }
    }
};

} // namespace prunescope::model

QTEST_APPLESS_MAIN(prunescope::model::TestStoredWeights)
#include "tst_stored_weights.moc"
