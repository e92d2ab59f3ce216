#include "core/kernels/cpu_level.h"
#include "model/kernels/matrix_vector.h"

#include <QtTest>
#include <array>
#include <bit>
#include <cmath>
#include <random>
#include <vector>

using namespace prunescope;
using namespace prunescope::model;

namespace {

constexpr std::array kTypes{WeightType::Float32, WeightType::BFloat16, WeightType::Int8, WeightType::Int4};

/// Rounded to zero, which is as good as any for a random number.
std::uint16_t bfloat16Bits(float value) {
    return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16);
}

float fromBits(std::uint16_t bits) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// A matrix stored exactly as large as it is, so that a checker of memory sees every step beyond it.
class RandomMatrix {
public:
    RandomMatrix(WeightType type, std::int64_t rows, std::int64_t cols, std::mt19937& random)
        : m_view{type, nullptr, nullptr, rows, cols}, m_random(random) {
        const auto count = static_cast<std::size_t>(rows * cols);
        switch (type) {
        case WeightType::Float32:
            m_view.data = fill(m_floats, count, [&] { return normal(); });
            break;
        case WeightType::BFloat16:
            m_view.data = fill(m_halves, count, [&] { return bfloat16Bits(normal()); });
            break;
        case WeightType::Int8:
            m_view.data = fill(m_bytes, count, [&] { return static_cast<std::uint8_t>(m_random()); });
            m_view.scales = fill(m_floats, static_cast<std::size_t>(rows), [&] { return normal(); });
            break;
        case WeightType::Int4:
            m_view.data = fill(m_bytes, count / 2, [&] { return static_cast<std::uint8_t>(m_random()); });
            m_view.scales = fill(m_halves, count / kInt4Group * 2, [&] { return bfloat16Bits(normal()); });
            break;
        default:
            break; // tst_stored_rows
        }
    }
    const MatrixView& view() const { return m_view; }

    /// From the definition of the format (matrix_view.h).
    double value(std::int64_t row, std::int64_t col) const {
        const auto at = static_cast<std::size_t>(row * m_view.cols + col);
        switch (m_view.type) {
        case WeightType::Float32:
            return m_floats[at];
        case WeightType::BFloat16:
            return fromBits(m_halves[at]);
        case WeightType::Int8:
            return static_cast<std::int8_t>(m_bytes[at]) * static_cast<double>(m_floats[static_cast<std::size_t>(row)]);
        default:
            break;
        }
        const std::size_t group = at / kInt4Group, inGroup = at % kInt4Group;
        const std::uint8_t pair = m_bytes[group * 16 + inGroup % 16];
        const int q = inGroup < 16 ? pair & 15 : pair >> 4;
        return q * static_cast<double>(fromBits(m_halves[2 * group])) + fromBits(m_halves[2 * group + 1]);
    }

private:
    float normal() { return m_normal(m_random); }

    template <typename T, typename Draw>
    static const void* fill(std::vector<T>& values, std::size_t count, Draw draw) {
        values.resize(count);
        for (T& value : values)
            value = draw();
        return values.data();
    }

    MatrixView m_view;
    std::mt19937& m_random;
    std::normal_distribution<float> m_normal;
    std::vector<float> m_floats;
    std::vector<std::uint16_t> m_halves;
    std::vector<std::uint8_t> m_bytes;
};

std::vector<float> randomVector(std::int64_t count, std::mt19937& random) {
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values)
        value = normal(random);
    return values;
}

/// A sum in float32 may be off by a share of what went into it.
bool isClose(float found, double expected, double sumOfSizes) {
    return std::abs(static_cast<double>(found) - expected) <= 1e-6 * sumOfSizes;
}

std::int64_t draw(std::int64_t first, std::int64_t last, std::mt19937& random) {
    return std::uniform_int_distribution<std::int64_t>(first, last)(random);
}

std::int64_t drawCols(WeightType type, std::mt19937& random) {
    return type == WeightType::Int4 ? kInt4Group * draw(1, 40, random) : draw(1, 700, random);
}

/// The rows first .. last - 1 of a product in 64 bits; the others must keep what they had.
void checkProduct(const MatrixVector& kernels, const RandomMatrix& matrix, const std::vector<float>& x,
                  std::int64_t first, std::int64_t last) {
    const MatrixView& view = matrix.view();
    std::vector<float> sums(static_cast<std::size_t>(view.cols / kInt4Group)),
        y(static_cast<std::size_t>(view.rows), 7);
    sumGroups(x.data(), view.cols / kInt4Group * kInt4Group, sums.data());
    kernels.product(view, {x.data(), sums.data()}, first, last, y.data(), x.data());
    for (std::int64_t row = 0; row < view.rows; ++row) {
        double expected = 0, sizes = 0;
        for (std::int64_t col = 0; col < view.cols; ++col) {
            const double term = matrix.value(row, col) * static_cast<double>(x[static_cast<std::size_t>(col)]);
            expected += term;
            sizes += std::abs(term);
        }
        const float found = y[static_cast<std::size_t>(row)];
        if (row < first || row >= last)
            QCOMPARE(found, 7.0f);
        else
            QVERIFY2(isClose(found, expected, sizes * (view.type == WeightType::Int4 ? 4 : 1)),
                     qPrintable(QString("row %1 of [%2, %3]: %4, expected %5")
                                    .arg(row)
                                    .arg(view.rows)
                                    .arg(view.cols)
                                    .arg(static_cast<double>(found))
                                    .arg(expected)));
    }
}

void checkAddRows(const MatrixVector& kernels, const RandomMatrix& matrix, const std::vector<float>& weights,
                  const std::vector<float>& before) {
    const MatrixView& view = matrix.view();
    std::vector<float> y = before;
    kernels.addRows(view, weights.data(), y.data());
    for (std::int64_t col = 0; col < view.cols; ++col) {
        double expected = static_cast<double>(before[static_cast<std::size_t>(col)]), sizes = std::abs(expected);
        for (std::int64_t row = 0; row < view.rows; ++row) {
            const double term = matrix.value(row, col) * static_cast<double>(weights[static_cast<std::size_t>(row)]);
            expected += term;
            sizes += std::abs(term);
        }
        QVERIFY(isClose(y[static_cast<std::size_t>(col)], expected, sizes));
    }
}

} // namespace

/// Every instruction set of this machine against sums in 64 bits, over sizes and remainders.
class TestMatrixVector : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void product_data() { levelsAndTypes(4); }

    void product() {
        QFETCH(int, level);
        QFETCH(int, type);
        std::mt19937 random(11);
        for (int round = 0; round < 60; ++round) {
            const auto weights = static_cast<WeightType>(type);
            const std::int64_t rows = draw(1, 20, random), cols = drawCols(weights, random);
            const RandomMatrix matrix(weights, rows, cols, random);
            const std::int64_t first = draw(0, rows - 1, random), last = draw(first, rows, random);
            checkProduct(matrixVector(static_cast<CpuLevel>(level)), matrix, randomVector(cols, random), first, last);
            if (QTest::currentTestFailed())
                return;
        }
    }

    void addRows_data() { levelsAndTypes(2); }

    void addRows() {
        QFETCH(int, level);
        QFETCH(int, type);
        std::mt19937 random(12);
        for (int round = 0; round < 60; ++round) {
            const std::int64_t rows = draw(0, 90, random), cols = draw(1, 150, random);
            const RandomMatrix matrix(static_cast<WeightType>(type), rows, cols, random);
            checkAddRows(matrixVector(static_cast<CpuLevel>(level)), matrix, randomVector(rows, random),
                         randomVector(cols, random));
            if (QTest::currentTestFailed())
                return;
        }
    }

    void rowsBeginWhereTheyShould() {
        std::mt19937 random(13);
        for (const auto& [type, bytes] : {std::pair{WeightType::Float32, 3 * 64 * 4},
                                          {WeightType::BFloat16, 3 * 64 * 2},
                                          {WeightType::Int8, 3 * 64},
                                          {WeightType::Int4, 3 * 32}}) {
            const RandomMatrix matrix(type, 5, 64, random);
            QCOMPARE(static_cast<const char*>(rowOf(matrix.view(), 3)) - static_cast<const char*>(matrix.view().data),
                     bytes);
        }
    }

private:
    /// The first `types` of kTypes at every level.
    static void levelsAndTypes(std::size_t types) {
        QTest::addColumn<int>("level");
        QTest::addColumn<int>("type");
        constexpr std::array kNames{"float32", "bfloat16", "int8", "int4"};
        for (const CpuLevel level : cpuLevels())
            for (std::size_t i = 0; i < types; ++i)
                QTest::addRow("%s %s", std::string(nameOf(level)).c_str(), kNames[i])
                    << static_cast<int>(level) << static_cast<int>(kTypes[i]);
    }
};

QTEST_APPLESS_MAIN(TestMatrixVector)
#include "tst_matrix_vector.moc"
