// ask IMAGE... QUESTION: an answer from a local model, word by word.
#include "app/commands/make.h"

#include "app/commands/answer_printer.h"
#include "app/commands/bundle_output.h"
#include "app/commands/interrupt.h"
#include "app/commands/load_model.h"
#include "app/commands/open_picture.h"
#include "app/commands/thread_policy.h"
#include "app/folders/model_folders.h"
#include "app/options/decoding_options.h"
#include "app/options/model_options.h"
#include "app/options/pruning_options.h"
#include "app/options/region_option.h"
#include "app/reports/explain_file.h"
#include "app/reports/prompt_report.h"
#include "app/reports/report_facts.h"
#include "app/terminal/console.h"
#include "app/terminal/standard_input.h"
#include "app/terminal/values.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/log.h"
#include "core/image/redaction.h"
#include "core/records/record_writer.h"
#include "model/api/closer_look.h"
#include "model/families/families.h"
#include "model/values/asked_part.h"
#include "model/values/explain.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace prunescope::app {

namespace {

/// What a stage does, for somebody who waits.
std::string whatRuns(std::string_view stage) {
    if (stage == stage::kVit)
        return "looking at the picture";
    return stage == stage::kPrefill ? "reading the question" : "preparing the picture";
}

class Ask final : public Command {
public:
    void describe(OptionTable& options) override {
        addModelOption(options, m_model);
        addAdapterOption(options, m_model);
        addDeviceOptions(options, m_model);
        addPruningOptions(options, m_pruning);
        addDecodingOptions(options, m_decoding);
        options.startGroup("Question");
        options.addText("--system", "TEXT", m_system, "what the model is told before the question", "nothing");
        options.addFlag("--thinking", m_thinks, "let a model that can think do so before it answers");
        addRegionOption(options, m_part.region);
        options.addFlag("--mark", m_marks,
                        "show the model the whole picture, with the part of --region in a red frame");
        options.require("--mark", "--region");
        addRedactOption(options, m_part.redacted);
        options.addFlag("--zoom", m_zooms,
                        "look twice: ask again about the part of the picture around the place that the answer names");
        options.startGroup("Output");
        options.addFile("--log", "FILE", m_log, "the history that the question is appended to");
        options.addFlag("--no-log", m_logs, "do not log the question", false);
        options.exclude("--no-log", {"--log"});
        options.addFlag("--show-prompt", m_showsPrompt,
                        "print what the model would be given: text, images, tokens; nothing is answered or logged");
        addExplainOption(options, m_explain);
        options.exclude("--show-prompt", {"--log", "--explain", "--zoom"});
        if (kWritesBundles) {
            options.addFile("--bundle", "OUT.zip", m_bundle,
                            "write picture, mask, answer and all that `replay` needs to run the question again",
                            "none");
            options.exclude("--bundle", {"--show-prompt", "--zoom"});
        }
        options.addFlag("--json", m_json, "print one JSON object");
    }

    int run(const std::vector<std::string>& arguments) override {
        ensureSleepingThreads();
        const model::LoadOptions load = m_model.loadOptions();
        m_limits = m_pruning.limits(pixelLimitsOf(load.folder)); // wrong values, before the long wait
        for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
            refuseToOverwrite("--explain", m_explain, arguments[i]);
            refuseToOverwrite("--bundle", m_bundle, arguments[i]);
        }
        refuseToOverwrite("--bundle", m_bundle, m_log);
        requireFolderOf("--bundle", m_bundle);
        m_question = readQuestion(arguments.back());
        if (trimmed(m_question).empty())
            throw Error(ErrorKind::Usage, "ask: the question is empty, expected some words after the pictures");
        model::Request request = makeRequest({arguments.begin(), arguments.end() - 1});
        Interrupt interrupt;
        std::unique_ptr<model::Engine> engine = loadModel(load, interrupt.token());
        request.plan = m_pruning.suited(request.plan, engine->info().places);
        if (m_thinks && engine->info().thinking == model::Thinking::Never)
            throw Error(ErrorKind::Usage, "--thinking: found with a model that can't think, expected one that can, or "
                                          "the question without it");
        if (m_showsPrompt)
            return showPrompt(*engine, request, interrupt);
        request.decoding = m_decoding.decoding(engine->info().sampling, request.plan.seed());
        const Answered answered = answer(*engine, request, interrupt);
        if (interrupt.happened())
            return exitCode(ErrorKind::Cancelled);
        saveBundle(request, answered, std::move(engine), load, interrupt);
        return 0;
    }

private:
    struct Answered {
        model::Answer answer;
        InteractionRecord record;
    };

    model::Request makeRequest(const std::vector<std::string>& paths) {
        refuseSeveral("--region", !m_part.region.empty(), paths.size());
        refuseSeveral("--redact", !m_part.redacted.empty(), paths.size());
        if (m_marks)
            m_part.use = model::RegionUse::Marked;
        std::vector<model::ImageInput> images;
        for (const std::string& path : paths) {
            Stopwatch watch;
            const LoadedImage image = openPicture(path);
            checkPart(image.picture.size());
            images.push_back(model::askedImage(redacted(image.picture, m_part.redacted), pictureName(path), m_part,
                                               image.notes.onWhite));
            m_readMs.push_back(watch.ms());
            checkImage(images.back());
        }
        model::Request request = model::makeRequest(std::move(images), model::askedText(m_question, m_part), m_system);
        request.plan = m_pruning.onePlan();
        request.minPixels = m_pruning.minPixels;
        request.maxPixels = m_pruning.maxPixels;
        request.resize = m_pruning.resize;
        request.maxTokens = m_decoding.maxTokens;
        if (m_thinks)
            request.thinking = true;
        return request;
    }

    static void refuseSeveral(const std::string& option, bool isGiven, std::size_t pictures) {
        if (isGiven && pictures > 1)
            throw Error(ErrorKind::Usage, option + ": found " + std::to_string(pictures) + " pictures, expected one");
    }

    void checkPart(Size size) const {
        if (!m_part.region.empty())
            checkRegion(m_part.region, size);
        checkRedactions(m_part.redacted, size);
    }

    void checkImage(const model::ImageInput& image) const {
        const PixelRect& region = image.region;
        m_pruning.checkSize(image.name, region.empty() ? image.picture.size() : Size{region.width, region.height},
                            m_limits);
    }

    int showPrompt(model::Engine& engine, const model::Request& request, const Interrupt& interrupt) const {
        const model::PromptView view = engine.showPrompt(request);
        print(m_json ? jsonLine(model::toJson(view))
                     : printable(promptText(view) + "\n\n" + factsText(promptFacts(view))));
        return interrupt.happened() ? exitCode(ErrorKind::Cancelled) : 0;
    }

    Answered answer(model::Engine& engine, const model::Request& request, Interrupt& interrupt) const {
        AnswerPrinter printer(!m_json, interrupt);
        model::Answer answer =
            m_zooms ? lookTwice(engine, request, printer, interrupt) : lookOnce(engine, request, printer, interrupt);
        for (std::size_t i = 0; i < answer.images.size() && i < m_readMs.size(); ++i)
            answer.images[i].times.set(stage::kReadImage, m_readMs[i]);
        nlohmann::json object = model::toJson(answer);
        model::addTo(object, m_part);
        if (!m_json)
            printNotes(answer);
        printer.show("\n" + regionLines(answer));
        const InteractionRecord record = makeRecord(makeSessionId(), m_question, object);
        logAnswer(record);
        printer.rethrowFailure();
        if (!m_explain.empty())
            writeExplanation(m_explain, model::explainJson(answer.plan, answer.pruning, answer.images));
        if (m_json)
            print(jsonLine(object));
        else
            printNote(factsText(answerFacts(answer)));
        return {std::move(answer), record};
    }

    void saveBundle(const model::Request& request, const Answered& answered, std::unique_ptr<model::Engine> engine,
                    const model::LoadOptions& load, const Interrupt& interrupt) const {
        if (!m_bundle.empty())
            writeBundleOf({request, m_part, answered.answer, answered.record}, std::move(engine), load, m_bundle,
                          interrupt);
    }

    /// Prints the answer while it is written.
    model::Answer lookOnce(model::Engine& engine, const model::Request& request, AnswerPrinter& printer,
                           Interrupt& interrupt) const {
        ThoughtPrinter thought;
        ProgressLine progress;
        model::AnswerEvents events;
        events.onStage = [&](std::string_view stage) { progress.show(whatRuns(stage)); };
        events.onThought = [&](std::string_view piece) {
            m_json ? progress.show("thinking") : progress.clear();
            if (!m_json)
                thought.show(piece);
        };
        events.onText = [&](std::string_view text) {
            m_json ? progress.show("writing the answer") : progress.clear();
            thought.end();
            printer.show(text);
        };
        events.onRewritten = [&](const model::WrittenText& text) {
            printer.show("\n</think>\n\n" + text.answer); // what is printed can't be taken back
        };
        model::Answer answer = engine.answer(request, events, interrupt.token());
        progress.clear();
        thought.end();
        return answer;
    }

    /// Which look names the place is known when both are done: the answer is printed then.
    model::Answer lookTwice(model::Engine& engine, const model::Request& request, AnswerPrinter& printer,
                            Interrupt& interrupt) const {
        ProgressLine progress;
        model::AnswerEvents events;
        events.onStage = [&](std::string_view stage) { progress.show(whatRuns(stage)); };
        events.onText = [&](std::string_view) { progress.show("writing an answer"); };
        const model::Answer answer = model::zoomedAnswer(engine, request, events, interrupt.token());
        progress.clear();
        if (!m_json && !answer.thought.empty())
            printAside("thought: " + answer.thought + "\n\n");
        printer.show(answer.text);
        return answer;
    }

    static void printNotes(const model::Answer& answer) {
        if (!answer.thought.empty() && answer.text.empty())
            printNote("no answer: the thought has no end after " +
                      formatCounted(static_cast<std::int64_t>(answer.tokenIds.size()), "token") +
                      (answer.finishReason == model::FinishReason::Length ? ", see --max-tokens" : ""));
        if (!answer.whyOneLook.empty())
            printNote("no second look: " + answer.whyOneLook);
    }

    /// A full disk costs the record, not the answer.
    void logAnswer(const InteractionRecord& record) const {
        if (!m_logs)
            return;
        try {
            RecordWriter(m_log).append(record);
        } catch (const Error& error) {
            log::warning(std::string("the question was not logged: ") + error.what());
        }
    }

    ModelOptions m_model;
    PruningOptions m_pruning;
    PixelLimits m_limits;
    DecodingOptions m_decoding;
    std::string m_system;
    bool m_thinks = false;
    model::AskedPart m_part;
    bool m_marks = false;
    bool m_zooms = false;
    std::string m_question;
    std::string m_log = defaultLogPath();
    std::string m_explain;
    std::string m_bundle;
    std::vector<double> m_readMs;
    bool m_logs = true;
    bool m_showsPrompt = false;
    bool m_json = false;
};

} // namespace

std::unique_ptr<Command> makeAskCommand() {
    return std::make_unique<Ask>();
}

} // namespace prunescope::app
