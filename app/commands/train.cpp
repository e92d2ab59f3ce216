// train CONFIG: teaches a model, with pruning on.
#include "app/commands/make.h"

#include "app/commands/interrupt.h"
#include "app/reports/report_facts.h"
#include "app/terminal/console.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "model/progress/training_progress.h"
#include "model/train/file_examples.h"
#include "model/train/trainer.h"

#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

using Json = nlohmann::ordered_json;

std::string namedNumbers(const Json& object, bool asPercent) {
    std::vector<std::string> parts;
    for (const auto& [name, value] : object.items())
        parts.push_back(name + " " +
                        (asPercent ? formatPercent(value.get<double>()) : formatNonZero(value.get<double>(), 3)));
    return join(parts, "  ");
}

/// The parts that people follow; --json and progress.jsonl have all of them.
Json mainLosses(const Json& losses) {
    Json main = Json::object();
    for (const auto& [name, value] : losses.items())
        if (isMainLoss(name))
            main[name] = value;
    return main;
}

std::string stepText(const Json& line) {
    return "step " + formatCount(line["step"].get<std::int64_t>()) + " of " +
           formatCount(line["of"].get<std::int64_t>()) + "  loss " + formatNonZero(line["loss"].get<double>(), 3) +
           "  " + namedNumbers(mainLosses(line["losses"]), false) + "  " +
           formatNonZero(line["images_per_s"].get<double>(), 1) + " pictures/s  " +
           formatDuration(line["eta_s"].get<double>()) + " left";
}

/// A line of progress.jsonl for people; empty for what they need not see.
std::string lineText(const Json& line) {
    if (line.contains("start")) {
        const Json& start = line["start"];
        return "training " + formatCount(start["trained"].get<std::int64_t>()) + " of " +
               formatCounted(start["parameters"].get<std::int64_t>(), "number") + " on " +
               start["device"].get<std::string>() + " in " + start["dtype"].get<std::string>() + ", from step " +
               formatCount(start["step"].get<std::int64_t>()) + " of " + formatCount(start["of"].get<std::int64_t>());
    }
    if (line.contains("ratio"))
        return "a step without pruning takes " + formatFixed(line["ratio"]["step_time"].get<double>(), 2) +
               " times as long; pruned memory " + formatPercent(line["ratio"]["memory"].get<double>()) + " of it (" +
               line["ratio"]["plan"].get<std::string>() + ")";
    if (line.contains("eval"))
        return "  held-out, " + line["plan"].get<std::string>() + ": " + namedNumbers(line["eval"], true);
    if (line.contains("checkpoint"))
        return "  checkpoint at step " + formatCount(line["step"].get<std::int64_t>());
    return line.contains("loss") ? stepText(line) : std::string();
}

class Train final : public Command {
public:
    void describe(OptionTable& options) override {
        options.startGroup("Output");
        options.addFlag("--check", m_check,
                        "read the config and the sets it names, say what is wrong with them, and train nothing");
        options.addFlag("--json", m_json, "print one JSON object at the end");
    }

    int run(const std::vector<std::string>& arguments) override {
        model::train::TrainConfig config = model::train::readTrainConfig(arguments.front());
        model::train::requireTrainedFamilies(config); // before anything is loaded
        if (m_check)
            return reportCheck(config);
        // No sleeping threads (thread_policy.h): a step is some thousand short parallel loops, and beside other work a
        // thread that sleeps between them is woken up too late; a step takes twice as long then.
        Interrupt interrupt;
        model::train::Trainer trainer(std::move(config));
        ProgressLine loading;
        loading.show("loading the model and what it learns from");
        const model::train::TrainResult result = trainer.run(
            [&](const Json& line) {
                loading.clear();
                if (const std::string text = lineText(line); !text.empty())
                    printNote(text);
            },
            interrupt.token());
        return report(result);
    }

private:
    int reportCheck(const model::train::TrainConfig& config) const {
        nlohmann::json object{{"steps", config.steps()}, {"output", config.output}, {"sets", nlohmann::json::array()}};
        for (const model::train::CheckedFile& set : model::train::checkFiles(config)) {
            object["sets"].push_back({{"file", set.file}, {"questions", set.questions}, {"notes", set.notes}});
            for (const std::string& note : set.notes)
                printNote(set.file + ": " + note);
        }
        print(m_json
                  ? jsonLine(object)
                  : "the config is good: " + formatCounted(config.steps(), "step") + " into " + config.output + "\n");
        return 0;
    }

    int report(const model::train::TrainResult& result) const {
        if (m_json)
            print(jsonLine({{"steps", result.steps}, {"finished", result.finished}, {"model", result.modelFolder}}));
        else if (result.finished)
            print("the model is in " + result.modelFolder + "\n");
        else
            print("stopped after " + formatCounted(result.steps, "step") + "; the same command goes on from there\n");
        return result.finished ? 0 : exitCode(ErrorKind::Cancelled);
    }

    bool m_check = false;
    bool m_json = false;
};

} // namespace

std::unique_ptr<Command> makeTrainCommand() {
    return std::make_unique<Train>();
}

} // namespace prunescope::app
