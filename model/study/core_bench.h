#pragma once

#include "core/resize/resize.h"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace prunescope {

/// Options of a benchmark of core: resize, every pruning method, re-evaluation, changes and patch rows on each picture.
struct CoreBenchOptions {
    struct Image {
        Picture picture;
        std::string name;
    };
    std::vector<Image> images;
    PixelLimits limits;
    int runs = 15;   ///< after one to warm up
    int threads = 0; ///< of the many-threaded column; 0: all processors
};

/// A median of several runs on one device, and how near it is to what memory allows.
struct CoreTiming {
    double medianMs = 0;
    double p90Ms = 0;
    double bytesPerSecond = 0; ///< of CoreCase::bytes
    double shareOfCopy = 0;    ///< of the same device's large copy, read plus written
};

/// One operation on one picture.
struct CoreCase {
    std::string image;
    Size size;             ///< of the picture
    Size resized;          ///< as the model sees it
    std::string operation; ///< "select pred_2d, tau 0.02", ...
    double bytes = 0;      ///< read plus written; 0: too few to speak of a rate
    CoreTiming oneThread;
    std::optional<CoreTiming> allThreads; ///< none on a machine with one processor
    std::optional<CoreTiming> cuda;       ///< device time; none without a GPU or where no kernel does this
};

struct CoreBenchReport {
    std::string cpu;   ///< the processor's own name
    std::string level; ///< instruction set of the kernels
    int threads = 1;
    int runs = 0;
    std::string gpu;          ///< empty: none
    double copyOneThread = 0; ///< bytes read plus written per second
    double copyAllThreads = 0;
    double copyCuda = 0;
    std::vector<CoreCase> cases;
};

/// Takes some seconds a picture; `onCase` sees each case when it is done. Throws Error(Cancelled) when stopped.
CoreBenchReport runCoreBench(const CoreBenchOptions& options, const std::function<void(const CoreCase&)>& onCase,
                             std::stop_token stop);

/// `{cpu, instructions, threads, runs, gpu, copy_bytes_per_s: {one_thread, all_threads, cuda}, cases: [{image, width,
/// height, resized, operation, bytes, one_thread: {median_ms, p90_ms, bytes_per_s, share_of_copy}, all_threads,
/// cuda}]}`.
nlohmann::json toJson(const CoreBenchReport& report);

} // namespace prunescope
