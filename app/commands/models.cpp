// models: the model folders on this machine.
#include "app/commands/make.h"

#include "app/folders/bundled_model.h"
#include "app/folders/model_folders.h"
#include "app/reports/report_facts.h"
#include "app/terminal/console.h"
#include "core/base/format.h"
#include "model/files/hub_cache.h"

#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

nlohmann::json asJson(const ModelFolder& model) {
    nlohmann::json object{{"name", model.name},
                          {"folder", model.folder},
                          {"architecture", model.architecture},
                          {"size_bytes", model.sizeBytes},
                          {"weights", model.weights},
                          {"readable", model.problem.empty()},
                          {"bundled", model.isBundled}};
    if (!model.keeping.empty())
        object["weights_kept"] = model.keeping;
    if (!model.notes.empty())
        object["notes"] = model.notes;
    if (!model.base.empty())
        object["adapter_of"] = model.base;
    if (!model.problem.empty())
        object["problem"] = model.problem;
    return object;
}

std::string stateOf(const ModelFolder& model) {
    const std::string ready = model.base.empty() ? "ready" : "adapter of " + model.base;
    const std::string state = model.problem.empty() ? ready : model.problem;
    return model.isBundled ? "bundled, " + state : state;
}

std::string weightsOf(const ModelFolder& model) {
    if (model.weights.empty())
        return "-";
    return model.keeping.empty() ? model.weights : model.weights + " (" + model.keeping + ")";
}

/// A line for each note, under the table: in it they would push every other column away.
std::string notesOf(const std::vector<ModelFolder>& models) {
    std::string text;
    for (const ModelFolder& model : models)
        for (const std::string& note : model.notes)
            text += model.name + ": " + note + "\n";
    return text.empty() ? text : "\n" + text;
}

std::string asTable(const std::vector<ModelFolder>& models) {
    std::vector<std::vector<std::string>> rows{{"name", "size", "weights", "architecture", "state", "folder"}};
    for (const ModelFolder& model : models)
        rows.push_back({model.name, formatBytes(model.sizeBytes), weightsOf(model),
                        model.architecture.empty() ? "-" : model.architecture, stateOf(model), model.folder});
    return printable(tableText(rows) + notesOf(models));
}

class Models final : public Command {
public:
    void describe(OptionTable& options) override {
        options.startGroup("Output");
        options.addFlag("--json", m_json, "print one JSON object");
    }

    int run(const std::vector<std::string>&) override {
        const std::vector<ModelFolder> models = findModelFolders();
        if (m_json)
            print(jsonLine(listAsJson(models)));
        else if (models.empty())
            print("no bundled model in " + bundledModelPlace() + "\nno models in " + ownModelsFolder() +
                  "\nno models in " + model::hubCacheFolder().string() + "\n");
        else
            print(asTable(models));
        return 0;
    }

private:
    static nlohmann::json listAsJson(const std::vector<ModelFolder>& models) {
        nlohmann::json list = nlohmann::json::array();
        for (const ModelFolder& model : models)
            list.push_back(asJson(model));
        return {{"models", list},
                {"searched", {bundledModelPlace(), ownModelsFolder(), model::hubCacheFolder().string()}}};
    }

    bool m_json = false;
};

} // namespace

std::unique_ptr<Command> makeModelsCommand() {
    return std::make_unique<Models>();
}

} // namespace prunescope::app
