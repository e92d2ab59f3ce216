#include "core/base/error.h"
#include "core/gpu/cuda_kernels.h"
#include "core/gpu/cuda_pruning.h"
#include "core/image/image_file.h"
#include "core/metrics/metric.h"
#include "core/pruning/make_mask.h"
#include "core/resize/resize.h"
#include "tests/support/golden.h"
#include "tests/support/methods.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <array>
#include <cmath>
#include <cstring>

using namespace prunescope;

namespace {

constexpr int kSide = kCudaGeometry.blockPx();
constexpr std::array<const char*, 4> kMethods{"keep_all", "raster", "serpentine", "pred_2d"};

CudaRule ruleOf(const MethodSettings& settings) {
    return cudaRuleOf(settings, kCudaGeometry).value();
}

std::string describe(const MethodSettings& settings, BlockGrid grid) {
    return test::named(settings) + " on " + std::to_string(grid.rows) + "x" + std::to_string(grid.cols);
}

/// Smooth slopes: neighbours are close, and errors add up along every chain.
Picture gradient(Size size, int steps) {
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(size.area()) * 3);
    auto out = rgb.begin();
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            *out++ = static_cast<std::uint8_t>(255.0 * x / size.width);
            *out++ = static_cast<std::uint8_t>(255.0 * y / size.height);
            *out++ = static_cast<std::uint8_t>(127.5 + 127.5 * std::sin(static_cast<double>(x + y) / steps));
        }
    return Picture(size, std::move(rgb));
}

/// Bytes of device memory.
std::vector<std::uint8_t> fromDevice(const void* memory, std::size_t bytes) {
    std::vector<std::uint8_t> host(bytes);
    const CudaKernels& kernels = *cudaKernels();
    if (kernels.copy(host.data(), memory, bytes, nullptr) != 0 || kernels.wait(nullptr) != 0)
        throw std::runtime_error("copying from the device failed");
    return host;
}

std::vector<std::uint8_t> rowsOnHost(const PixelBlocks& blocks, const std::vector<int>& indices, RowType type) {
    const std::size_t valueBytes = type == RowType::Float32 ? 4 : 2;
    constexpr std::size_t kValues = kCudaGeometry.patchesPerBlock() * kCudaGeometry.patchFeatures();
    std::vector<std::uint8_t> rows(indices.size() * kValues * valueBytes);
    writePatchRows(blocks, indices, type, rows.data());
    return rows;
}

} // namespace

/// Selection, resize and patch rows on the GPU against the host's, byte for byte. Skips itself where there is no GPU.
class TestCudaPruning : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_gpu = CudaPruning::open();
        if (!m_gpu)
            QSKIP("no usable NVIDIA GPU, or a build without CUDA kernels");
        qInfo("device: %s", m_gpu->deviceName().c_str());
    }

    void masks_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("cols");
        const std::array<std::array<int, 2>, 12> grids{{{1, 1},
                                                        {1, 2},
                                                        {2, 1},
                                                        {1, 70},
                                                        {70, 1},
                                                        {2, 2},
                                                        {7, 5},
                                                        {9, 33},
                                                        {33, 32},
                                                        {13, 31},
                                                        {40, 64},
                                                        {3, 300}}};
        for (const auto& [rows, cols] : grids)
            QTest::addRow("%dx%d", rows, cols) << rows << cols;
    }

    void masks() {
        QFETCH(int, rows);
        QFETCH(int, cols);
        const Size size{cols * kSide, rows * kSide};
        const auto seed = static_cast<std::uint32_t>(rows * 1000 + cols);
        for (const Picture& picture : {test::randomScreen(rows, cols, seed), test::randomScreen(rows, cols, seed + 1),
                                       gradient(size, 37), gradient(size, 400), test::noise(size, seed)})
            compareMasks(PixelBlocks(picture), {0.0, 0.005, 0.02, 0.1, 0.3, 1.0});
    }

    void hugeGrids() {
        compareMasks(PixelBlocks(test::randomScreen(10, 2000, 5)), {0.0, 0.02});
        compareMasks(PixelBlocks(test::randomScreen(300, 4, 6)), {0.0, 0.02});
    }

    void moreBlocksThanOneRoundNumbers() {
        const PixelBlocks blocks(test::randomScreen(130, 130, 7));
        for (const char* method : kMethods)
            compareMask(blocks, MethodSettings(method));
    }

    void moreBlocksThanRowsHaveCtas() {
        const PixelBlocks blocks(test::randomScreen(65, 65, 8));
        const CudaPruned pruned =
            m_gpu->prune(blocks.picture(), blocks.grid().size(), {CudaMethod::KeepAll}, RowType::BFloat16);
        const std::vector<std::uint8_t> host = rowsOnHost(blocks, pruned.kept, RowType::BFloat16);
        QVERIFY(fromDevice(pruned.rows, host.size()) == host);
    }

    void goldenMasks_data() {
        PRUNESCOPE_NEEDS_GOLDEN("masks");
        QTest::addColumn<QString>("picture");
        QTest::addColumn<int>("index");
        m_golden = test::readJson(test::goldenFolder() / "masks/masks.json");
        const auto& images = m_golden.at("images");
        for (std::size_t i = 0; i < images.size(); ++i) {
            const std::string file = images[i].at("file");
            QTest::newRow(file.c_str()) << QString::fromStdString(file) << static_cast<int>(i);
        }
    }

    void goldenMasks() {
        QFETCH(QString, picture);
        QFETCH(int, index);
        const PixelBlocks blocks(readImage((test::goldenFolder() / "masks" / picture.toStdString()).string()));
        int compared = 0;
        for (const auto& record : m_golden.at("images").at(static_cast<std::size_t>(index)).at("records")) {
            const std::string method = record.at("strategy");
            if (method != "raster" && method != "serpentine" && method != "pred_2d")
                continue;
            MethodSettings settings(method);
            settings.set(kMetric, record.at("metric").get<std::string>());
            settings.set(kTau, m_golden.at("taus").at(record.at("tau").get<std::string>()));
            settings.set(kAnchored, record.value("anchored", true));
            // "int": the exact result on bytes, stored wherever float rounding gave another one.
            const auto& expected = record.contains("int") ? record.at("int") : record;
            const KeepMask mask = m_gpu->select(blocks, ruleOf(settings));
            QVERIFY2(mask.toBase64() == expected.at("mask").get<std::string>(),
                     describe(settings, blocks.grid()).c_str());
            ++compared;
        }
        QVERIFY2(compared > 0, "no record of a pruning method that has a kernel");
    }

    void resize_data() {
        QTest::addColumn<Size>("from");
        QTest::addColumn<Size>("to");
        const std::array<std::array<Size, 2>, 12> cases{{{{{640, 360}, {640, 384}}},
                                                         {{{640, 390}, {640, 384}}},
                                                         {{{641, 352}, {640, 352}}},
                                                         {{{500, 333}, {512, 320}}},
                                                         {{{333, 500}, {65, 31}}},
                                                         {{{64, 64}, {2048, 32}}},
                                                         {{{1, 1}, {64, 96}}},
                                                         {{{3, 200}, {32, 6400}}},
                                                         {{{6400, 40}, {32, 64}}},
                                                         {{{40, 6400}, {64, 32}}},
                                                         {{{97, 6400}, {97, 33}}},
                                                         {{{1920, 1080}, {1920, 1088}}}}};
        for (const auto& [from, to] : cases)
            QTest::addRow("%dx%d to %dx%d", from.width, from.height, to.width, to.height) << from << to;
    }

    void resize() {
        QFETCH(Size, from);
        QFETCH(Size, to);
        for (const Picture& picture : {test::noise(from, 3), gradient(from, 9)}) {
            const Picture host = resizeBicubic(picture, to);
            const Picture device = m_gpu->resize(picture, to);
            QVERIFY(device.size() == to);
            QVERIFY(std::memcmp(device.data(), host.data(), host.sizeBytes()) == 0);
        }
    }

    void rowsOfGatheredBlocks() {
        const PixelBlocks blocks(test::noise({32 * 7, 32 * 5}, 4));
        const std::vector<int> indices{0, 3, 4, 11, 34};
        std::vector<std::uint8_t> bytes(indices.size() * kCudaGeometry.blockSamples());
        gatherBlocks(blocks, indices, bytes.data());
        const CudaKernels& kernels = *cudaKernels();
        for (const RowType type : {RowType::Float32, RowType::BFloat16}) {
            const std::vector<std::uint8_t> host = rowsOnHost(blocks, indices, type);
            void* in = nullptr;
            void* rows = nullptr;
            QCOMPARE(kernels.allocate(&in, bytes.size()), 0);
            QCOMPARE(kernels.allocate(&rows, host.size()), 0);
            QCOMPARE(kernels.copy(in, bytes.data(), bytes.size(), nullptr), 0);
            QCOMPARE(kernels.patchRows(static_cast<const std::uint8_t*>(in), static_cast<std::int64_t>(indices.size()),
                                       static_cast<int>(type), rows, nullptr),
                     0);
            QVERIFY(fromDevice(rows, host.size()) == host);
            kernels.release(rows);
            kernels.release(in);
        }
    }

    /// The whole way gives what its steps give on the host; the memory of earlier calls is used again.
    void prune() {
        const std::array<std::array<Size, 2>, 6> cases{{{{{300, 200}, {320, 192}}},
                                                        {{{320, 192}, {320, 192}}},
                                                        {{{640, 360}, {640, 352}}},
                                                        {{{64, 33}, {64, 32}}},
                                                        {{{1366, 768}, {1376, 768}}},
                                                        {{{300, 200}, {320, 192}}}}};
        for (const auto& [from, to] : cases)
            for (const RowType type : {RowType::BFloat16, RowType::Float32})
                for (const char* method : kMethods)
                    for (const double tau : {0.0, 0.05}) {
                        const MethodSettings settings = test::settingsOf(method, tau, true, "mae");
                        const Picture raw = gradient(from, 50);
                        const PixelBlocks blocks(resizeBicubic(raw, to));
                        const std::vector<int> kept = makeMask(blocks, settings).keptIndices();
                        const CudaPruned pruned = m_gpu->prune(raw, to, ruleOf(settings), type);
                        QVERIFY2(pruned.kept == kept, describe(settings, blocks.grid()).c_str());
                        const std::vector<std::uint8_t> rows = rowsOnHost(blocks, kept, type);
                        QVERIFY(fromDevice(pruned.rows, rows.size()) == rows);
                        QVERIFY(std::isfinite(pruned.times.total()) && pruned.times.total() >= 0);
                    }
    }

    /// Every byte value in every channel.
    void rowsOfAllValues() {
        std::vector<std::uint8_t> rgb(kCudaGeometry.blockSamples());
        for (std::size_t i = 0; i < rgb.size(); ++i)
            rgb[i] = static_cast<std::uint8_t>(i / 3 + i % 3 * 85);
        const PixelBlocks blocks(Picture({kSide, kSide}, std::move(rgb)));
        for (const RowType type : {RowType::Float32, RowType::BFloat16}) {
            const CudaPruned pruned = m_gpu->prune(blocks.picture(), blocks.grid().size(), {CudaMethod::KeepAll}, type);
            const std::vector<std::uint8_t> host = rowsOnHost(blocks, pruned.kept, type);
            QVERIFY(fromDevice(pruned.rows, host.size()) == host);
        }
    }

    void otherBlocksAreRefused() {
        QVERIFY(!cudaRuleOf({}, {14, 2, 2}) && !cudaRuleOf({}, {16, 2, 1}) && !cudaRuleOf({}, {8, 4, 2}));
        const PixelBlocks blocks(test::noise({28 * 3, 28 * 2}, 4), {14, 2, 2});
        QCOMPARE(kindOf([&] { m_gpu->select(blocks, {}); }), ErrorKind::Internal);
    }

    void timing() {
        const Picture picture = test::randomScreen(5, 6, 8);
        QCOMPARE(m_gpu->timeSelect(PixelBlocks(picture), {}, 3).size(), 3u);
        QCOMPARE(m_gpu->timeResize(picture, {160, 160}, 2).size(), 2u);
        QVERIFY(m_gpu->copyBandwidth(1 << 20, 3) > 0);
    }

    void errors() {
        const Picture picture = test::randomScreen(2, 2, 9);
        QVERIFY(!cudaRuleOf(MethodSettings("conncomp"), kCudaGeometry));
        QCOMPARE(kindOf([&] { m_gpu->prune(picture, {33, 32}, {}, RowType::Float32); }), ErrorKind::BadInput);
        QCOMPARE(kindOf([&] { m_gpu->copyBandwidth(std::size_t{1} << 46, 1); }), ErrorKind::OutOfMemory);
        compareMask(PixelBlocks(picture), {}); // works on after an error
    }

private:
    template <typename Action>
    static ErrorKind kindOf(Action action) {
        try {
            action();
        } catch (const Error& error) {
            return error.kind();
        }
        return ErrorKind::Internal;
    }

    void compareMask(const PixelBlocks& blocks, const MethodSettings& settings) {
        const KeepMask expected = makeMask(blocks, settings), mask = m_gpu->select(blocks, ruleOf(settings));
        if (mask != expected)
            QTest::qFail((describe(settings, blocks.grid()) + ": " + std::to_string(mask.keptCount()) +
                          " kept, expected " + std::to_string(expected.keptCount()) + " or other blocks")
                             .c_str(),
                         __FILE__, __LINE__);
    }

    void compareMasks(const PixelBlocks& blocks, std::initializer_list<double> taus) {
        for (const char* method : kMethods)
            for (const MetricEntry& metric : metrics())
                for (const double tau : taus)
                    for (const bool anchored : {true, false})
                        compareMask(blocks, test::settingsOf(method, tau, anchored, metric.name));
    }

    std::unique_ptr<CudaPruning> m_gpu;
    nlohmann::json m_golden;
};

QTEST_APPLESS_MAIN(TestCudaPruning)
#include "tst_cuda_pruning.moc"
