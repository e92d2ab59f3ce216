#include "app/folders/model_folders.h"

#include "app/folders/bundled_model.h"
#include "app/folders/gguf_models.h"
#include "core/base/error.h"
#include "core/base/folders.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "core/records/record_writer.h"
#include "model/families/families.h"
#include "model/families/gguf_model.h"
#include "model/families/model_folder.h"
#include "model/files/adapter_base.h"
#include "model/files/adapter_changes.h"
#include "model/files/hub_cache.h"
#include "model/files/other_formats.h"

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

std::int64_t sizeOf(const model::WeightFile& file) {
    return static_cast<std::int64_t>(file.mapping().bytes().size());
}

void addWeights(const model::Checkpoint& checkpoint, ModelFolder& found) {
    found.weights = model::storageText(checkpoint);
    found.keeping = model::keepingText(checkpoint);
}

/// As `inspect`; opening it as a model would put together what is stored in parts.
void inspectGguf(ModelFolder& found) {
    const auto opened = model::GgufModel::open(found.folder);
    found.architecture = architectureOf(opened.texts().config.json);
    found.notes = opened.texts().notes;
    const auto files = opened.parts().files();
    for (const auto& file : files)
        found.sizeBytes += sizeOf(*file);
    addWeights(model::Checkpoint(found.folder, {files.begin(), files.end()}), found);
}

std::string pullHint(const std::string& name) {
    return kHasPull ? " (`prunescope pull " + name + "` gets it)" : "";
}

/// As `inspect`, of an adapter.
void inspectAdapter(ModelFolder& found) {
    const auto adapter = model::AdapterFolder::open(found.folder);
    found.sizeBytes = sizeOf(*adapter.file());
    found.base = adapter.config().base.empty() ? "a base that it does not name" : adapter.config().base;
    const std::string base = model::findAdapterBase(found.folder);
    if (base.empty())
        throw Error(ErrorKind::BadFile, "its base " + found.base + " is not here" + pullHint(found.base));
    const auto opened = model::ModelFolder::open(base);
    found.architecture = architectureOf(opened.config());
    found.notes = opened.notes();
    addWeights(opened.checkpoint(), found);
    model::findFamily(opened.config(), opened.configPath());
    const model::AdapterChanges fits(adapter, opened.checkpoint());
}

/// Throws Error that says why the folder cannot be used; fills in what it learned before.
void inspect(ModelFolder& found) {
    if (model::isGgufModel(found.folder))
        return inspectGguf(found);
    if (model::isAdapterFolder(found.folder))
        return inspectAdapter(found);
    const auto opened = model::ModelFolder::open(found.folder);
    found.architecture = architectureOf(opened.config());
    found.notes = opened.notes();
    for (const auto& file : opened.weights())
        found.sizeBytes += sizeOf(*file);
    addWeights(opened.checkpoint(), found);
    model::requireTokenizer(opened.path());
    if (model::hasAdapter(found.folder))
        const model::AdapterChanges fits(model::AdapterFolder::open(found.folder), opened.checkpoint());
}

/// Whether a snapshot of the cache, which is shared with every other program, is to be told of: its config.json names a
/// family, or cannot be read. One that is being downloaded has that file first.
bool isModel(const fs::path& snapshot) {
    try {
        if (model::isAdapterFolder(snapshot.string())) {
            const std::string base = model::findAdapterBase(snapshot.string());
            return !base.empty() && !model::hasAdapter(base) && isModel(base);
        }
        return model::familyNamed(modelTypeOf(readJsonFile((snapshot / "config.json").string()))) != nullptr;
    } catch (const Error& error) {
        return error.kind() != ErrorKind::NotFound;
    }
}

void addPlaces(const std::vector<GgufPlace>& places, std::vector<ModelFolder>& found) {
    for (const GgufPlace& place : places)
        found.push_back(inspectModelFolder(place.path, place.name));
}

/// A folder of ours: whatever is in it, people put it there.
void addOwn(const fs::path& folder, std::vector<ModelFolder>& found) {
    const std::string name = folder.filename().string();
    if (const auto places = ggufPlaces(folder.string(), name); places.size() > 1 && model::isGgufModel(folder.string()))
        return addPlaces(places, found);
    found.push_back(inspectModelFolder(folder.string(), name));
}

std::string resolveFolder(const std::string& option, const std::string& what, const std::string& folderOrName) {
    std::error_code error;
    if (fs::is_directory(folderOrName, error) || model::isGgufModel(folderOrName))
        return folderOrName;
    if (fs::exists(folderOrName, error))
        throw Error(ErrorKind::BadFile,
                    option + ": " + folderOrName + " is a file, expected the folder that holds it, or a GGUF file");
    for (const ModelFolder& model : findModelFolders())
        if (model.name == folderOrName || model.name.ends_with("/" + folderOrName))
            return model.folder;
    throw Error(ErrorKind::NotFound, option + ": found neither a folder nor " + what + " named \"" + folderOrName +
                                         "\", expected a folder or a name from `prunescope models`");
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
        addOwn(folder, found);
    for (const model::HubRepository& repository : model::hubRepositories(model::hubCacheFolder())) {
        const fs::path snapshot = repository.currentSnapshot();
        if (snapshot.empty())
            continue;
        if (model::isGgufModel(snapshot.string())) {
            addPlaces(withPictures(ggufPlaces(snapshot.string(), repository.name())), found);
            continue;
        }
        if (!isModel(snapshot))
            continue;
        ModelFolder model = inspectModelFolder(snapshot.string(), repository.name());
        if (model.isIncomplete && kHasPull)
            model.problem += " (`prunescope pull " + model.name + "` completes it)";
        found.push_back(std::move(model));
    }
    addPlaces(foreignGgufModels(), found);
    return found;
}

std::string resolveModelFolder(const std::string& folderOrName) {
    return resolveFolder("--model", "a model", folderOrName);
}

std::string resolveAdapterFolder(const std::string& folderOrName) {
    return resolveFolder("--adapter", "an adapter", folderOrName);
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
