// bench [IMAGE...]: how long each stage takes on this machine.
#include "app/commands/make.h"

#include "app/commands/drawn_screen.h"
#include "app/commands/interrupt.h"
#include "app/commands/open_picture.h"
#include "app/commands/thread_policy.h"
#include "app/folders/model_folders.h"
#include "app/options/model_options.h"
#include "app/options/pruning_options.h"
#include "app/reports/core_bench_tables.h"
#include "app/reports/explain_file.h"
#include "app/reports/report_facts.h"
#include "app/terminal/console.h"
#include "app/terminal/standard_input.h"
#include "app/terminal/values.h"
#include "core/base/format.h"
#include "model/families/families.h"
#include "model/study/bench_run.h"
#include "model/study/core_bench.h"
#include "model/values/explain.h"
#include "model/values/weight_format.h"

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
    return formatPercent(error.relativeL2, 2) + ", " + formatPercent(error.tokensAgree, 0) + " of " +
           formatCounted(error.tokens, "token") + ", the first " + (error.firstTokenAgrees ? "too" : "not");
}

std::string asTable(const model::BenchReport& report) {
    std::vector<std::vector<std::string>> rows{{"picture", "plan", "tokens", "of", "a layer", "preprocess", "select",
                                                "vit", "method", "prefill", "first token", "a token",
                                                "floor of vit + prefill"}};
    if (report.weights != model::toText(model::WeightFormat::Native))
        rows.front().push_back("logits off, tokens as native");
    for (const model::BenchCase& row : report.cases) {
        const auto ms = [&](std::string_view name) { return formatMs(row.medianMs.ms(name)); };
        const double floor = row.floorMs.ms(stage::kVit) + row.floorMs.ms(stage::kPrefill);
        rows.push_back({row.image + (row.copies > 1 ? " x " + std::to_string(row.copies) : ""), row.plan,
                        formatCount(row.promptTokens), formatCount(row.promptTokensFull),
                        formatFixed(row.pruning.equivalentTokens, 1), ms(stage::kPreprocess), ms(stage::kSelect),
                        ms(stage::kVit), ms(stage::kMethod), ms(stage::kPrefill), ms(stage::kTtft),
                        ms(stage::kDecodePerToken), formatMs(floor)});
        if (row.logitError)
            rows.back().push_back(errorText(*row.logitError));
    }
    return tableText(rows);
}

std::string machineLine(const model::BenchReport& report) {
    return (report.model.empty() ? report.shape + " (random weights)" : report.model) + ", " + report.device + ", " +
           report.dtype + ", " + report.weights + " weights (" + formatBytes(report.weightBytes) + "), " +
           formatCounted(report.threads, "thread") + "; median of " + formatCounted(report.runs, "run") +
           "; this machine: " + formatFlop(report.matrixFlopsPerSecond) + "/s, " +
           formatBytes(static_cast<std::int64_t>(report.copyBytesPerSecond)) + "/s\n";
}

/// `{cases: [...]}`, what `ask --explain` writes for each.
nlohmann::json explanations(const model::BenchReport& report) {
    nlohmann::json cases = nlohmann::json::array();
    for (const model::BenchCase& row : report.cases)
        cases.push_back(model::explainJson(row.plan, row.pruning, row.images));
    return {{"cases", std::move(cases)}};
}

class Bench final : public Command {
public:
    void describe(OptionTable& options) override {
        options.startGroup("Measurement");
        options.addInteger("--copies", "N", m_bench.copies, {1, 256}, "the picture this many times in one prompt");
        options.addInteger("--runs", "N", m_bench.runs, {1, 10'000}, "measured runs, after one to warm up");
        options.addInteger("--decode", "N", m_bench.decode, {0, 1 << 20}, "tokens to decode after the first");
        options.addFlag("--core", m_core, "time resize, pruning methods and changes alone, without a model");
        addModelOption(options, m_model);
        addAdapterOption(options, m_model);
        addShapeOption(options, m_shape, "instead of a model: random weights of this size", "none");
        options.exclude("--shape", {"--model", "--adapter"});
        addDeviceOptions(options, m_model);
        addPruningOptions(options, m_pruning);
        options.exclude("--core", {"--copies", "--decode", "--model", "--adapter", "--shape", "--device", "--dtype",
                                   "--weights", "--plan", "--seed", "--no-resize", "--max-tokens-per-image"});
        options.exclude("--core", MethodOptions::names());
        options.startGroup("Output");
        addExplainOption(options, m_explain);
        options.exclude("--core", {"--explain"});
        options.addFlag("--json", m_json, "print one JSON object");
    }

    int run(const std::vector<std::string>& arguments) override {
        if (m_core)
            return runCore(arguments);
        ensureSleepingThreads();
        m_bench.load = m_shape.empty() ? m_model.loadOptions() : m_model.withoutFolder();
        m_bench.shape = m_shape;
        m_limits = m_pruning.limits(m_bench.load.folder.empty() ? PixelLimits{} : pixelLimitsOf(m_bench.load.folder));
        m_bench.plans = m_pruning.allPlans();
        const model::PixelPlaces places =
            m_shape.empty() ? model::readConfig(m_bench.load.folder).places : model::publishedConfig(m_shape).places;
        for (PrunePlan& plan : m_bench.plans)
            plan = m_pruning.suited(plan, places);
        m_bench.minPixels = m_pruning.minPixels;
        m_bench.maxPixels = m_pruning.maxPixels;
        m_bench.resize = m_pruning.resize;
        readPictures(arguments);
        const model::BenchReport report = measure();
        printNotes(report.notes);
        if (!m_explain.empty())
            writeExplanation(m_explain, explanations(report));
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
            core.images.push_back({openPicture(path).picture, pictureName(path)});
            m_pruning.checkSize(pictureName(path), core.images.back().picture.size(), core.limits);
        }
        for (const DrawnSize& drawn : kDrawnForCore)
            if (paths.empty())
                core.images.push_back({drawScreen(drawn.size), drawn.name});
        Interrupt interrupt;
        ProgressLine progress;
        progress.show("measuring how fast this machine copies");
        const auto onCase = [&](const CoreCase& done) { progress.show("measured " + done.operation); };
        const CoreBenchReport report = runCoreBench(core, onCase, interrupt.token());
        progress.clear();
        print(m_json ? jsonLine(toJson(report)) : coreBenchTables(report));
        return 0;
    }

    void readPictures(const std::vector<std::string>& paths) {
        for (const std::string& path : paths) {
            refuseToOverwrite("--explain", m_explain, path);
            m_bench.images.push_back({openPicture(path).picture, pictureName(path), {}});
        }
        if (paths.empty())
            m_bench.images.push_back({drawScreen(kDrawnSize), kDrawnName, {}});
        for (const model::ImageInput& image : m_bench.images)
            m_pruning.checkSize(image.name, image.picture.size(), m_limits);
    }

    model::BenchReport measure() const {
        Interrupt interrupt;
        ProgressLine progress;
        const model::BenchEvents events{{}, [&](const std::string& action) { progress.show(action); }};
        model::BenchReport report;
        blamingFolder([&] { report = model::runBench(m_bench, events, interrupt.token()); });
        return report;
    }

    model::BenchOptions m_bench;
    ModelOptions m_model;
    PruningOptions m_pruning;
    PixelLimits m_limits;
    std::string m_explain;
    std::string m_shape; ///< empty: a model
    bool m_core = false;
    bool m_json = false;
};

} // namespace

std::unique_ptr<Command> makeBenchCommand() {
    return std::make_unique<Bench>();
}

} // namespace prunescope::app
