#include "core/image/resize.h"
#include "core/mask/make_mask.h"
#include "core/metrics/metric.h"
#include "core/strategies/strategy.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <atomic>
#include <cstdlib>
#include <malloc.h>
#include <new>

using namespace prunescope;

namespace {

std::atomic<std::size_t> g_live{0};
std::atomic<std::size_t> g_peak{0};

void* counted(void* memory) {
    if (!memory)
        throw std::bad_alloc();
    const std::size_t now = g_live += ::malloc_usable_size(memory);
    std::size_t peak = g_peak;
    while (now > peak && !g_peak.compare_exchange_weak(peak, now)) {
    }
    return memory;
}

void release(void* memory) noexcept {
    if (memory)
        g_live -= ::malloc_usable_size(memory);
    std::free(memory);
}

} // namespace

void* operator new(std::size_t bytes) {
    return counted(std::malloc(bytes));
}
void* operator new(std::size_t bytes, std::align_val_t unit) {
    const auto step = static_cast<std::size_t>(unit);
    return counted(std::aligned_alloc(step, (bytes + step - 1) / step * step));
}
void operator delete(void* memory) noexcept {
    release(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    release(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    release(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    release(memory);
}

/// Selecting takes the picture, one resized copy and 64 bytes a block.
class TestMemory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPictureOneCopyAndSixtyFourBytesABlock_data() {
        QTest::addColumn<QSize>("size");
        QTest::newRow("one side changes") << QSize(1920, 1080);
        QTest::newRow("both sides change") << QSize(1919, 1079);
        QTest::newRow("much smaller") << QSize(6000, 4000);
    }

    void aPictureOneCopyAndSixtyFourBytesABlock() {
        QFETCH(QSize, size);
        const Picture picture = test::gradient({size.width(), size.height()}, 3);
        const PixelLimits limits{65536, 1 << 22};
        const std::size_t before = g_live;
        g_peak = before;
        MaskMaker maker(PixelBlocks(resizeForModel(picture, limits)));
        for (const StrategyEntry& strategy : strategies())
            for (const MetricEntry& metric : metrics()) {
                MaskSettings settings;
                settings.strategy = strategy.name;
                settings.metric = metric.name;
                settings.tau = 0.02;
                QVERIFY(maker.mask(settings).count() > 0);
                QVERIFY(makeMask(maker.blocks(), settings).count() > 0);
            }
        const std::size_t blocks = static_cast<std::size_t>(maker.blocks().grid().count());
        const std::size_t resized = maker.blocks().picture().sizeBytes();
        const std::size_t hugePage = resized > 1 << 22 ? std::size_t{2} << 20 : 0; // rounded up to whole ones
        const std::size_t used = g_peak - before;
        qInfo("%zu bytes beyond the copy, %.1f a block", used - resized,
              static_cast<double>(used - resized) / static_cast<double>(blocks));
        QVERIFY(used <= resized + hugePage + 64 * blocks);
    }
};

QTEST_APPLESS_MAIN(TestMemory)
#include "tst_memory.moc"
