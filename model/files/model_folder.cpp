#include "model/files/model_folder.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "model/files/hub_cache.h"
#include "model/files/other_formats.h"
#include "model/files/weight_check.h"

#include <filesystem>
#include <set>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMaxId = 1 << 30;

GenerationConfig readGeneration(const std::string& path) {
    GenerationConfig generation;
    std::error_code ignored;
    if (!fs::exists(path, ignored))
        return generation;
    const nlohmann::json json = readJsonFile(path);
    const JsonFields fields(json, path);
    generation.endTokens = fields.integers("eos_token_id", 0, kMaxId, {});
    Decoding& sampling = generation.sampling;
    sampling.sample = true;
    sampling.temperature = fields.number("temperature", 0, 100, 1.0);
    sampling.topP = fields.number("top_p", 1e-6, 1, 1.0);
    sampling.topK = static_cast<int>(fields.integer("top_k", 0, kMaxId, 0));
    sampling.repetitionPenalty = fields.number("repetition_penalty", 0.01, 100, 1.0);
    return generation;
}

/// Names of the shards, each once, in order of name.
std::vector<std::string> shardNames(const std::string& indexPath) {
    const nlohmann::json index = readJsonFile(indexPath);
    const JsonFields map = JsonFields(index, indexPath).object("weight_map");
    std::set<std::string> names;
    for (const auto& [tensor, file] : map.json().items()) {
        const std::string name = file.is_string() ? file.get<std::string>() : std::string();
        if (name.empty() || name.find('/') != std::string::npos || name.find('\\') != std::string::npos || name == "..")
            throw Error(ErrorKind::BadFile, indexPath + ": " + inQuotes(tensor) + " is in " +
                                                inQuotes(name.empty() ? file.type_name() : name) +
                                                ", expected a file name without a folder");
        names.insert(name);
    }
    if (names.empty())
        throw Error(ErrorKind::BadFile, indexPath + ": weight_map is empty");
    return {names.begin(), names.end()};
}

/// Links that lead nowhere or in a circle are there, and opening them says what is wrong.
bool isThere(const std::string& path) {
    std::error_code ignored;
    return fs::symlink_status(path, ignored).type() != fs::file_type::not_found;
}

std::shared_ptr<const SafetensorsFile> openShard(const std::string& path) {
    refuseLfsPointer(path);
    return SafetensorsFile::open(path);
}

std::vector<std::shared_ptr<const SafetensorsFile>> openWeights(const std::string& folder) {
    const std::string index = folder + "/model.safetensors.index.json";
    std::vector<std::shared_ptr<const SafetensorsFile>> files;
    if (isThere(index)) {
        for (const std::string& name : shardNames(index)) {
            if (!isThere(folder + "/" + name))
                throw Error(ErrorKind::NotFound,
                            folder + "/" + name + ": missing shard, named in model.safetensors.index.json");
            files.push_back(openShard(folder + "/" + name));
        }
        requireDistinctTensors(files);
        return files;
    }
    if (!isThere(folder + "/model.safetensors"))
        refuseWithoutWeights(folder);
    files.push_back(openShard(folder + "/model.safetensors"));
    return files;
}

} // namespace

ModelFolder ModelFolder::open(const std::string& path) {
    ModelFolder folder;
    folder.m_path = path;
    while (folder.m_path.size() > 1 && folder.m_path.back() == '/')
        folder.m_path.pop_back();
    std::error_code ignored;
    if (fs::is_regular_file(folder.m_path, ignored))
        throw Error(ErrorKind::NotFound, path + ": a file, expected the folder of a model");
    if (!fs::is_directory(folder.m_path, ignored))
        throw Error(ErrorKind::NotFound, path + ": no such model folder");
    for (const char* name : {"config.json", "tokenizer.json", "generation_config.json", "preprocessor_config.json",
                             "model.safetensors.index.json"})
        refuseLfsPointer(folder.file(name));
    folder.m_config = readJsonFile(folder.file("config.json"));
    folder.m_generation = readGeneration(folder.file("generation_config.json"));
    folder.m_weights = openWeights(folder.m_path);
    return folder;
}

std::string ModelFolder::name() const {
    // Of a snapshot in a hub cache the last part is a commit, which would mean nothing to anybody.
    const std::string hubName = hubNameOfSnapshot(m_path);
    return fs::path(hubName.empty() ? m_path : hubName).filename().string();
}

} // namespace prunescope::model
