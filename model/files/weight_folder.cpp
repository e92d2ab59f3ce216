#include "model/files/weight_folder.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "model/files/other_formats.h"
#include "model/files/safetensors.h"
#include "model/files/weight_check.h"

#include <filesystem>
#include <set>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

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

std::shared_ptr<const WeightFile> openShard(const std::string& path) {
    refuseLfsPointer(path);
    return openSafetensors(path);
}

} // namespace

WeightFiles openWeightFiles(const std::string& folder) {
    const std::string index = folder + "/model.safetensors.index.json";
    WeightFiles files;
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

} // namespace prunescope::model
