#include "model/files/ollama_store.h"

#include "core/base/environment.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"

#include <algorithm>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameParts = 4; ///< host, namespace, model and tag
constexpr std::uintmax_t kMaxManifestBytes = 1 << 20;

bool isFile(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

bool isFolder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

/// The store of a manifest; empty for any other path.
fs::path storeOf(const fs::path& manifest) {
    fs::path folder = fs::absolute(manifest).lexically_normal();
    for (std::size_t i = 0; i < kNameParts; ++i)
        folder = folder.parent_path();
    return folder.filename() == "manifests" ? folder.parent_path() : fs::path();
}

/// Host and namespace go without saying where they are Ollama's own.
std::string nameOf(const fs::path& manifest, const fs::path& store) {
    const fs::path below = fs::absolute(manifest).lexically_normal().lexically_relative(store / "manifests");
    std::vector<std::string> parts;
    for (const fs::path& part : below)
        parts.push_back(part.string());
    std::string name = parts[2] + ":" + parts[3];
    const bool ownHost = parts[0] == "registry.ollama.ai";
    if (!ownHost || parts[1] != "library")
        name.insert(0, parts[1] + "/");
    return ownHost ? name : parts[0] + "/" + name;
}

/// The file of a digest, "sha256:0123456789abcdef".
std::string blobOf(const fs::path& store, const std::string& digest, const OllamaModel& model) {
    const bool plain = std::ranges::all_of(
        digest, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == ':'; });
    if (!plain || !digest.starts_with("sha256:"))
        throw Error(ErrorKind::BadFile, model.manifest + ": digest is " + inQuotes(digest) + ", expected sha256:...");
    const fs::path blob = store / "blobs" / ("sha256-" + digest.substr(std::string_view("sha256:").size()));
    if (!isFile(blob))
        throw Error(ErrorKind::NotFound, blob.string() + ": missing, but named in " + model.manifest +
                                             ": `ollama pull " + model.name + "` completes it");
    return blob.string();
}

void addFilesIn(const fs::path& folder, std::size_t depth, std::vector<std::string>& files) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (depth > 1 && isFolder(it->path()))
            addFilesIn(it->path(), depth - 1, files);
        else if (depth == 1 && isFile(it->path()))
            files.push_back(it->path().string());
    }
}

} // namespace

std::vector<fs::path> ollamaStores() {
    if (const std::string chosen = environment("OLLAMA_MODELS"); !chosen.empty())
        return {chosen};
    std::vector<fs::path> stores;
    if (const std::string home = environment("HOME"); !home.empty())
        stores.push_back(fs::path(home) / ".ollama" / "models");
    stores.emplace_back("/usr/share/ollama/.ollama/models");
    std::erase_if(stores, [](const fs::path& store) { return !isFolder(store / "manifests"); });
    return stores;
}

bool isOllamaManifest(const std::string& path) {
    return isFile(path) && !storeOf(path).empty();
}

OllamaModel readOllamaManifest(const std::string& path) {
    const fs::path store = storeOf(path);
    std::error_code ignored;
    if (store.empty() || fs::file_size(path, ignored) > kMaxManifestBytes)
        throw Error(ErrorKind::BadFile, path + ": no manifest of Ollama, expected one below manifests/");
    OllamaModel model;
    model.manifest = path;
    model.name = nameOf(path, store);
    const nlohmann::json json = readJsonFile(path);
    const auto layers = json.find("layers");
    if (layers == json.end() || !layers->is_array())
        throw Error(ErrorKind::BadFile, path + ": layers is missing, expected a list of blobs");
    for (const nlohmann::json& layer : *layers) {
        const JsonFields fields(layer, path, "layers.");
        const std::string kind = fields.text("mediaType", "");
        if (kind == "application/vnd.ollama.image.model")
            model.weights.push_back(blobOf(store, fields.text("digest"), model));
        else if (kind == "application/vnd.ollama.image.projector")
            model.projectors.push_back(blobOf(store, fields.text("digest"), model));
    }
    return model;
}

std::vector<std::string> ollamaManifests(const fs::path& store) {
    std::vector<std::string> manifests;
    addFilesIn(store / "manifests", kNameParts, manifests);
    std::ranges::sort(manifests);
    return manifests;
}

} // namespace prunescope::model
