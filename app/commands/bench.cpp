// bench [IMAGE...]: how long each stage takes on this machine.
#include "app/commands/make.h"

#include "app/console.h"
#include "app/core_bench_text.h"
#include "app/drawn_screen.h"
#include "app/folders/model_folders.h"
#include "app/interrupt.h"
#include "app/options/model_options.h"
#include "app/options/pruning_options.h"
#include "app/report_text.h"
#include "app/thread_policy.h"
#include "core/base/text.h"
#include "core/bench/core_bench.h"
#include "core/image/image_file.h"
#include "model/eval/bench_run.h"
#include "model/weight_format.h"

#include <array>
#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

constexpr Size kDrawnSize{1920, 1080};
constexpr const char* kDrawnName = "drawn screen";

struct DrawnSize {
    const char* name;
    Size size;
};
constexpr std::array kDrawnForCore{DrawnSize{"drawn screen, 1080p", {1920, 1080}},
                                   DrawnSize{"drawn screen, 1440p", {2560, 1440}},
                                   DrawnSize{"drawn screen, 4K", {3840, 2160}}, DrawnSize{"drawn page", {1568, 2048}}};

std::string errorText(const model::LogitError& error) {
    return formatFixed(100 * error.relativeL2, 2) + " %, " + formatFixed(100 * error.tokensAgree, 0) + " % of " +
           formatCount(error.tokens) + " tokens, the first " + (error.firstTokenAgrees ? "too" : "not");
}

std::string asTable(const model::BenchReport& report) {
    std::vector<std::vector<std::string>> rows{{"picture", "plan", "tokens", "of", "preprocess", "select", "vit",
                                                "prefill", "first token", "a token", "floor of vit + prefill"}};
    if (report.weights != model::toText(model::WeightFormat::Native))
        rows.front().push_back("logits off, tokens as native");
    for (const model::BenchCase& row : report.cases) {
        const auto ms = [&](std::string_view name) { return formatMs(row.medianMs.ms(name)); };
        const double floor = row.floorMs.ms(stage::kVit) + row.floorMs.ms(stage::kPrefill);
        rows.push_back({row.image + (row.copies > 1 ? " x " + std::to_string(row.copies) : ""), row.plan,
                        formatCount(row.promptTokens), formatCount(row.promptTokensFull), ms(stage::kPreprocess),
                        ms(stage::kSelect), ms(stage::kVit), ms(stage::kPrefill), ms(stage::kTtft),
                        ms(stage::kDecodePerToken), formatMs(floor)});
        if (row.logitError)
            rows.back().push_back(errorText(*row.logitError));
    }
    return tableText(rows);
}

std::string machineLine(const model::BenchReport& report) {
    return (report.model.empty() ? report.shape + " (random weights)" : report.model) + ", " + report.device + ", " +
           report.dtype + ", " + report.weights + " weights (" + formatBytes(report.weightBytes) + "), " +
           std::to_string(report.threads) + " threads; median of " + std::to_string(report.runs) +
           " runs; this machine: " + formatFixed(report.matrixFlopsPerSecond / 1e12, 2) + " TFLOP/s, " +
           formatBytes(static_cast<std::int64_t>(report.copyBytesPerSecond)) + "/s\n";
}

class Bench final : public Command {
public:
    void describe(OptionTable& options) override {
        options.startGroup("Measurement");
        options.addInteger("--copies", "N", m_bench.copies, {1, 256}, "the picture this many times in one prompt");
        options.addInteger("--runs", "N", m_bench.runs, {1, 10'000}, "measured runs, after one to warm up");
        options.addInteger("--decode", "N", m_bench.decode, {0, 1 << 20}, "tokens to decode after the first");
        options.addFlag("--core", m_core, "time resize, selectors and changes alone, without a model");
        addModelOption(options, m_model, "none");
        addShapeOption(options, m_bench.shape, "without --model: random weights of this size");
        options.exclude("--model", {"--shape"});
        addDeviceOptions(options, m_model);
        addPruningOptions(options, m_pruning);
        options.exclude("--core", {"--copies", "--decode", "--model", "--shape", "--device", "--dtype", "--weights",
                                   "--plan", "--seed", "--no-resize"});
        options.exclude("--core", MethodOptions::names());
        options.startGroup("Output");
        options.addFlag("--json", m_json, "print one JSON object");
    }

    int run(const std::vector<std::string>& arguments) override {
        if (m_core)
            return runCore(arguments);
        ensureSleepingThreads();
        m_bench.load = m_model.model.empty() ? m_model.withoutFolder() : m_model.loadOptions();
        m_pruning.limits(m_bench.load.folder.empty() ? PixelLimits{} : pixelLimitsOf(m_bench.load.folder));
        m_bench.plans = m_pruning.allPlans();
        m_bench.minPixels = m_pruning.minPixels;
        m_bench.maxPixels = m_pruning.maxPixels;
        m_bench.resize = m_pruning.resize;
        readPictures(arguments);
        const model::BenchReport report = measure();
        print(m_json ? jsonLine(toJson(report)) : asTable(report) + machineLine(report));
        return 0;
    }

private:
    int runCore(const std::vector<std::string>& paths) {
        CoreBenchOptions core;
        core.limits = m_pruning.limits(PixelLimits{});
        core.runs = m_bench.runs;
        core.threads = m_model.threads;
        for (const std::string& path : paths) {
            core.images.push_back({readImage(path), path});
            m_pruning.checkSize(path, core.images.back().picture.size());
        }
        for (const DrawnSize& drawn : kDrawnForCore)
            if (paths.empty())
                core.images.push_back({drawScreen(drawn.size), drawn.name});
        Interrupt interrupt;
        ProgressLine progress;
        const auto onCase = [&](const CoreCase& done) { progress.show("measured " + done.operation); };
        const CoreBenchReport report = runCoreBench(core, onCase, interrupt.token());
        progress.clear();
        print(m_json ? jsonLine(toJson(report)) : coreBenchText(report));
        return 0;
    }

    void readPictures(const std::vector<std::string>& paths) {
        for (const std::string& path : paths)
            m_bench.images.push_back({readImage(path), path, {}});
        if (paths.empty())
            m_bench.images.push_back({drawScreen(kDrawnSize), kDrawnName, {}});
        for (const model::ImageInput& image : m_bench.images)
            m_pruning.checkSize(image.name, image.picture.size());
    }

    model::BenchReport measure() const {
        Interrupt interrupt;
        ProgressLine progress;
        std::size_t done = 0;
        const std::size_t cases = m_bench.images.size() * m_bench.plans.size();
        const auto show = [&] {
            progress.show("measured " + std::to_string(done) + " of " + std::to_string(cases) + " cases");
        };
        const auto onCase = [&](const model::BenchCase&) {
            ++done;
            show();
        };
        show();
        model::BenchReport report;
        blamingFolder([&] { report = model::runBench(m_bench, onCase, interrupt.token()); });
        return report;
    }

    model::BenchOptions m_bench;
    ModelOptions m_model;
    PruningOptions m_pruning;
    bool m_core = false;
    bool m_json = false;
};

} // namespace

std::unique_ptr<Command> makeBenchCommand() {
    return std::make_unique<Bench>();
}

} // namespace prunescope::app
