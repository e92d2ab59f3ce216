#pragma once

#include "core/base/stage_times.h"
#include "core/pruning/prune_plan.h"
#include "core/report/mask_report.h"
#include "core/resize/resize.h"
#include "model/families/families.h"
#include "model/study/logit_error.h"
#include "model/values/load_options.h"
#include "model/values/prune_outcome.h"
#include "model/values/request.h"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace prunescope::model {

/// Options of a benchmark: every image with every plan is timed.
struct BenchOptions {
    LoadOptions load; ///< device, dtype, threads; `folder` empty: random weights of `shape`
    std::string shape = modelShapes().front().name;
    std::vector<ImageInput> images;
    std::vector<PrunePlan> plans;
    int copies = 1;  ///< the picture this many times in one prompt
    int runs = 5;    ///< after one to warm up
    int decode = 64; ///< tokens after the first
    std::optional<std::int64_t> minPixels;
    std::optional<std::int64_t> maxPixels;
    bool resize = true;
};

/// One picture with one plan. Times in ms; stage names of core/base/stage_times.h.
struct BenchCase {
    std::string image;
    int copies = 1;
    std::string plan;
    int promptTokens = 0;
    int promptTokensFull = 0;
    int patches = 0; ///< that enter the encoder's blocks at the plan's place
    int patchesFull = 0;
    StageTimes medianMs;
    StageTimes p90Ms;
    std::int64_t peakBytes = 0;
    double flops = 0;
    std::vector<MaskReport> images;       ///< of the last run, each copy
    PruneOutcome pruning;                 ///< likewise
    StageTimes floorMs;                   ///< vit, prefill, decode_per_token at the machine's measured rates
    std::optional<LogitError> logitError; ///< of packed weights against native ones, along the native answer
};

struct BenchReport {
    std::string shape; ///< empty for a model folder
    std::string model; ///< empty for random weights
    std::string device;
    std::string dtype;
    std::string weights; ///< native, int8 or int4
    std::int64_t weightBytes = 0;
    int threads = 0;
    int runs = 0;
    double matrixFlopsPerSecond = 0;
    double copyBytesPerSecond = 0;
    std::vector<BenchCase> cases;
    std::vector<std::string> notes; ///< what people should know of how the model's files were read, a line each
};

/// Callbacks while a benchmark runs, on the thread that called it.
struct BenchEvents {
    std::function<void(const BenchCase&)> onCase;     ///< when it is done
    std::function<void(const std::string&)> onAction; ///< what begins now, as people read it; between measurements
};

/// Times the whole way from RGB in host memory to decoded tokens, as `ask` does, with a prompt of the pictures and 40
/// text tokens in one user turn. Packed weights are compared with native ones, which are loaded before them and given
/// back. Throws Error; Error(Cancelled) when stopped.
BenchReport runBench(const BenchOptions& options, const BenchEvents& events, std::stop_token stop);

/// The `bench` object of the command line.
nlohmann::json toJson(const BenchReport& report);

} // namespace prunescope::model
