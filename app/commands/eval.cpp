// eval DATASET...: how often plans answer right, and what they cost.
#include "app/commands/make.h"

#include "app/commands/eval_options.h"
#include "app/commands/interrupt.h"
#include "app/commands/load_model.h"
#include "app/commands/thread_policy.h"
#include "app/folders/model_folders.h"
#include "app/options/model_options.h"
#include "app/options/pruning_options.h"
#include "app/pages/page_source.h"
#include "app/reports/eval_report_file.h"
#include "app/reports/eval_tables.h"
#include "app/reports/report_facts.h"
#include "app/terminal/console.h"
#include "app/terminal/values.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "model/eval/eval_merge.h"
#include "model/eval/eval_setting.h"
#ifdef PRUNESCOPE_HAS_JUDGE
#include "core/base/environment.h"
#include "model/judge/judge.h"
#endif
#include "model/study/vtw_layer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

constexpr std::int64_t kVtwSamples = 20; // as published (uniprune spec 3)

using Sets = std::vector<std::unique_ptr<model::QuestionSet>>;

class Eval final : public Command {
public:
    void describe(OptionTable& options) override {
        addEvalOptions(options, m_options);
        options.addNumber("--find-vtw-layer", "ETA", m_vtwDivergence, {0, 1000}, "none",
                          "find the first layer before which vtw may drop all visual tokens: what the model says next "
                          "diverges by at most ETA, on average over the first questions about " +
                              std::to_string(kVtwSamples) + " pictures (--limit: about N); nothing else is measured");
        addModelOption(options, m_model);
        addAdapterOption(options, m_model);
        addDeviceOptions(options, m_model);
        addPruningOptions(options, m_pruning);
        addEvalOutputOptions(options, m_options);
        options.addFlag("--json", m_json, "print one JSON object");
        options.exclude("--find-vtw-layer", {"--plan", "--out", "--report", "--merge", "--shard", "--judge", "--zoom"});
        options.exclude("--find-vtw-layer", MethodOptions::names());
        options.exclude(
            "--merge", {"--plan", "--out", "--shard", "--judge", "--set", "--prompt", "--strict", "--model", "--zoom"});
    }

    int run(const std::vector<std::string>& arguments) override {
        m_words = arguments;
        m_options.requireFitting(m_words);
        if (m_options.merge)
            return merge();
        if (m_vtwDivergence && m_words.size() > 1)
            throw Error(ErrorKind::Usage, "--find-vtw-layer: found several sets, expected one");
        ensureSleepingThreads();
        const model::LoadOptions load = m_model.loadOptions();
        model::EvalOptions eval = m_options.eval;
        readPruning(load, eval);
        const Sets sets = openSets();
        Interrupt interrupt;
        addJudge(eval, interrupt.token());
        const std::unique_ptr<model::Engine> engine = loadModel(load, interrupt.token());
        if (m_vtwDivergence)
            return findVtwLayer(*engine, *sets.front(), eval, interrupt.token());
        for (PrunePlan& plan : eval.plans)
            plan = m_pruning.suited(plan, engine->info().places);
        return finish(measure(*engine, sets, eval, interrupt.token()), picturesOf(sets));
    }

private:
    /// Wrong values, before the long wait.
    void readPruning(const model::LoadOptions& load, model::EvalOptions& eval) const {
        m_pruning.limits(pixelLimitsOf(load.folder));
        eval.plans = m_pruning.allPlans();
        eval.minPixels = m_pruning.minPixels;
        eval.maxPixels = m_pruning.maxPixels;
        eval.resize = m_pruning.resize;
    }

    /// Finds out whether the judge is there before the long wait.
    void addJudge(model::EvalOptions& eval, std::stop_token stop) {
        if (m_options.judgeUrl.empty())
            return;
#ifdef PRUNESCOPE_HAS_JUDGE
        const std::string key = environment("PRUNESCOPE_JUDGE_KEY");
        model::ChatServer server(m_options.judgeUrl, key.empty() ? environment("OPENAI_API_KEY") : key);
        if (m_options.judgeModel.empty())
            m_options.judgeModel = server.firstModel(stop);
        eval.judge = model::judgeBy(std::move(server), m_options.judgeModel);
#else
        (void)eval;
        (void)stop;
        throw Error(ErrorKind::Unsupported, "--judge: not in this build");
#endif
    }

    Sets openSets() const {
        Sets sets;
        model::SetOptions options = m_options.set;
        options.pages = pageSource();
        for (const std::string& word : m_words) {
            sets.push_back(model::openQuestionSet(word, options));
            const auto isSame = [&](const auto& other) { return other->name() == sets.back()->name(); };
            if (std::any_of(sets.begin(), sets.end() - 1, isSame))
                throw Error(ErrorKind::Usage, word + ": a set named " + inQuotes(sets.back()->name()) +
                                                  " stands before it, expected sets of different names");
        }
        return sets;
    }

    int findVtwLayer(model::Engine& engine, const model::QuestionSet& set, const model::EvalOptions& eval,
                     std::stop_token stop) const {
        std::vector<model::Request> samples;
        const std::int64_t pictures = std::min(set.size(), eval.limit.value_or(kVtwSamples));
        for (std::int64_t i = 0; i < pictures; ++i)
            if (const model::QuestionGroup picture = set.at(i); !picture.questions.empty())
                samples.push_back(model::evalRequest(eval, set, picture, 0));
        ProgressLine line;
        const auto show = [&](int done) {
            line.show("question " + std::to_string(done) + " of " + std::to_string(samples.size()));
        };
        const model::VtwSearch search = model::findVtwLayer(engine, samples, *m_vtwDivergence, show, std::move(stop));
        line.clear();
        print(m_json ? jsonLine(toJson(search)) : vtwTable(search));
        return 0;
    }

    std::vector<model::SetReport> measure(model::Engine& engine, const Sets& sets, const model::EvalOptions& eval,
                                          std::stop_token stop) const {
        std::vector<nlohmann::ordered_json> settings;
        for (std::size_t i = 0; i < sets.size(); ++i)
            settings.push_back(
                m_options.setting(model::evalSetting(engine.info(), m_words[i], *sets[i], m_options.set, eval)));
        std::optional<model::EvalLog> log;
        if (!m_options.out.empty())
            log.emplace(m_options.out, settings);
        std::vector<std::string> plans;
        for (const PrunePlan& plan : eval.plans)
            plans.push_back(toText(plan));
        std::vector<model::SetReport> reports;
        ProgressLine line;
        for (std::size_t i = 0; i < sets.size(); ++i) {
            const std::string name = sets.size() > 1 ? sets[i]->name() + ": " : "";
            const auto show = [&](const model::EvalProgress& progress) { line.show(name + progressText(progress)); };
            reports.push_back(
                model::setReport(settings[i], *sets[i],
                                 model::runEval(engine, *sets[i], eval, log ? &*log : nullptr, show, stop), plans));
        }
        return reports;
    }

    int merge() const {
        const std::vector<model::SetReport> reports = model::mergeRecords(m_words, m_options.eval.limit);
        const int code = finish(reports, {});
        return code == 0 ? 0 : exitCode(ErrorKind::BadFile);
    }

    /// Pictures for the samples of a report.
    static GroupPictures picturesOf(const Sets& sets) {
        return [&sets](std::size_t set, std::int64_t group) {
            std::vector<Picture> pictures;
            for (const model::SetPicture& picture : sets.at(set)->at(group).pictures)
                pictures.push_back(picture.picture);
            return pictures;
        };
    }

    int finish(const std::vector<model::SetReport>& reports, const GroupPictures& pictures) const {
        for (const std::string& path : m_options.reports)
            writeReport(path, reports, pictures);
        if (m_json)
            print(jsonText(m_options.withShard(toJson(reports))));
        else
            printTables(reports);
        for (const model::SetReport& report : reports)
            for (const std::string& line : reportNotes(report))
                printNote(report.name() + ": " + line);
        const bool interrupted = std::ranges::any_of(reports, &model::SetReport::interrupted);
        return interrupted ? exitCode(ErrorKind::Cancelled) : 0;
    }

    /// Fields in the order in which they were put there.
    static std::string jsonText(const nlohmann::ordered_json& object) {
        return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    }

    void printTables(const std::vector<model::SetReport>& reports) const {
        std::string text;
        for (const model::SetReport& report : reports)
            text += (text.empty() ? "" : "\n") + setTables(report);
        if (reports.size() > 1)
            text += "\n" + averageTable(reports);
        print(text);
        for (const model::SetReport& report : reports)
            printNote(modelText(report) + "; " + report.setting.value("data", std::string()) + "; " +
                      report.scorerText() + onWhiteText(model::picturesOnWhite(report.records)) +
                      (report.interrupted ? "; interrupted" : ""));
    }

    EvalCommandOptions m_options;
    ModelOptions m_model;
    PruningOptions m_pruning;
    std::optional<double> m_vtwDivergence;
    std::vector<std::string> m_words;
    bool m_json = false;
};

} // namespace

std::unique_ptr<Command> makeEvalCommand() {
    return std::make_unique<Eval>();
}

} // namespace prunescope::app
