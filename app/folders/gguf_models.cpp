#include "app/folders/gguf_models.h"

#include "core/base/environment.h"
#include "core/base/error.h"
#include "core/base/folders.h"
#include "core/base/json_fields.h"
#include "model/families/gguf_model.h"
#include "model/files/ollama_store.h"

#include <filesystem>

namespace prunescope::app {

namespace {

namespace fs = std::filesystem;

/// Where LM Studio was told to put its models; empty where it was not.
fs::path chosenFolder(const fs::path& home) {
    try {
        const std::string path = (home / ".lmstudio" / "settings.json").string();
        const nlohmann::json settings = readJsonFile(path);
        return JsonFields(settings, path).text("downloadsFolder", "");
    } catch (const Error&) {
        return {};
    }
}

std::vector<fs::path> lmStudioFolders() {
    const fs::path home = environment("HOME");
    if (home.empty())
        return {};
    std::vector<fs::path> folders{home / ".lmstudio" / "models", home / ".cache" / "lm-studio" / "models"};
    const fs::path chosen = chosenFolder(home);
    std::error_code ignored;
    if (!chosen.empty() && !fs::equivalent(chosen, folders.front(), ignored))
        folders.insert(folders.begin(), chosen);
    return folders;
}

/// PUBLISHER/REPOSITORY/FILE.gguf
void addLmStudio(const fs::path& folder, std::vector<GgufPlace>& found) {
    for (const fs::path& publisher : foldersIn(folder))
        for (const fs::path& repository : foldersIn(publisher)) {
            const std::string name = (publisher.filename() / repository.filename()).string();
            for (GgufPlace& place : withPictures(ggufPlaces(repository.string(), name)))
                found.push_back(std::move(place));
        }
}

bool isReadable(const std::string& file) {
    try {
        return model::readsGguf(model::ggufArchitecture(file));
    } catch (const Error&) {
        return false;
    }
}

void addOllama(const fs::path& store, std::vector<GgufPlace>& found) {
    for (const std::string& manifest : model::ollamaManifests(store))
        try {
            const model::OllamaModel model = model::readOllamaManifest(manifest);
            if (!model.projectors.empty() || (!model.weights.empty() && isReadable(model.weights.front())))
                found.push_back({model.name, manifest});
        } catch (const Error&) {
            // Half downloaded or no manifest: which family it is of can't be told, and most only read text.
        }
}

} // namespace

std::vector<GgufPlace> ggufPlaces(const std::string& folder, const std::string& name) {
    const std::vector<model::GgufGroup> groups = model::ggufGroups(folder);
    std::vector<GgufPlace> places;
    for (const model::GgufGroup& group : groups)
        places.push_back({groups.size() == 1 ? name : name + "/" + group.name, group.file});
    return places;
}

std::vector<GgufPlace> withPictures(std::vector<GgufPlace> places) {
    std::erase_if(places, [](const GgufPlace& place) {
        return !isReadable(place.path) && !model::hasGgufProjector(fs::path(place.path).parent_path().string());
    });
    return places;
}

std::vector<GgufPlace> foreignGgufModels() {
    std::vector<GgufPlace> found;
    for (const fs::path& folder : lmStudioFolders())
        addLmStudio(folder, found);
    for (const fs::path& store : model::ollamaStores())
        addOllama(store, found);
    return found;
}

} // namespace prunescope::app
