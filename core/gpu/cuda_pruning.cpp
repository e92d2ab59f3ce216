#include "core/gpu/cuda_pruning.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/gpu/cuda_device.h"
#include "core/pruning/pixel_options.h"
#include "core/resize/filter_taps.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace prunescope {

namespace {

std::size_t rowBytes(RowType type) {
    constexpr std::size_t kValues = kCudaGeometry.patchesPerBlock() * kCudaGeometry.patchFeatures();
    return kValues * (type == RowType::Float32 ? 4 : 2);
}

/// Taps of one axis on the device. Those of the last sizes stay there: screenshots come in the same size again.
class DeviceTaps {
public:
    explicit DeviceTaps(const CudaDevice& device) : m_device(device), m_memory(device) {}

    CudaTaps upload(int in, int out, void* stream) {
        if (in != m_in || out != m_out)
            refill(in, out, stream);
        return m_taps;
    }

private:
    void refill(int in, int out, void* stream) {
        m_in = m_out = 0; // in case of an exception
        const FilterTaps taps = makeTaps(in, out);
        const auto outputs = static_cast<std::size_t>(out), width = static_cast<std::size_t>(taps.width);
        const std::size_t even = width + width % 2; // two weights fill a word
        std::vector<std::int32_t> first(taps.first.begin(), taps.first.end());
        first.insert(first.end(), taps.count.begin(), taps.count.end());
        std::vector<std::int16_t> weights(outputs * even, 0);
        for (std::size_t i = 0; i < outputs; ++i)
            std::copy_n(taps.of(static_cast<int>(i)), taps.count[i], weights.begin() + static_cast<long>(i * even));
        const std::size_t tableBytes = first.size() * sizeof(std::int32_t);
        auto* table =
            reinterpret_cast<std::int32_t*>(m_memory.need(tableBytes + weights.size() * sizeof(std::int16_t)));
        auto* deviceWeights = reinterpret_cast<std::int16_t*>(table + first.size());
        m_device.copy(table, first.data(), tableBytes, stream);
        m_device.copy(deviceWeights, weights.data(), weights.size() * sizeof(std::int16_t), stream);
        m_device.wait(stream); // for the host's tables, which end here
        m_taps = {table, table + outputs, deviceWeights, static_cast<int>(even), taps.precision};
        m_in = in;
        m_out = out;
    }

    const CudaDevice& m_device;
    DeviceBuffer m_memory;
    CudaTaps m_taps{};
    int m_in = 0;
    int m_out = 0;
};

} // namespace

/// The steps, each queued on a stream, and the memory they work in.
class CudaPruning::Pipeline {
public:
    explicit Pipeline(std::unique_ptr<CudaDevice> device) : m_device(std::move(device)) {}

    CudaDevice& device() { return *m_device; }
    DeviceClock& clock() { return m_clock; }

    /// Makes the device the thread's; the stream that stands for `stream`.
    void* begin(void* stream) {
        m_device->use();
        m_clock.restart();
        return stream ? stream : m_device->stream();
    }

    /// Through pinned memory, piece by piece: the device fetches one piece while the host's threads copy others.
    const std::uint8_t* upload(const Picture& picture, void* stream) {
        auto* device = m_raw.need(picture.sizeBytes());
        upload(picture, device, stream);
        return device;
    }
    void upload(const Picture& picture, std::uint8_t* device, void* stream) {
        constexpr std::size_t kPiece = 1 << 21;
        const std::size_t size = picture.sizeBytes();
        auto* pinned = m_pinned.need(size);
        const auto pieces = static_cast<int>((size + kPiece - 1) / kPiece);
        parallelRanges(pieces, 1, [&](int first, int last) {
            m_device->use();
            for (int piece = first; piece < last; ++piece) {
                const std::size_t from = static_cast<std::size_t>(piece) * kPiece;
                const std::size_t bytes = std::min(kPiece, size - from);
                std::memcpy(pinned + from, picture.data() + from, bytes);
                m_device->copy(device + from, pinned + from, bytes, stream);
            }
        });
    }

    /// Memory and tables for `resize`, so that it can be timed alone.
    CudaResize prepareResize(const std::uint8_t* in, Size from, Size to, void* stream) {
        return prepareResize(in, from, to, m_resized.need(static_cast<std::size_t>(to.area()) * 3), stream);
    }
    CudaResize prepareResize(const std::uint8_t* in, Size from, Size to, std::uint8_t* out, void* stream) {
        return {in,
                from.width,
                from.height,
                out,
                to.width,
                to.height,
                m_xTaps.upload(from.width, to.width, stream),
                m_yTaps.upload(from.height, to.height, stream)};
    }

    void resize(const CudaResize& resize, void* stream) {
        m_device->check(m_device->kernels().resize(&resize, stream), "kernel resize");
    }

    CudaBlocks blocks(const std::uint8_t* picture, BlockGrid grid) {
        const auto count = static_cast<std::size_t>(grid.count());
        // The largest first, so that each is aligned.
        auto* states = m_tables.need<std::uint64_t>(count * 3 + 2);
        auto* left = reinterpret_cast<std::uint32_t*>(states + count + 1);
        auto* indices = reinterpret_cast<std::int32_t*>(left + 2 * count);
        return {picture,
                grid.rows,
                grid.cols,
                left,
                left + count,
                states,
                reinterpret_cast<std::uint8_t*>(indices + count + 1),
                indices};
    }

    void distances(const CudaBlocks& blocks, const CudaRule& rule, void* stream) {
        if (rule.method == CudaMethod::KeepAll)
            return;
        const int reduction = rule.bound == 0 ? kEqualityReduction : static_cast<int>(rule.reduction);
        m_device->check(m_device->kernels().pairDistances(&blocks, reduction, stream), "kernel pair_distances");
    }

    void select(const CudaBlocks& blocks, const CudaRule& rule, void* stream) {
        m_device->check(m_device->kernels().select(&blocks, static_cast<int>(rule.method),
                                                   static_cast<int>(rule.reduction), rule.bound, rule.anchored, stream),
                        "kernel select");
    }

    /// As far as the rows have room already; queued before anybody knows how many are needed.
    void rowsInPlace(const CudaBlocks& blocks, RowType type, void* stream) {
        writeRows(blocks, m_rows.sizeBytes() / rowBytes(type), type, stream);
    }

    /// The rows of all `kept` blocks, once it is known how many: ms that it took to write them again with more room, or
    /// 0.
    double finishRows(const CudaBlocks& blocks, std::size_t kept, RowType type, void* stream) {
        if (kept <= m_rows.sizeBytes() / rowBytes(type))
            return 0;
        m_rows.need(kept * rowBytes(type));
        m_clock.restart();
        m_clock.mark(stream);
        writeRows(blocks, kept, type, stream);
        m_clock.mark(stream);
        m_device->wait(stream);
        return m_clock.ms(0);
    }

    const void* rows() const { return m_rows.data(); }

    /// Waits for the stream. Indices of the kept blocks.
    std::vector<int> download(const CudaBlocks& blocks, void* stream) {
        m_indices.resize(static_cast<std::size_t>(blocks.rows) * static_cast<std::size_t>(blocks.cols) + 1);
        m_device->copy(m_indices.data(), blocks.indices, m_indices.size() * sizeof(std::int32_t), stream);
        m_clock.mark(stream);
        m_device->wait(stream);
        return {m_indices.begin() + 1, m_indices.begin() + 1 + m_indices[0]};
    }

    DeviceBuffer& raw() { return m_raw; }
    DeviceBuffer& resized() { return m_resized; }

private:
    void writeRows(const CudaBlocks& blocks, std::size_t capacity, RowType type, void* stream) {
        m_device->check(m_device->kernels().keptRows(&blocks, static_cast<std::int64_t>(capacity),
                                                     static_cast<int>(type), m_rows.data(), stream),
                        "kernel kept_rows");
    }

    std::unique_ptr<CudaDevice> m_device;
    DeviceClock m_clock{*m_device};
    PinnedBuffer m_pinned{*m_device};
    DeviceBuffer m_raw{*m_device};
    DeviceBuffer m_resized{*m_device};
    DeviceBuffer m_tables{*m_device}; // everything in CudaBlocks but the picture
    DeviceBuffer m_rows{*m_device};
    DeviceTaps m_xTaps{*m_device};
    DeviceTaps m_yTaps{*m_device};
    std::vector<std::int32_t> m_indices; // how many, then which
};

std::optional<CudaRule> cudaRuleOf(const MethodSettings& settings, const PatchGeometry& geometry) {
    const auto kernel = settings.entry().kernel;
    if (!kernel || geometry != kCudaGeometry || settings.isSet(kKeep.name)) // budgets are met on the host
        return std::nullopt;
    const auto [bound, anchored] = similarityOf(settings, geometry);
    return CudaRule{*kernel, reductionOf(settings), bound, anchored};
}

CudaPruning::CudaPruning(std::unique_ptr<Pipeline> pipeline) : m_pipeline(std::move(pipeline)) {}

CudaPruning::~CudaPruning() = default;

std::unique_ptr<CudaPruning> CudaPruning::open(int device) {
    std::unique_ptr<CudaDevice> opened = CudaDevice::open(device);
    if (!opened)
        return nullptr;
    return std::unique_ptr<CudaPruning>(new CudaPruning(std::make_unique<Pipeline>(std::move(opened))));
}

const std::string& CudaPruning::deviceName() const {
    return m_pipeline->device().name();
}

KeepMask CudaPruning::select(const PixelBlocks& blocks, const CudaRule& rule, void* stream) {
    check(blocks.geometry() == kCudaGeometry, "blocks of the kernels' geometry");
    Pipeline& run = *m_pipeline;
    void* on = run.begin(stream);
    const CudaBlocks device = run.blocks(run.upload(blocks.picture(), on), blocks.grid());
    run.distances(device, rule, on);
    run.select(device, rule, on);
    KeepMask mask(blocks.grid());
    for (const int index : run.download(device, on))
        mask.keep(index);
    return mask;
}

Picture CudaPruning::resize(const Picture& picture, Size size, void* stream) {
    check(size.width > 0 && size.height > 0 && !picture.empty(), "resize needs positive sizes");
    if (size == picture.size())
        return picture;
    Pipeline& run = *m_pipeline;
    void* on = run.begin(stream);
    const CudaResize resize = run.prepareResize(run.upload(picture, on), picture.size(), size, on);
    run.resize(resize, on);
    PixelBuffer rgb(static_cast<std::size_t>(size.area()) * 3);
    run.device().copy(rgb.data(), resize.out, rgb.size(), on);
    run.device().wait(on);
    return Picture(size, std::move(rgb));
}

CudaPruned CudaPruning::prune(const Picture& raw, Size size, const CudaRule& rule, RowType type, void* stream) {
    check(!raw.empty(), "an empty picture has no blocks");
    const BlockGrid grid = BlockGrid::of(size, kCudaGeometry);
    Pipeline& run = *m_pipeline;
    DeviceClock& clock = run.clock();
    void* on = run.begin(stream);
    clock.mark(on);
    const std::uint8_t* picture = run.upload(raw, on);
    CudaResize resize{};
    if (size != raw.size())
        resize = run.prepareResize(picture, raw.size(), size, on);
    clock.mark(on);
    if (size != raw.size()) {
        run.resize(resize, on);
        picture = resize.out;
    }
    clock.mark(on);
    const CudaBlocks blocks = run.blocks(picture, grid);
    run.distances(blocks, rule, on);
    clock.mark(on);
    run.select(blocks, rule, on);
    clock.mark(on);
    run.rowsInPlace(blocks, type, on);
    clock.mark(on);
    CudaPruned pruned;
    pruned.kept = run.download(blocks, on);
    pruned.times = {clock.ms(0), clock.ms(1), clock.ms(2), clock.ms(3), clock.ms(4), clock.ms(5)};
    pruned.times.patchRows += run.finishRows(blocks, pruned.kept.size(), type, on);
    pruned.rows = run.rows();
    return pruned;
}

CudaPruned CudaPruning::resizeAndSelect(const Picture& raw, Size size, const CudaRule& rule, std::uint8_t* resized,
                                        void* stream) {
    check(!raw.empty(), "an empty picture has no blocks");
    const BlockGrid grid = BlockGrid::of(size, kCudaGeometry);
    Pipeline& run = *m_pipeline;
    DeviceClock& clock = run.clock();
    void* on = run.begin(stream);
    clock.mark(on);
    CudaResize resize{};
    if (size == raw.size())
        run.upload(raw, resized, on);
    else
        resize = run.prepareResize(run.upload(raw, on), raw.size(), size, resized, on);
    clock.mark(on);
    if (size != raw.size())
        run.resize(resize, on);
    clock.mark(on);
    const CudaBlocks blocks = run.blocks(resized, grid);
    run.distances(blocks, rule, on);
    clock.mark(on);
    run.select(blocks, rule, on);
    clock.mark(on);
    CudaPruned pruned;
    pruned.kept = run.download(blocks, on);
    pruned.times = {clock.ms(0), clock.ms(1), clock.ms(2), clock.ms(3), 0, clock.ms(4)};
    return pruned;
}

std::vector<double> CudaPruning::timeSelect(const PixelBlocks& blocks, const CudaRule& rule, int repeats) {
    Pipeline& run = *m_pipeline;
    void* on = run.begin(nullptr);
    const CudaBlocks device = run.blocks(run.upload(blocks.picture(), on), blocks.grid());
    std::vector<double> times;
    for (int i = 0; i < repeats; ++i) {
        run.clock().restart();
        run.clock().mark(on);
        run.distances(device, rule, on);
        run.select(device, rule, on);
        run.clock().mark(on);
        run.device().wait(on);
        times.push_back(run.clock().ms(0));
    }
    return times;
}

std::vector<double> CudaPruning::timeResize(const Picture& picture, Size size, int repeats) {
    check(size.width > 0 && size.height > 0 && !picture.empty(), "resize needs positive sizes");
    Pipeline& run = *m_pipeline;
    void* on = run.begin(nullptr);
    const CudaResize resize = run.prepareResize(run.upload(picture, on), picture.size(), size, on);
    std::vector<double> times;
    for (int i = 0; i < repeats; ++i) {
        run.clock().restart();
        run.clock().mark(on);
        run.resize(resize, on);
        run.clock().mark(on);
        run.device().wait(on);
        times.push_back(run.clock().ms(0));
    }
    return times;
}

double CudaPruning::copyBandwidth(std::size_t bytes, int repeats) {
    check(bytes > 0 && repeats > 0, "a bandwidth needs something to copy");
    Pipeline& run = *m_pipeline;
    void* on = run.begin(nullptr);
    void* from = run.raw().need(bytes);
    void* to = run.resized().need(bytes);
    double best = std::numeric_limits<double>::max();
    for (int i = 0; i < repeats; ++i) {
        run.clock().restart();
        run.clock().mark(on);
        run.device().copy(to, from, bytes, on);
        run.clock().mark(on);
        run.device().wait(on);
        best = std::min(best, run.clock().ms(0));
    }
    return 2.0 * static_cast<double>(bytes) / (std::max(best, 1e-6) * 1e6);
}

} // namespace prunescope
