#include "model/study/bench_run.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/stats.h"
#include "model/budget/host_memory.h"
#include "model/device/device.h"
#include "model/device/torch_errors.h"
#include "model/engine/image_preparer.h"
#include "model/engine/load_network.h"
#include "model/engine/prompt_run.h"
#include "model/study/logit_trace.h"
#include "model/study/machine_rates.h"
#include "model/values/explain.h"

#include <algorithm>
#include <array>
#include <c10/core/InferenceMode.h>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace prunescope::model {

namespace {

constexpr int kTextTokens = 40;
constexpr int kMostComparedSteps = 16; // each costs a token, and 600 kB of logits to remember
constexpr std::array kStages{stage::kPreprocess, stage::kSelect, stage::kVit,  stage::kMethod,
                             stage::kPrefill,    stage::kSample, stage::kTtft, stage::kDecodePerToken};

/// One user turn: its opening, the pictures, 40 words, and the opening of the answer. Ids are arbitrary but the
/// markers'.
TokenSequence benchPrompt(const ModelTraits& traits, const std::vector<PreparedImage>& images) {
    const ImageTokens& tokens = traits.config.tokens;
    const std::int64_t firstWord = traits.config.text.vocab > 2000 ? 1000 : 1;
    std::vector<std::int64_t> ids{firstWord, firstWord + 1, firstWord + 2};
    std::vector<BlockGrid> grids;
    for (const PreparedImage& image : images) {
        grids.push_back(image.picture.grid());
        if (tokens.visionStart >= 0)
            ids.push_back(tokens.visionStart);
        ids.insert(ids.end(), static_cast<std::size_t>(grids.back().count()), tokens.imagePad);
        if (tokens.visionEnd >= 0)
            ids.push_back(tokens.visionEnd);
    }
    constexpr int kClosing = 5; // end of the turn and opening of the next
    for (int i = 0; i < kTextTokens + kClosing; ++i)
        ids.push_back(firstWord + i);
    return makeSequence(std::move(ids), grids, tokens);
}

class Bench {
public:
    Bench(const BenchOptions& options, const BenchEvents& events, std::stop_token stop)
        : m_options(options), m_events(events), m_stop(std::move(stop)) {
        if (options.images.empty() || options.plans.empty())
            throw Error(ErrorKind::Usage, "bench needs at least one picture and one plan");
        const WeightFormat format = parseWeightFormat(options.load.weights);
        if (format != WeightFormat::Native)
            m_expected = nativeTraces();
        load(format);
        const ModelTraits& traits = m_network->traits();
        tell("measuring what this machine reaches");
        m_rates = measureRates(traits.device, traits.dtype);
        m_report.device = deviceText(traits.device);
        m_report.dtype = dtypeText(traits.dtype);
        m_report.weights = toText(format);
        m_report.weightBytes = traits.weightBytes;
        m_report.threads = threads();
        m_report.runs = options.runs;
        m_report.matrixFlopsPerSecond = m_rates.flopsPerSecond;
        m_report.copyBytesPerSecond = m_rates.bytesPerSecond;
    }

    BenchReport run() {
        for (const ImageInput& image : m_options.images)
            for (const PrunePlan& plan : m_options.plans) {
                BenchCase result = runCase(image, plan);
                if (!m_expected.empty())
                    result.logitError = compared(m_expected[m_report.cases.size()], networkPrompt(image, plan));
                m_report.cases.push_back(std::move(result));
                if (m_events.onCase)
                    m_events.onCase(m_report.cases.back());
            }
        return m_report;
    }

private:
    void tell(const std::string& action) const {
        if (m_events.onAction)
            m_events.onAction(action);
    }

    void tellLoaded(double fraction) const { tell("loading the model: " + formatPercent(fraction, 0)); }

    void tellRun(int run) const {
        const std::size_t of = m_options.images.size() * m_options.plans.size();
        tell("measuring case " + std::to_string(m_report.cases.size() + 1) + " of " + std::to_string(of) +
             (run == 0 ? ": warming up" : ": run " + std::to_string(run) + " of " + std::to_string(m_options.runs)));
    }

    void load(WeightFormat format) {
        if (!m_options.load.folder.empty()) {
            LoadOptions options = m_options.load;
            options.weights = toText(format);
            LoadedNetwork loaded = loadNetwork(
                options, [this](double fraction) { tellLoaded(fraction); }, m_stop);
            m_network = std::move(loaded.network);
            m_limits = loaded.info.limits;
            m_report.model = loaded.info.name;
            m_report.notes = loaded.info.notes;
        } else {
            const std::int64_t parameters = parameterCount(publishedConfig(m_options.shape)).all();
            tell("making random weights for " + m_options.shape);
            const at::Device device = resolveDevice(m_options.load.device);
            // Nothing is known of a model's bytes before it is made; a random one is never that small.
            setThreads(suitableThreads(m_options.load.threads, std::numeric_limits<std::int64_t>::max()));
            const at::ScalarType dtype = resolveDtype(m_options.load.dtype, device, at::kBFloat16, 4 * parameters);
            m_network = makeRandomModel(m_options.shape, {device, dtype, format});
            m_limits = m_network->traits().config.images;
            m_report.shape = m_options.shape;
        }
        m_limits.minPixels = m_options.minPixels.value_or(m_limits.minPixels);
        m_limits.maxPixels = m_options.maxPixels.value_or(m_limits.maxPixels);
        m_prepare.emplace(m_network->traits().device);
    }

    /// What native weights say to each case. They are gone before others are loaded.
    std::vector<LogitTrace> nativeTraces() {
        load(WeightFormat::Native);
        tell("asking the native weights, to compare with them");
        const int steps = std::min(m_options.decode, kMostComparedSteps);
        std::vector<LogitTrace> traces;
        for (const ImageInput& image : m_options.images)
            for (const PrunePlan& plan : m_options.plans)
                traces.push_back(traceLogits(*m_network, networkPrompt(image, plan), steps, m_stop));
        m_network.reset();
        return traces;
    }

    LogitError compared(const LogitTrace& expected, const NetworkPrompt& prompt) const {
        return logitError(expected, retraceLogits(*m_network, prompt, expected, m_stop));
    }

    BenchCase runCase(const ImageInput& image, const PrunePlan& plan) {
        BenchCase result;
        result.image = image.name;
        result.copies = m_options.copies;
        result.plan = toText(plan);
        returnFreedMemory(); // of loading, and of native weights to compare with
        resetPeak(m_network->traits().device);
        std::vector<StageTimes> times;
        for (int run = 0; run <= m_options.runs; ++run) { // the first one warms up
            tellRun(run);
            const StageTimes once = runOnce(image, plan, result);
            if (run > 0)
                times.push_back(once);
        }
        for (const std::string_view name : kStages) {
            if (name == stage::kMethod && !times.front().has(name))
                continue; // nothing chose among tokens
            std::vector<double> values;
            for (const StageTimes& once : times)
                values.push_back(once.ms(name));
            result.medianMs.set(name, median(values));
            result.p90Ms.set(name, percentile(values, 0.9));
        }
        result.peakBytes = peakBytes(m_network->traits().device);
        return result;
    }

    std::vector<PreparedImage> prepare(const ImageInput& image, const PrunePlan& plan, StageTimes& times) const {
        std::vector<PreparedImage> images;
        ReferenceRandom draws(plan.seed());
        for (int copy = 0; copy < m_options.copies; ++copy) {
            images.push_back((*m_prepare)(image, plan, m_limits, m_options.resize, draws));
            times.add(stage::kPreprocess, images.back().report.times.ms(stage::kResize));
            times.add(stage::kSelect, images.back().report.times.ms(stage::kSelect));
        }
        return images;
    }

    NetworkPrompt networkPrompt(const ImageInput& image, const PrunePlan& plan) const {
        StageTimes unused;
        NetworkPrompt prompt;
        const std::vector<PreparedImage> images = prepare(image, plan, unused);
        for (const PreparedImage& prepared : images) {
            prompt.vision.images.push_back(prepared.picture);
            prompt.vision.masks.push_back(prepared.report.mask);
        }
        const PruneStage& stage = plan.pixelStage();
        prompt.vision.place = stage.place;
        prompt.vision.vitLayer = stage.layer;
        requirePlan(*m_network, plan);
        prompt.tokens = keepBlocks(benchPrompt(m_network->traits(), images), prompt.vision.masks);
        return prompt;
    }

    StageTimes runOnce(const ImageInput& image, const PrunePlan& plan, BenchCase& result) const {
        StageTimes times;
        const std::vector<PreparedImage> images = prepare(image, plan, times);
        Stopwatch handOver;
        const TokenSequence prompt = benchPrompt(m_network->traits(), images);
        times.set(stage::kSample, handOver.ms());
        const RunSettings settings{plan, {}, m_options.decode + 1, {}};
        PrefixCache nothing(*m_network);
        const RunResult run = runPrompt(*m_network, prompt, images, settings, nothing, {}, {}, m_stop);
        if (run.finishReason == FinishReason::Cancelled)
            throw Error(ErrorKind::Cancelled, "bench was stopped");
        for (const auto& [name, ms] : run.times.entries())
            times.add(name, ms);
        setTimeToFirstToken(times);
        describe(images, plan, prompt, run, result);
        return times;
    }

    /// Counts, operations and floor: the same in every run.
    void describe(const std::vector<PreparedImage>& images, const PrunePlan& plan, const TokenSequence& prompt,
                  const RunResult& run, BenchCase& result) const {
        const ModelTraits& traits = m_network->traits();
        std::vector<int> blocks;
        result.patches = result.patchesFull = 0;
        result.images.clear();
        const std::vector<StageCounts> stages = countsOf(run.pruning);
        for (const PreparedImage& image : images) {
            blocks.push_back(image.picture.grid().count());
            result.images.push_back(image.report);
            result.patches += image.report.mask.keptPatchCount();
            result.patchesFull += image.fullBlocks * image.picture.grid().geometry.patchesPerBlock();
        }
        const int visual = tokensPerLayer(blocks, stages, 1).front();
        result.promptTokens = run.promptTokens;
        result.promptTokensFull = unprunedTokens(prompt.length(), images);
        result.pruning = run.pruning;
        const PromptFlops flops = planFlops(traits.shape, plan, blocks, stages, run.promptTokens - visual);
        result.flops = flops.total();
        ReadBytes bytes = readBytes(traits.shape, static_cast<int>(at::elementSize(traits.dtype)));
        bytes.vision = static_cast<double>(traits.visionBytes);
        bytes.text = static_cast<double>(traits.languageBytes);
        const CostFloor floor =
            costFloor(traits.shape, flops, run.promptTokens, {m_rates.flopsPerSecond, m_rates.bytesPerSecond}, bytes);
        result.floorMs.set(stage::kVit, floor.vitMs);
        result.floorMs.set(stage::kPrefill, floor.prefillMs);
        result.floorMs.set(stage::kDecodePerToken, floor.decodePerTokenMs);
    }

    const BenchOptions& m_options;
    const BenchEvents& m_events;
    std::stop_token m_stop;
    c10::InferenceMode m_guard;
    std::unique_ptr<VisionLanguageModel> m_network;
    std::optional<ImagePreparer> m_prepare;
    PixelLimits m_limits;
    MachineRates m_rates;
    std::vector<LogitTrace> m_expected; ///< of native weights, a case each; empty when those are measured
    BenchReport m_report;
};

nlohmann::json timesJson(const StageTimes& times) {
    nlohmann::json json = nlohmann::json::object();
    for (const auto& [name, ms] : times.entries())
        json[name] = ms;
    return json;
}

nlohmann::json errorJson(const std::optional<LogitError>& error) {
    if (!error)
        return nullptr;
    return {{"relative_l2", error->relativeL2},
            {"first_token_agrees", error->firstTokenAgrees},
            {"tokens_agree", error->tokensAgree},
            {"tokens", error->tokens}};
}

nlohmann::json caseJson(const BenchCase& result) {
    nlohmann::json json{{"image", result.image},
                        {"copies", result.copies},
                        {"plan", result.plan},
                        {"prompt_tokens", result.promptTokens},
                        {"prompt_tokens_full", result.promptTokensFull},
                        {"patches", result.patches},
                        {"patches_full", result.patchesFull},
                        {"median_ms", timesJson(result.medianMs)},
                        {"p90_ms", timesJson(result.p90Ms)},
                        {"peak_bytes", result.peakBytes},
                        {"flops", result.flops},
                        {"floor_ms", timesJson(result.floorMs)},
                        {"logit_error", errorJson(result.logitError)}};
    if (result.medianMs.has(stage::kMethod))
        json["pruning"] = toJson(result.pruning);
    return json;
}

} // namespace

BenchReport runBench(const BenchOptions& options, const BenchEvents& events, std::stop_token stop) {
    return withOwnErrors("choose a smaller picture, fewer copies or a smaller shape",
                         [&] { return Bench(options, events, std::move(stop)).run(); });
}

nlohmann::json toJson(const BenchReport& report) {
    nlohmann::json json{{"device", report.device},
                        {"dtype", report.dtype},
                        {"weights", report.weights},
                        {"weight_bytes", report.weightBytes},
                        {"threads", report.threads},
                        {"runs", report.runs},
                        {"matrix_flops_per_s", report.matrixFlopsPerSecond},
                        {"copy_bytes_per_s", report.copyBytesPerSecond},
                        {"cases", nlohmann::json::array()}};
    json[report.model.empty() ? "shape" : "model"] = report.model.empty() ? report.shape : report.model;
    for (const BenchCase& result : report.cases)
        json["cases"].push_back(caseJson(result));
    return json;
}

} // namespace prunescope::model
