#include "model/files/weight_folder.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "model/files/folder_names.h"
#include "model/files/foreign_tensors.h"
#include "model/files/other_formats.h"
#include "model/files/safetensors.h"
#include "model/files/stand_in.h"
#include "model/files/weight_check.h"
#include "model/files/weight_sets.h"

#include <algorithm>
#include <set>

namespace prunescope::model {

namespace {

constexpr const char* kWhole = "model.safetensors";
constexpr const char* kIndex = "model.safetensors.index.json";

/// Names of the shards, each once, in order of name.
std::vector<std::string> shardNames(const std::string& indexPath) {
    refuseStandIn(indexPath);
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

/// An index that was left over from another save names shards that are not there; one that is one of the shards is no
/// other save.
bool isStale(const std::vector<std::string>& names, const std::vector<std::string>& missing, bool whole) {
    const bool namesWhole = std::ranges::find(names, kWhole) != names.end();
    return whole ? !namesWhole : missing.size() == names.size();
}

std::vector<std::string> namesOfSet(const std::string& folder) {
    const std::vector<WeightSet> sets = weightSets(folder);
    if (sets.empty())
        refuseWithoutWeights(folder);
    return chosenSet(sets, folder).names;
}

/// In order of name.
std::vector<std::string> weightNames(const std::string& folder) {
    const bool whole = isThere(folder + "/" + kWhole);
    if (!isThere(folder + "/" + kIndex))
        return whole ? std::vector<std::string>{kWhole} : namesOfSet(folder);
    const std::vector<std::string> names = shardNames(folder + "/" + kIndex);
    std::vector<std::string> missing;
    std::ranges::copy_if(names, std::back_inserter(missing),
                         [&](const std::string& name) { return !isThere(folder + "/" + name); });
    if (missing.empty())
        return names;
    if (!isStale(names, missing, whole) || (!whole && weightSets(folder).empty()))
        refuseMissingShards(folder, missing, std::string("named in ") + kIndex);
    return whole ? std::vector<std::string>{kWhole} : namesOfSet(folder);
}

} // namespace

WeightFiles openWeightFiles(const std::string& folder) {
    WeightFiles files;
    for (const std::string& name : weightNames(folder)) {
        refuseStandIn(folder + "/" + name);
        files.push_back(openSafetensors(folder + "/" + name));
    }
    requireDistinctTensors(files);
    refuseForeignTensors(files);
    return files;
}

} // namespace prunescope::model
