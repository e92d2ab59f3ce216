#include "model/families/model_texts.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "model/families/chat_file.h"
#include "model/families/gguf_model.h"
#include "model/families/other_models.h"
#include "model/families/special_tokens.h"
#include "model/files/folder_names.h"
#include "model/files/hub_cache.h"
#include "model/files/model_path.h"
#include "model/files/other_formats.h"
#include "model/files/stand_in.h"

#include <filesystem>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

/// A document that a folder need not have.
std::optional<ModelDocument> documentOf(const std::string& path) {
    refuseStandIn(path);
    if (!isThere(path))
        return std::nullopt;
    return ModelDocument{path, readJsonFile(path)};
}

/// image_processor of processor_config.json, where transformers 5 keeps what had a file of its own.
std::optional<ModelDocument> nestedImageSettings(const std::string& folder) {
    const auto together = documentOf(folder + "/processor_config.json");
    if (!together)
        return std::nullopt;
    const JsonFields fields(together->json, together->where);
    if (!fields.has("image_processor"))
        return std::nullopt;
    return ModelDocument{together->where + ": image_processor", fields.object("image_processor").json()};
}

/// Names of the settings that two files have and in which they differ.
std::vector<std::string> differences(const nlohmann::json& one, const nlohmann::json& other) {
    std::vector<std::string> names;
    for (const auto& [name, value] : one.items())
        if (const auto there = other.find(name);
            there != other.end() && !value.is_null() && !there->is_null() && *there != value)
            names.push_back(name);
    return names;
}

/// What to say of where the settings of images are from; empty where nobody would wonder.
std::string imageNote(const std::string& folder, const std::optional<ModelDocument>& images) {
    if (!images)
        return folder + ": no preprocessor_config.json, and no image_processor in processor_config.json: pictures are "
                        "prepared as for the published models";
    if (images->where != folder + "/preprocessor_config.json" || !images->json.is_object())
        return {};
    try {
        const auto nested = nestedImageSettings(folder);
        const auto names = nested ? differences(images->json, nested->json) : std::vector<std::string>();
        return names.empty() ? std::string()
                             : images->where + ": differs from image_processor in processor_config.json (" +
                                   inQuotes(join(names)) + "): the former holds";
    } catch (const Error& error) {
        return std::string(error.what()) + ": preprocessor_config.json holds";
    }
}

/// What to say of a model that was saved without its head; empty for all others.
std::string headNote(const ModelDocument& config) {
    if (!config.json.is_object())
        return {};
    const std::string inner = innerModel(JsonFields(config.json, config.where));
    return inner.empty() ? std::string()
                         : config.where + ": architectures is " + inQuotes(inner) +
                               ", a model saved without its head: the embedding is its head";
}

/// Of a snapshot in a hub cache the last part of the path is a commit, which would mean nothing to anybody.
std::string nameOf(const std::string& path) {
    const std::string hubName = hubNameOfSnapshot(path);
    return fs::path(hubName.empty() ? path : hubName).filename().string();
}

} // namespace

std::optional<ModelDocument> readImageSettings(const std::string& folder) {
    if (auto alone = documentOf(folder + "/preprocessor_config.json"))
        return alone;
    return nestedImageSettings(folder);
}

ModelTexts readModelTexts(const std::string& path) {
    if (isGgufModel(path))
        return GgufModel::open(path).texts();
    ModelTexts texts;
    texts.path = resolveModelPath(path);
    texts.name = nameOf(texts.path);
    if (!isThere(texts.path + "/config.json"))
        refuseWithoutConfig(texts.path);
    refuseStandIn(texts.path + "/config.json");
    texts.config = {texts.path + "/config.json", readJsonFile(texts.path + "/config.json")};
    texts.generation = documentOf(texts.path + "/generation_config.json");
    texts.images = readImageSettings(texts.path);
    for (std::string note : {headNote(texts.config), imageNote(texts.path, texts.images)})
        if (!note.empty())
            texts.notes.push_back(std::move(note));
    texts.templates = readChatTemplates(texts.path, texts.notes);
    texts.specialTokens = readSpecialTokens(texts.path);
    return texts;
}

} // namespace prunescope::model
