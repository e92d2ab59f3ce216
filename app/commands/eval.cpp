// eval DATASET: how often plans answer right, and what they cost.
#include "app/commands/make.h"

#include "app/commands/interrupt.h"
#include "app/commands/load_model.h"
#include "app/commands/thread_policy.h"
#include "app/folders/model_folders.h"
#include "app/options/model_options.h"
#include "app/options/pruning_options.h"
#include "app/reports/eval_tables.h"
#include "app/reports/report_facts.h"
#include "app/terminal/console.h"
#include "app/terminal/values.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "model/study/eval_report.h"
#include "model/study/eval_run.h"
#include "model/study/vtw_layer.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

namespace fs = std::filesystem;

/// When the weights of a model and its adapter were written, in seconds since 1970. Of a model that is being trained,
/// another checkpoint has the same name.
std::int64_t weightsTime(const model::ModelInfo& model) {
    fs::file_time_type newest = fs::file_time_type::min();
    std::error_code error;
    for (const std::string& folder : {model.folder, model.adapterFolder})
        for (const auto& file : fs::directory_iterator(folder, error))
            if (file.path().extension() == ".safetensors")
                newest = std::max(newest, fs::last_write_time(file.path(), error));
    return std::chrono::floor<std::chrono::seconds>(fs::file_time_type::clock::to_sys(newest).time_since_epoch())
        .count();
}

constexpr std::int64_t kVtwSamples = 20; // as published (uniprune spec 3)

class Eval final : public Command {
public:
    void describe(OptionTable& options) override {
        options.startGroup("Measurement");
        options.addInteger("--limit", "N", m_eval.limit, {1, std::numeric_limits<std::int64_t>::max()}, "all",
                           "only the first N pictures");
        options.addInteger("--max-tokens", "N", m_eval.maxTokens, {1, 1 << 20}, "longest answer");
        options.addNumber("--find-vtw-layer", "ETA", m_vtwDivergence, {0, 1000}, "none",
                          "find the first layer before which vtw may drop all visual tokens: what the model says next "
                          "diverges by at most ETA, on average over the first questions about " +
                              std::to_string(kVtwSamples) + " pictures (--limit: about N); nothing else is measured");
        addModelOption(options, m_model);
        addAdapterOption(options, m_model);
        addDeviceOptions(options, m_model);
        addPruningOptions(options, m_pruning);
        options.startGroup("Output");
        options.addFile("--out", "FILE.jsonl", m_out,
                        "a record a line for each question and plan; continued when there", "none");
        options.exclude("--find-vtw-layer", {"--plan", "--out"});
        options.exclude("--find-vtw-layer", MethodOptions::names());
        options.addFlag("--json", m_json, "print one JSON object");
    }

    int run(const std::vector<std::string>& arguments) override {
        ensureSleepingThreads();
        const model::LoadOptions load = m_model.loadOptions();
        m_pruning.limits(pixelLimitsOf(load.folder)); // wrong values, before the long wait
        m_eval.plans = m_pruning.allPlans();
        m_eval.minPixels = m_pruning.minPixels;
        m_eval.maxPixels = m_pruning.maxPixels;
        m_eval.resize = m_pruning.resize;
        m_data = arguments.front();
        refuseToOverwrite("--out", m_out, m_data);
        const std::unique_ptr<model::QuestionSet> set = model::openQuestionSet(m_data);
        Interrupt interrupt;
        const std::unique_ptr<model::Engine> engine = loadModel(load, interrupt.token());
        if (m_vtwDivergence)
            return findVtwLayer(*engine, *set, interrupt.token());
        for (PrunePlan& plan : m_eval.plans)
            plan = m_pruning.suited(plan, engine->info().places);
        const model::EvalRun run = measure(*engine, *set, interrupt.token());
        report(engine->info(), *set, run);
        return run.interrupted ? exitCode(ErrorKind::Cancelled) : 0;
    }

private:
    int findVtwLayer(model::Engine& engine, const model::QuestionSet& set, std::stop_token stop) const {
        std::vector<model::Request> samples;
        const std::int64_t pictures = std::min(set.size(), m_eval.limit.value_or(kVtwSamples));
        for (std::int64_t i = 0; i < pictures; ++i)
            if (const model::QuestionGroup picture = set.at(i); !picture.questions.empty())
                samples.push_back(model::evalRequest(m_eval, picture, 0));
        ProgressLine line;
        const auto show = [&](int done) {
            line.show("question " + std::to_string(done) + " of " + std::to_string(samples.size()));
        };
        const model::VtwSearch search = model::findVtwLayer(engine, samples, *m_vtwDivergence, show, std::move(stop));
        line.clear();
        print(m_json ? jsonLine(toJson(search)) : vtwTable(search));
        return 0;
    }

    model::EvalRun measure(model::Engine& engine, const model::QuestionSet& set, std::stop_token stop) const {
        std::optional<model::EvalLog> log;
        if (!m_out.empty())
            log.emplace(m_out, setting(engine.info(), set));
        ProgressLine line;
        const auto show = [&](const model::EvalProgress& progress) { line.show(progressText(progress)); };
        return model::runEval(engine, set, m_eval, log ? &*log : nullptr, show, std::move(stop));
    }

    /// All that makes an answer another one, but the plan.
    nlohmann::ordered_json setting(const model::ModelInfo& model, const model::QuestionSet& set) const {
        nlohmann::ordered_json object{{"data", m_data},           {"pictures", set.size()},
                                      {"model", model.name},      {"weights_time", weightsTime(model)},
                                      {"device", model.device},   {"dtype", model.dtype},
                                      {"weights", model.weights}, {"max_tokens", m_eval.maxTokens},
                                      {"resize", m_eval.resize}};
        object["min_pixels"] = m_eval.minPixels.value_or(model.limits.minPixels);
        object["max_pixels"] = m_eval.maxPixels.value_or(model.limits.maxPixels);
        return object;
    }

    void report(const model::ModelInfo& model, const model::QuestionSet& set, const model::EvalRun& run) const {
        std::vector<std::string> plans;
        for (const PrunePlan& plan : m_eval.plans)
            plans.push_back(toText(plan));
        const std::vector<model::PlanResult> results = summarise(run.records, plans);
        if (m_json) {
            nlohmann::ordered_json object = setting(model, set);
            object["interrupted"] = run.interrupted;
            object["decoded_on_white"] = model::picturesOnWhite(run.records);
            object["plans"] = nlohmann::ordered_json::array();
            for (const model::PlanResult& result : results)
                object["plans"].push_back(toJson(result));
            print(jsonLine(object));
            return;
        }
        print(evalTables(results));
        printNote(model.name + ", " + model.device + ", " + model.dtype + ", " + model.weights + " weights; " + m_data +
                  onWhiteText(model::picturesOnWhite(run.records)) + (run.interrupted ? "; interrupted" : ""));
    }

    model::EvalOptions m_eval;
    ModelOptions m_model;
    PruningOptions m_pruning;
    std::optional<double> m_vtwDivergence;
    std::string m_data;
    std::string m_out;
    bool m_json = false;
};

} // namespace

std::unique_ptr<Command> makeEvalCommand() {
    return std::make_unique<Eval>();
}

} // namespace prunescope::app
