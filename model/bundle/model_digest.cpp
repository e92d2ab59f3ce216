#include "model/bundle/model_digest.h"

#include "model/bundle/sha256.h"
#include "model/families/gguf_model.h"
#include "model/families/model_folder.h"
#include "model/files/adapter_base.h"
#include "model/files/adapter_folder.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

/// What the engine reads beside the weights. A folder may hold any other file: it makes it no other model.
constexpr std::array kSmallFiles{"config.json",           "generation_config.json",  "preprocessor_config.json",
                                 "processor_config.json", "tokenizer.json",          "tokenizer_config.json",
                                 "chat_template.json",    "special_tokens_map.json", "chat_template.jinja"};
constexpr std::size_t kChunkBytes = 1 << 22;

std::string nameOf(const std::string& path) {
    return fs::path(path).filename().string();
}

template <typename Files>
std::vector<std::string> pathsOf(const Files& files) {
    std::vector<std::string> paths;
    for (const auto& file : files)
        paths.push_back(file->path());
    return paths;
}

std::string hashOf(const MappedFile& file, const std::function<void(std::size_t bytes)>& onRead) {
    Sha256 hash;
    for (std::span<const std::byte> rest = file.bytes(); !rest.empty();) {
        const auto chunk = rest.first(std::min(rest.size(), kChunkBytes));
        hash.add(chunk);
        file.release(chunk); // a model may be larger than the memory
        onRead(chunk.size());
        rest = rest.subspan(chunk.size());
    }
    return hash.hexadecimal();
}

std::string familyOf(const ModelTexts& texts) {
    const auto type = texts.config.json.find("model_type");
    return type != texts.config.json.end() && type->is_string() ? type->get<std::string>() : "";
}

} // namespace

std::vector<std::string> modelFiles(const std::string& model) {
    if (isGgufModel(model))
        return pathsOf(GgufModel::open(model).parts().files());
    std::vector<std::string> paths = pathsOf(ModelFolder::open(model).weights());
    for (const char* name : kSmallFiles)
        if (std::error_code ignored; fs::is_regular_file(fs::path(model) / name, ignored))
            paths.push_back((fs::path(model) / name).string());
    std::ranges::sort(paths, {}, nameOf);
    return paths;
}

std::vector<std::string> adapterFiles(const std::string& folder) {
    return {folder + "/adapter_config.json", AdapterFolder::open(folder).file()->path()};
}

std::string digestOf(const std::vector<std::string>& paths, const DigestProgress& progress) {
    std::vector<std::shared_ptr<const MappedFile>> files;
    double all = 0, done = 0;
    for (const std::string& path : paths) {
        files.push_back(MappedFile::open(path));
        all += static_cast<double>(files.back()->bytes().size());
    }
    Sha256 whole;
    for (const auto& file : files) {
        const std::string hash = hashOf(*file, [&](std::size_t bytes) {
            done += static_cast<double>(bytes);
            if (progress)
                progress(done / all);
        });
        whole.add(hash + "  " + nameOf(file->path()) + "\n");
    }
    return whole.hexadecimal();
}

ModelIdentity identityOf(const std::string& model, const std::string& adapterFolder, const DigestProgress& progress) {
    const ModelTexts texts = isGgufModel(model) ? GgufModel::open(model).texts() : readModelTexts(model);
    ModelIdentity identity{texts.name, familyOf(texts), digestOf(modelFiles(model), progress)};
    if (!adapterFolder.empty()) {
        identity.adapter = adapterName({model, adapterFolder});
        identity.adapterSha256 = digestOf(adapterFiles(adapterFolder));
    }
    return identity;
}

} // namespace prunescope::model
