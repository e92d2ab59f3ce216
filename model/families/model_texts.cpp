#include "model/families/model_texts.h"

#include "core/base/error.h"
#include "core/base/json_fields.h"
#include "model/families/chat_file.h"
#include "model/files/hub_cache.h"
#include "model/files/other_formats.h"

#include <filesystem>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

bool isThere(const std::string& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// A document that a folder need not have.
std::optional<ModelDocument> documentOf(const std::string& path) {
    refuseLfsPointer(path);
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
    ModelTexts texts;
    texts.path = path;
    while (texts.path.size() > 1 && texts.path.back() == '/')
        texts.path.pop_back();
    std::error_code ignored;
    if (fs::is_regular_file(texts.path, ignored))
        throw Error(ErrorKind::NotFound, path + ": a file, expected the folder of a model");
    if (!fs::is_directory(texts.path, ignored))
        throw Error(ErrorKind::NotFound, path + ": no such model folder");
    texts.name = nameOf(texts.path);
    refuseLfsPointer(texts.path + "/config.json");
    texts.config = {texts.path + "/config.json", readJsonFile(texts.path + "/config.json")};
    texts.generation = documentOf(texts.path + "/generation_config.json");
    texts.images = readImageSettings(texts.path);
    if (std::string text = readChatTemplate(texts.path); !text.empty())
        texts.templates.push_back({"default", texts.path, std::move(text)});
    return texts;
}

} // namespace prunescope::model
