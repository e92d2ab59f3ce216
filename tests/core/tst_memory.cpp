#include "core/base/parallel.h"
#include "core/metrics/metric.h"
#include "core/pruning/make_mask.h"
#include "core/pruning/method.h"
#include "core/resize/resize.h"
#include "tests/support/methods.h"
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

/// A picture, one resized copy and 64 bytes a block; while it is resized, a window of rows for each thread.
class TestMemory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { setMaxWorkers(1); }
    void cleanupTestCase() { setMaxWorkers(0); }

    void resizeMakesOneCopy_data() {
        QTest::addColumn<QSize>("size");
        QTest::newRow("one side changes") << QSize(3840, 2160);
        QTest::newRow("both sides change") << QSize(1919, 1079);
        QTest::newRow("much smaller") << QSize(6000, 4000);
    }

    void resizeMakesOneCopy() {
        QFETCH(QSize, size);
        const Picture picture = test::gradient({size.width(), size.height()}, 3);
        const PixelLimits limits{65536, 1 << 22};
        (void)resizeForModel(picture, limits); // its memory is kept for the next picture of this size
        const std::size_t before = g_live;
        g_peak = before;
        const Picture resized = resizeForModel(picture, limits);
        const std::size_t used = g_peak - before;
        const std::size_t scale = static_cast<std::size_t>(1 + picture.height() / resized.height());
        const std::size_t windowRows = 16 + 4 * scale + 2; // a batch and the taps
        const std::size_t tables = static_cast<std::size_t>(resized.width() + resized.height()) * 32 * scale;
        qInfo("%zu bytes beyond the copy", used);
        QVERIFY(used <= windowRows * (resized.strideBytes() + 128) + tables + 65536);
    }

    void selectingTakesSixtyFourBytesABlock_data() {
        QTest::addColumn<QSize>("size");
        QTest::newRow("4K") << QSize(3840, 2176);
        QTest::newRow("small") << QSize(640, 384);
        QTest::newRow("a row") << QSize(32 * 2000, 32);
    }

    void selectingTakesSixtyFourBytesABlock() {
        QFETCH(QSize, size);
        const PixelBlocks pictures[]{PixelBlocks(test::gradient({size.width(), size.height()}, 3)),
                                     PixelBlocks(test::noise({size.width(), size.height()}, 3))};
        for (const PixelBlocks& blocks : pictures) {
            const std::size_t before = g_live;
            g_peak = before;
            MaskMaker maker(blocks);
            for (const MethodEntry& method : pixelMethods())
                for (const MetricEntry& metric : metrics()) {
                    const MethodSettings settings = test::settingsOf(method.name, 0.02, true, metric.name);
                    QVERIFY(maker.mask(settings).count() > 0);
                }
            const double each = static_cast<double>(g_peak - before) / blocks.grid().count();
            qInfo("%.1f bytes a block", each);
            QVERIFY(g_peak - before <= 64 * static_cast<std::size_t>(blocks.grid().count()));
        }
    }
};

QTEST_APPLESS_MAIN(TestMemory)
#include "tst_memory.moc"
