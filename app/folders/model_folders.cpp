#include "app/folders/model_folders.h"

#include "app/folders/bundled_model.h"
#include "core/base/error.h"
#include "core/base/folders.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "core/records/record_writer.h"
#include "model/families/families.h"
#include "model/families/model_folder.h"
#include "model/files/hub_cache.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace fs = std::filesystem;

namespace {

constexpr bool kHasPull = PRUNESCOPE_HAS_HUB;

using nlohmann::json;

std::string modelTypeOf(const json& config) {
    const auto type = config.find("model_type");
    return type != config.end() && type->is_string() ? type->get<std::string>() : "";
}

/// The class that a config.json names; else its model type.
std::string architectureOf(const json& config) {
    const auto names = config.find("architectures");
    const bool named = names != config.end() && names->is_array() && !names->empty() && names->front().is_string();
    return named ? names->front().get<std::string>() : modelTypeOf(config);
}

/// Throws Error that says why the folder cannot be used; fills in what it learned before.
void inspect(ModelFolder& found) {
    const auto opened = model::ModelFolder::open(found.folder);
    found.architecture = architectureOf(opened.config());
    for (const auto& file : opened.weights())
        found.sizeBytes += static_cast<std::int64_t>(file->mapping().bytes().size());
    model::findFamily(opened.config(), opened.configPath());
    if (!fs::is_regular_file(opened.file("tokenizer.json")))
        throw Error(ErrorKind::NotFound, opened.file("tokenizer.json") + ": no such file");
}

/// Whether a snapshot of the cache, which is shared with every other program, is to be told of: its config.json names a
/// family, or cannot be read. One that is being downloaded has that file first.
bool isModel(const fs::path& snapshot) {
    try {
        return model::familyNamed(modelTypeOf(readJsonFile((snapshot / "config.json").string()))) != nullptr;
    } catch (const Error& error) {
        return error.kind() != ErrorKind::NotFound;
    }
}

} // namespace

ModelFolder inspectModelFolder(const std::string& folder, const std::string& name) {
    ModelFolder found;
    found.name = name;
    found.folder = folder;
    try {
        inspect(found);
    } catch (const Error& error) {
        found.problem = error.what();
        found.isIncomplete = error.kind() == ErrorKind::NotFound;
    } catch (const std::exception& error) {
        found.problem = error.what();
    }
    return found;
}

std::string ownModelsFolder() {
    return (fs::path(defaultLogPath()).parent_path() / "models").string();
}

std::vector<ModelFolder> findModelFolders() {
    std::vector<ModelFolder> found;
    if (const fs::path bundled = bundledModelFolder(); !bundled.empty()) {
        found.push_back(inspectModelFolder(bundled.string(), bundled.filename().string()));
        found.back().isBundled = true;
    }
    for (const fs::path& folder : foldersIn(ownModelsFolder()))
        found.push_back(inspectModelFolder(folder.string(), folder.filename().string()));
    for (const model::HubRepository& repository : model::hubRepositories(model::hubCacheFolder())) {
        const fs::path snapshot = repository.currentSnapshot();
        if (snapshot.empty() || !isModel(snapshot))
            continue;
        ModelFolder model = inspectModelFolder(snapshot.string(), repository.name());
        if (model.isIncomplete && kHasPull)
            model.problem += " (`prunescope pull " + model.name + "` completes it)";
        found.push_back(std::move(model));
    }
    return found;
}

std::string resolveModelFolder(const std::string& folderOrName) {
    std::error_code error;
    if (fs::is_directory(folderOrName, error))
        return folderOrName;
    if (fs::exists(folderOrName, error))
        throw Error(ErrorKind::BadFile, "--model: " + folderOrName + " is a file, expected the folder that holds it");
    for (const ModelFolder& model : findModelFolders())
        if (model.name == folderOrName || model.name.ends_with("/" + folderOrName))
            return model.folder;
    throw Error(ErrorKind::NotFound, "--model: found neither a folder nor a model named \"" + folderOrName +
                                         "\", expected a folder or a name from `prunescope models`");
}

std::string requireBundledModel() {
    std::string folder = bundledModelFolder();
    if (folder.empty())
        throw Error(ErrorKind::Usage,
                    "--model: not given, and found no bundled model in " + bundledModelPlace() +
                        (kHasPull ? "; get one with `prunescope pull Qwen3-VL-2B-Instruct`, then name it, or give "
                                  : ", expected ") +
                        "a model folder (config.json, tokenizer.json, *.safetensors)");
    return folder;
}

PixelLimits pixelLimitsOf(const std::string& folder) {
    PixelLimits limits;
    blamingFolder([&] { limits = model::readPixelLimits(folder); });
    return limits;
}

void blamingFolder(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Unsupported)
            throw Error(ErrorKind::BadFile, error.what());
        throw;
    }
}

} // namespace prunescope::app
