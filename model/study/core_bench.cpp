#include "model/study/core_bench.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/parallel.h"
#include "core/base/stage_times.h"
#include "core/base/stats.h"
#include "core/gpu/cuda_pruning.h"
#include "core/kernels/cpu_level.h"
#include "core/kernels/patch_rows.h"
#include "core/pruning/make_mask.h"
#include "core/pruning/pixel_options.h"
#include "core/report/changes.h"

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

namespace prunescope {

namespace {

constexpr double kBenchTau = 0.02;
constexpr std::size_t kCopyBytes = std::size_t{1} << 28;
constexpr int kCopyRuns = 7;

std::string processorName() {
    std::ifstream lines("/proc/cpuinfo");
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("model name"))
            return std::string(trimmed(line.substr(line.find(':') + 1)));
    return "unknown processor";
}

/// Holds the number of threads for as long as something is measured.
class WithWorkers {
public:
    explicit WithWorkers(int count) { setMaxWorkers(count); }
    ~WithWorkers() { setMaxWorkers(0); }
    WithWorkers(const WithWorkers&) = delete;
    WithWorkers& operator=(const WithWorkers&) = delete;
};

std::vector<double> timesOf(int runs, const std::function<void()>& work) {
    work(); // warms up
    std::vector<double> times;
    for (int run = 0; run < runs; ++run) {
        const Stopwatch watch;
        work();
        times.push_back(watch.ms());
    }
    return times;
}

/// Bytes read plus written per second by a large copy.
double copyRate(int workers) {
    const WithWorkers threads(workers);
    PixelBuffer from(kCopyBytes), to(kCopyBytes);
    std::memset(from.data(), 1, kCopyBytes);
    constexpr std::size_t kChunk = std::size_t{1} << 20;
    const auto copy = [&] {
        parallelRanges(static_cast<int>(kCopyBytes / kChunk), 8, [&](int first, int last) {
            const std::size_t at = static_cast<std::size_t>(first) * kChunk;
            std::memcpy(to.data() + at, from.data() + at, static_cast<std::size_t>(last - first) * kChunk);
        });
    };
    return 2.0 * kCopyBytes / (percentile(timesOf(kCopyRuns, copy), 0) / 1000);
}

/// Something to time on a picture.
struct Operation {
    std::string name;
    double bytes;
    std::function<void()> work;
    /// Device times in ms of so many runs; empty where no kernel does this.
    std::function<std::vector<double>(CudaPruning&, int runs)> onGpu = {};
};

MethodSettings settingsOf(std::string_view method, double tau, const std::string& metric = "max") {
    return MethodSettings(method).set(kTau, tau).set(kMetric, metric);
}

std::size_t patchRowBytes(const PixelBlocks& blocks, std::size_t keptBlocks) {
    const PatchGeometry& geometry = blocks.geometry();
    const auto values = static_cast<std::size_t>(geometry.patchesPerBlock() * geometry.patchFeatures());
    return keptBlocks * values * sizeof(std::uint16_t);
}

/// Stands for a program that shows another line of text: one block in the middle.
PixelBlocks withOneBlockChanged(const PixelBlocks& blocks) {
    PixelBuffer rgb(blocks.picture().sizeBytes());
    std::memcpy(rgb.data(), blocks.picture().data(), rgb.size());
    const int middle = blocks.grid().count() / 2;
    rgb.data()[blocks.block(middle) - blocks.picture().data()] ^= 1;
    return PixelBlocks(Picture(blocks.picture().size(), std::move(rgb)), blocks.geometry());
}

class CoreBench {
public:
    CoreBench(const CoreBenchOptions& options, std::stop_token stop) : m_options(options), m_stop(std::move(stop)) {
        m_report.cpu = processorName();
        m_report.level = nameOf(bestCpuLevel());
        m_report.threads = options.threads > 0 ? options.threads : maxWorkers();
        m_report.runs = options.runs;
        m_report.copyOneThread = copyRate(1);
        m_report.copyAllThreads = m_report.threads > 1 ? copyRate(m_report.threads) : 0;
        m_gpu = CudaPruning::open();
        if (m_gpu) {
            m_report.gpu = m_gpu->deviceName();
            m_report.copyCuda = 1e9 * m_gpu->copyBandwidth(kCopyBytes, kCopyRuns);
        }
    }

    CoreBenchReport run(const std::function<void(const CoreCase&)>& onCase) {
        for (const CoreBenchOptions::Image& image : m_options.images)
            for (const Operation& operation : operationsOn(image.picture)) {
                if (m_stop.stop_requested())
                    throw Error(ErrorKind::Cancelled, "bench was stopped");
                m_report.cases.push_back(measure(image, operation));
                if (onCase)
                    onCase(m_report.cases.back());
            }
        return m_report;
    }

private:
    CoreCase measure(const CoreBenchOptions::Image& image, const Operation& operation) {
        CoreCase result;
        result.image = image.name;
        result.size = image.picture.size();
        result.resized = modelSize(image.picture.size(), m_options.limits);
        result.operation = operation.name;
        result.bytes = operation.bytes;
        result.oneThread = timed(operation, 1, m_report.copyOneThread);
        if (m_report.threads > 1)
            result.allThreads = timed(operation, m_report.threads, m_report.copyAllThreads);
        if (m_gpu && operation.onGpu)
            result.cuda = timingOf(operation.onGpu(*m_gpu, m_options.runs), operation.bytes, m_report.copyCuda);
        return result;
    }

    CoreTiming timed(const Operation& operation, int workers, double copyBytesPerSecond) const {
        const WithWorkers threads(workers);
        return timingOf(timesOf(m_options.runs, operation.work), operation.bytes, copyBytesPerSecond);
    }

    static CoreTiming timingOf(const std::vector<double>& times, double bytes, double copyBytesPerSecond) {
        CoreTiming timing;
        timing.medianMs = median(times);
        timing.p90Ms = percentile(times, 0.9);
        timing.bytesPerSecond = bytes / (timing.medianMs / 1000);
        timing.shareOfCopy = timing.bytesPerSecond / copyBytesPerSecond;
        return timing;
    }

    std::vector<Operation> operationsOn(const Picture& picture) const {
        std::vector<Operation> operations;
        const Size seen = modelSize(picture.size(), m_options.limits);
        addResizes(operations, picture, seen);
        const PixelBlocks blocks(resizeForModel(picture, m_options.limits), m_options.limits.geometry);
        addMethods(operations, blocks);
        addReevaluation(operations, blocks);
        addBudgets(operations, blocks);
        const auto bytes = static_cast<double>(blocks.picture().sizeBytes());
        operations.push_back({"changed blocks", 2 * bytes,
                              [blocks, after = withOneBlockChanged(blocks)] { changesSince(blocks, after); }});
        addPatchRows(operations, blocks);
        for (const double tau : {0.0, kBenchTau})
            addWholeWay(operations, picture, seen, m_options.limits.geometry, tau);
        return operations;
    }

    static void addResizes(std::vector<Operation>& operations, const Picture& picture, Size seen) {
        const auto add = [&](const std::string& name, Size size) {
            const auto bytes = static_cast<double>(picture.sizeBytes()) + static_cast<double>(size.area()) * 3;
            operations.push_back(
                {name, bytes, [picture, size] { resizeBicubic(picture, size); },
                 [picture, size](CudaPruning& gpu, int runs) { return gpu.timeResize(picture, size, runs); }});
        };
        if (seen != picture.size())
            add("picture to model size", seen);
        add("picture to half size", {seen.width / 2, seen.height / 2});
    }

    static void addMethods(std::vector<Operation>& operations, const PixelBlocks& blocks) {
        const auto add = [&](std::string name, const MethodSettings& settings) {
            operations.push_back({std::move(name), static_cast<double>(blocks.picture().sizeBytes()),
                                  [blocks, settings] { makeMask(blocks, settings); }, selectOnGpu(blocks, settings)});
        };
        for (const MethodEntry& entry : methods()) {
            const std::string name(entry.name);
            if (!entry.pixels || !entry.drops())
                continue; // looks at no pixels
            add("select " + name + ", tau 0", settingsOf(name, 0));
            add("select " + name + ", tau 0.02", settingsOf(name, kBenchTau));
        }
        for (const char* metric : {"mae", "rmse"})
            add("select " + std::string(kDefaultMethod) + ", tau 0.02, " + metric,
                settingsOf(kDefaultMethod, kBenchTau, metric));
    }

    static decltype(Operation::onGpu) selectOnGpu(const PixelBlocks& blocks, const MethodSettings& settings) {
        const std::optional<CudaRule> found = cudaRuleOf(settings, blocks.geometry());
        if (!found)
            return {};
        return [blocks, rule = *found](CudaPruning& gpu, int runs) { return gpu.timeSelect(blocks, rule, runs); };
    }

    /// A token budget of a picture that was looked at for the first time.
    static void addBudgets(std::vector<Operation>& operations, const PixelBlocks& blocks) {
        for (const char* metric : {"max", "mae", "rmse"}) {
            const MethodSettings settings = settingsOf(kDefaultMethod, 0, metric).set(kKeep, TokenBudget::share(1, 9));
            operations.push_back({"budget " + std::string(kDefaultMethod) + ", keep 1/9, " + metric,
                                  static_cast<double>(blocks.picture().sizeBytes()),
                                  [blocks, settings] { chooseBlocks(blocks, settings); }});
        }
    }

    /// All the GPU does between a screenshot in host memory and patch rows, the upload aside; on the CPU the same three
    /// steps.
    static void addWholeWay(std::vector<Operation>& operations, const Picture& picture, Size seen,
                            const PatchGeometry& geometry, double tau) {
        const auto work = [picture, seen, geometry, tau] {
            const PixelBlocks blocks(resizeBicubic(picture, seen), geometry);
            const std::vector<int> kept = makeMask(blocks, settingsOf(kDefaultMethod, tau)).keptIndices();
            PixelBuffer rows(patchRowBytes(blocks, kept.size()));
            writePatchRows(blocks, kept, RowType::BFloat16, rows.data());
        };
        operations.push_back({"picture to patch rows, tau " + shortNumber(tau),
                              static_cast<double>(picture.sizeBytes()), work,
                              wholeWayOnGpu(picture, seen, geometry, tau)});
    }

    static decltype(Operation::onGpu) wholeWayOnGpu(const Picture& picture, Size seen, const PatchGeometry& geometry,
                                                    double tau) {
        const std::optional<CudaRule> found = cudaRuleOf(settingsOf(kDefaultMethod, tau), geometry);
        if (!found)
            return {};
        return [picture, seen, rule = *found](CudaPruning& gpu, int runs) {
            std::vector<double> times;
            for (int run = 0; run <= runs; ++run) {
                const CudaTimes once = gpu.prune(picture, seen, rule, RowType::BFloat16).times;
                if (run > 0)
                    times.push_back(once.total() - once.upload);
            }
            return times;
        };
    }

    /// What a drag of the slider costs: every run has another tau. Hardly a byte of the picture is read.
    static void addReevaluation(std::vector<Operation>& operations, const PixelBlocks& blocks) {
        for (const char* metric : {"max", "mae", "rmse"}) {
            const auto maker = std::make_shared<MaskMaker>(blocks);
            const auto step = std::make_shared<int>(0);
            operations.push_back(
                {std::string(kDefaultMethod) + " again, other tau, " + metric, 0,
                 [maker, step, metric] { maker->mask(settingsOf(kDefaultMethod, (*step)++ % 26 / 255.0, metric)); }});
        }
    }

    static void addPatchRows(std::vector<Operation>& operations, const PixelBlocks& blocks) {
        const std::vector<int> kept = makeMask(blocks, settingsOf(kDefaultMethod, 0)).keptIndices();
        const auto rows = std::make_shared<PixelBuffer>(patchRowBytes(blocks, kept.size()));
        const auto samples = static_cast<std::size_t>(blocks.geometry().blockSamples());
        const auto bytes = static_cast<double>(kept.size() * samples + rows->size());
        operations.push_back({"patch rows of kept blocks", bytes,
                              [blocks, kept, rows] { writePatchRows(blocks, kept, RowType::BFloat16, rows->data()); }});
    }

    const CoreBenchOptions& m_options;
    std::stop_token m_stop;
    std::unique_ptr<CudaPruning> m_gpu;
    CoreBenchReport m_report;
};

nlohmann::json timingJson(const CoreTiming& timing) {
    return {{"median_ms", timing.medianMs},
            {"p90_ms", timing.p90Ms},
            {"bytes_per_s", timing.bytesPerSecond},
            {"share_of_copy", timing.shareOfCopy}};
}

nlohmann::json timingJson(const std::optional<CoreTiming>& timing) {
    return timing ? timingJson(*timing) : nlohmann::json();
}

} // namespace

CoreBenchReport runCoreBench(const CoreBenchOptions& options, const std::function<void(const CoreCase&)>& onCase,
                             std::stop_token stop) {
    return CoreBench(options, std::move(stop)).run(onCase);
}

nlohmann::json toJson(const CoreBenchReport& report) {
    nlohmann::json cases = nlohmann::json::array();
    for (const CoreCase& result : report.cases)
        cases.push_back({{"image", result.image},
                         {"width", result.size.width},
                         {"height", result.size.height},
                         {"resized", {result.resized.width, result.resized.height}},
                         {"operation", result.operation},
                         {"bytes", result.bytes},
                         {"one_thread", timingJson(result.oneThread)},
                         {"all_threads", timingJson(result.allThreads)},
                         {"cuda", timingJson(result.cuda)}});
    return {{"cpu", report.cpu},
            {"instructions", report.level},
            {"threads", report.threads},
            {"runs", report.runs},
            {"gpu", report.gpu.empty() ? nlohmann::json() : nlohmann::json(report.gpu)},
            {"copy_bytes_per_s",
             {{"one_thread", report.copyOneThread}, {"all_threads", report.copyAllThreads}, {"cuda", report.copyCuda}}},
            {"cases", std::move(cases)}};
}

} // namespace prunescope
