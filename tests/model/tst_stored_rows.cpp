#include "core/base/error.h"
#include "core/kernels/cpu_level.h"
#include "model/kernels/matrix_vector.h"
#include "model/kernels/quantize.h"
#include "tests/model/stored_matrix.h"
#include "tests/support/golden.h"

#include <QtTest>
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <numeric>
#include <set>

using namespace prunescope;
using namespace prunescope::model;
using test::StoredMatrix;

namespace {

std::vector<std::uint8_t> readBytes(const std::string& name) {
    std::ifstream file(test::dataFolder() / "blocks" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

template <typename T>
std::vector<T> readNumbers(const std::string& name) {
    const std::vector<std::uint8_t> bytes = readBytes(name);
    std::vector<T> numbers(bytes.size() / sizeof(T));
    std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(T));
    return numbers;
}

std::size_t size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

std::vector<float> rowsOf(const MatrixView& matrix, std::int64_t first, std::int64_t count, CpuLevel level) {
    std::vector<float> out(size(count * matrix.cols));
    dequantize(matrix, first, count, out.data(), level);
    return out;
}

/// Also where two zeros or NaNs differ.
bool areSameBits(const std::vector<float>& a, const std::vector<float>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](float left, float right) {
        return std::bit_cast<std::uint32_t>(left) == std::bit_cast<std::uint32_t>(right);
    });
}

/// To nearest, to even on ties.
std::uint16_t roundedToBfloat16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t below = bits & 0xffff, up = below > 0x8000 || (below == 0x8000 && (bits >> 16 & 1)) ? 1 : 0;
    return static_cast<std::uint16_t>((bits >> 16) + up);
}

/// IEEE binary16 from its definition.
float halfValue(std::uint16_t bits) {
    const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
    const double value = exponent ? std::ldexp(1024 + mantissa, exponent - 25) : std::ldexp(mantissa, -24);
    return static_cast<float>(bits >> 15 ? -value : value);
}

std::int64_t draw(std::int64_t first, std::int64_t last, std::mt19937& random) {
    return std::uniform_int_distribution<std::int64_t>(first, last)(random);
}

std::unique_ptr<StoredMatrix> drawMatrix(WeightType type, std::mt19937& random) {
    const WeightTraits& traits = traitsOf(type);
    const std::int64_t rows = draw(1, 9, random), cols = traits.blockCols * draw(1, 900 / traits.blockCols, random);
    const std::int64_t width = traits.scales == ScaleLayout::WidePairs ? kInt4Group * draw(1, 9, random)
                               : draw(0, 1, random)                    ? 128
                                                                       : draw(1, 500, random);
    return std::make_unique<StoredMatrix>(type, rows, cols, random, draw(1, 4, random), width);
}

std::vector<float> randomVector(std::int64_t count, std::mt19937& random) {
    std::normal_distribution<float> normal;
    std::vector<float> values(size(count));
    for (float& value : values)
        value = normal(random);
    return values;
}

/// Rows first .. last - 1 of a product against sums in 64 bits; the others must keep what they had.
void checkProduct(const MatrixView& matrix, std::int64_t first, std::int64_t last, CpuLevel level,
                  const std::vector<float>& x) {
    const std::vector<float> weights = rowsOf(matrix, 0, matrix.rows, CpuLevel::Scalar);
    std::vector<float> sums(x.size() / kInt4Group), y(size(matrix.rows), 7);
    sumGroups(x.data(), static_cast<std::int64_t>(sums.size()) * kInt4Group, sums.data());
    matrixVector(level).product(matrix, {x.data(), sums.data()}, first, last, y.data(), x.data());
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        double expected = 0, sizes = 0;
        for (std::size_t col = 0; col < x.size(); ++col) {
            const double term = static_cast<double>(weights[size(row) * x.size() + col]) * static_cast<double>(x[col]);
            expected += term;
            sizes += std::abs(term);
        }
        const double found = static_cast<double>(y[size(row)]);
        if (row < first || row >= last)
            QCOMPARE(found, 7.0);
        else // minima are taken off sums of what they belong to
            QVERIFY2(std::abs(found - expected) <= 1e-6 * sizes * (traitsOf(matrix.type).needsGroupSums ? 4 : 1),
                     qPrintable(QString("row %1 of [%2, %3]: %4, expected %5, of sizes %6")
                                    .arg(row)
                                    .arg(matrix.rows)
                                    .arg(matrix.cols)
                                    .arg(found)
                                    .arg(expected)
                                    .arg(sizes)));
    }
}

/// Types that `dequantize` reads, at every level; `from` a type on.
void levelsAndTypes(WeightType from = WeightType::Int8) {
    QTest::addColumn<int>("level");
    QTest::addColumn<int>("type");
    for (const CpuLevel level : cpuLevels())
        for (const WeightTraits& traits : weightTypes())
            if (traits.isPacked && traits.type >= from)
                QTest::addRow("%s %s", std::string(nameOf(level)).c_str(), std::string(traits.name).c_str())
                    << static_cast<int>(level) << static_cast<int>(traits.type);
}

} // namespace

/// Weights in the formats of files: what they stand for, at every instruction set of this machine.
class TestStoredRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void formatsHaveNamesOfTheirOwn() {
        std::set<std::string_view> names;
        for (const WeightTraits& traits : weightTypes()) {
            QVERIFY(names.insert(traits.name).second);
            QCOMPARE(&traitsOf(traits.type), &traits);
            QCOMPARE(rowBytes(traits.type, 3 * 256) * traits.blockCols, std::int64_t{3} * 256 * traits.blockBytes);
        }
    }

    void floatsAreNotUnpacked() {
        const float value = 1;
        float out = 0;
        for (const WeightTraits& traits : weightTypes())
            if (!traits.isPacked)
                QVERIFY_EXCEPTION_THROWN(dequantize({traits.type, &value, nullptr, 1, 1}, 0, 1, &out), Error);
    }

    void scalesTakeWhatTheirGridTakes() {
        const auto bytes = [](WeightType type, std::int64_t scaleRows, std::int64_t scaleCols) {
            return scaleBytes({type, nullptr, nullptr, 300, 512, scaleRows, scaleCols});
        };
        QCOMPARE(bytes(WeightType::Fp8, 1, 512), 300 * 4);
        QCOMPARE(bytes(WeightType::Fp8, 128, 128), 3 * 4 * 4);
        QCOMPARE(bytes(WeightType::Fp8, 300, 500), 2 * 4);
        QCOMPARE(bytes(WeightType::Int4Wide, 1, 192), 300 * 3 * 2 * 4);
        QCOMPARE(bytes(WeightType::Fp4, 1, 0), 300 * 32);
        QCOMPARE(bytes(WeightType::Q4_K, 1, 0), 0);
        QCOMPARE(bytes(WeightType::Int8, 1, 0), 300 * 4);
        QCOMPARE(bytes(WeightType::Int4, 1, 0), 300 * 16 * 4);
    }

    void rowsAreThoseOfTheReference_data() { levelsAndTypes(WeightType::Float16); } // the first that is stored

    /// packaging/compare/blocks.py wrote them: any part of a matrix, at any address.
    void rowsAreThoseOfTheReference() {
        QFETCH(int, level);
        QFETCH(int, type);
        const WeightTraits& traits = traitsOf(static_cast<WeightType>(type));
        const std::string name(traits.name);
        const nlohmann::json shape = test::readJson(test::dataFolder() / "blocks" / "blocks.json").at(name);
        const auto data = readBytes(name + ".data.bin"), scales = readBytes(name + ".scales.bin");
        const auto expected = readNumbers<float>(name + ".values.bin");
        MatrixView matrix{traits.type, nullptr, scales.data(), shape.at("rows"), shape.at("cols")};
        matrix.scaleRows = shape.value("scale_rows", 1);
        matrix.scaleCols = shape.value("scale_cols", 1);
        matrix.factor = shape.value("factor", 1.0f);
        QCOMPARE(size(dataBytes(matrix)), data.size());
        QCOMPARE(size(scaleBytes(matrix)), scales.size());
        for (std::size_t before = 0; before < 4; ++before) {
            std::vector<std::uint8_t> moved(before);
            moved.insert(moved.end(), data.begin(), data.end());
            matrix.data = moved.data() + before;
            QVERIFY(isFinite(matrix, 0, matrix.rows));
            QVERIFY(areSameBits(rowsOf(matrix, 0, matrix.rows, static_cast<CpuLevel>(level)), expected));
            const std::vector<float> last(expected.begin() + matrix.cols, expected.end());
            QVERIFY(areSameBits(rowsOf(matrix, 1, matrix.rows - 1, static_cast<CpuLevel>(level)), last));
        }
    }

    void everyFp8Code() {
        const auto expected = readNumbers<float>("fp8_codes.bin");
        std::vector<std::uint8_t> codes(256);
        std::iota(codes.begin(), codes.end(), std::uint8_t{0});
        const float one = 1;
        for (const CpuLevel level : cpuLevels()) {
            const auto found = rowsOf({WeightType::Fp8, codes.data(), &one, 1, 256, 1, 256}, 0, 1, level);
            for (std::size_t code = 0; code < 256; ++code)
                if (!std::isnan(expected[code]))
                    QCOMPARE(std::bit_cast<std::uint32_t>(found[code]), std::bit_cast<std::uint32_t>(expected[code]));
        }
        for (std::int64_t code = 0; code < 256; ++code) {
            const MatrixView matrix{WeightType::Fp8, codes.data(), &one, 256, 1, 256, 1};
            QCOMPARE(isFinite(matrix, code, 1), !std::isnan(expected[size(code)]));
        }
    }

    void everyHalf() {
        std::vector<std::uint16_t> halves(1 << 16);
        std::iota(halves.begin(), halves.end(), std::uint16_t{0});
        const MatrixView matrix{WeightType::Float16, halves.data(), nullptr, 1 << 16, 1};
        for (const CpuLevel level : cpuLevels()) {
            const auto found = rowsOf(matrix, 0, matrix.rows, level);
            for (std::size_t half = 0; half < halves.size(); ++half)
                if ((half & 0x7c00) != 0x7c00)
                    QCOMPARE(std::bit_cast<std::uint32_t>(found[half]),
                             std::bit_cast<std::uint32_t>(halfValue(halves[half])));
        }
        for (std::int64_t half = 0; half < matrix.rows; ++half)
            QCOMPARE(isFinite(matrix, half, 1), (half & 0x7c00) != 0x7c00);
    }

    void everyInstructionSetUnpacksToTheSameBits_data() { levelsAndTypes(); }

    void everyInstructionSetUnpacksToTheSameBits() {
        QFETCH(int, level);
        QFETCH(int, type);
        std::mt19937 random(5);
        for (int round = 0; round < 60; ++round) {
            const auto stored = drawMatrix(static_cast<WeightType>(type), random);
            const MatrixView& matrix = stored->view();
            const std::int64_t first = draw(0, matrix.rows - 1, random), count = draw(0, matrix.rows - first, random);
            const auto expected = rowsOf(matrix, first, count, CpuLevel::Scalar);
            QVERIFY(areSameBits(rowsOf(matrix, first, count, static_cast<CpuLevel>(level)), expected));
            std::vector<std::uint16_t> halves(expected.size());
            dequantize(matrix, first, count, halves.data(), static_cast<CpuLevel>(level));
            for (std::size_t i = 0; i < halves.size(); ++i)
                QCOMPARE(halves[i], roundedToBfloat16(expected[i]));
        }
    }

    void productsAreThoseOfWhatIsStoodFor_data() { levelsAndTypes(); }

    void productsAreThoseOfWhatIsStoodFor() {
        QFETCH(int, level);
        QFETCH(int, type);
        std::mt19937 random(6);
        for (int round = 0; round < 60; ++round) {
            const auto stored = drawMatrix(static_cast<WeightType>(type), random);
            const MatrixView& matrix = stored->view();
            const std::int64_t first = draw(0, matrix.rows - 1, random), last = draw(first, matrix.rows, random);
            checkProduct(matrix, first, last, static_cast<CpuLevel>(level), randomVector(matrix.cols, random));
            if (QTest::currentTestFailed())
                return;
        }
    }

    /// Every scale in turn, and no other row than those asked for.
    void damagedScalesAreFound() {
        std::mt19937 random(7);
        for (const WeightTraits& traits : weightTypes()) {
            if (!traits.isPacked)
                continue;
            StoredMatrix stored(traits.type, 5, 512, random, 2, 96);
            QVERIFY(isFinite(stored.view(), 0, 5));
            for (const int offset : test::halvesOf(traits.type)) {
                std::uint8_t* upper = stored.data() + 3 * rowBytes(traits.type, 512) + offset + 1;
                checkDamage(stored.view(), upper, 3, 3);
            }
            if (traits.scales == ScaleLayout::None)
                continue;
            const std::int64_t rows = traits.scales == ScaleLayout::Grid ? 3 : 5;
            for (const std::int64_t row : {std::int64_t{0}, rows - 1}) {
                std::uint8_t* last = stored.scales() + scaleBytes(stored.view()) / rows * (row + 1) - 1;
                const std::int64_t each = rows == 3 ? 2 : 1;
                checkDamage(stored.view(), last, row * each, std::min<std::int64_t>(4, (row + 1) * each - 1));
            }
        }
    }

private:
    /// The upper byte of a number of rows first .. last made infinite or NaN.
    static void checkDamage(const MatrixView& matrix, std::uint8_t* upper, std::int64_t first, std::int64_t last) {
        const bool isByte = matrix.type == WeightType::Fp4;
        const std::uint8_t before[] = {isByte ? std::uint8_t{0} : upper[-1], *upper};
        *upper = 0x7f;
        if (!isByte)
            upper[-1] = 0x80;
        for (std::int64_t row = 0; row < matrix.rows; ++row)
            QCOMPARE(isFinite(matrix, row, 1), row < first || row > last);
        QVERIFY(!isFinite(matrix, 0, matrix.rows));
        QVERIFY(isFinite(matrix, first, 0));
        *upper = before[1];
        if (!isByte)
            upper[-1] = before[0];
        QVERIFY(isFinite(matrix, 0, matrix.rows));
    }
};

QTEST_APPLESS_MAIN(TestStoredRows)
#include "tst_stored_rows.moc"
