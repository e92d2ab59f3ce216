#include "model/families/model_texts.h"

#include "core/base/json_fields.h"
#include "model/families/chat_file.h"
#include "model/families/gguf_model.h"
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

/// Of a snapshot in a hub cache the last part of the path is a commit, which would mean nothing to anybody.
std::string nameOf(const std::string& path) {
    const std::string hubName = hubNameOfSnapshot(path);
    return fs::path(hubName.empty() ? path : hubName).filename().string();
}

} // namespace

std::optional<ModelDocument> readImageSettings(const std::string& folder) {
    if (auto alone = documentOf(folder + "/preprocessor_config.json"))
        return alone;
    const auto together = documentOf(folder + "/processor_config.json");
    if (!together || !together->json.is_object() || !together->json.contains("image_processor"))
        return std::nullopt;
    return ModelDocument{together->where + ": image_processor", together->json["image_processor"]};
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
    if (std::string text = readChatTemplate(texts.path); !text.empty())
        texts.templates.push_back({"default", texts.path, std::move(text)});
    texts.specialTokens = readSpecialTokens(texts.path);
    return texts;
}

} // namespace prunescope::model
