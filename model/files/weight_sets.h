#pragma once

#include <string>
#include <vector>

namespace prunescope::model {

/// Safetensors files that were saved together: one file, or numbered shards.
struct WeightSet {
    std::string stem;                 ///< "model" of model-00001-of-00002.safetensors and of model.safetensors
    std::vector<std::string> names;   ///< of the files that are there, in order
    std::vector<std::string> missing; ///< of the shards that are not
};

/// The sets in a folder that can be a model's weights, without adapters, optimizer states and the like; the likeliest
/// first, in order of name where there is nothing to choose by.
std::vector<WeightSet> weightSets(const std::string& folder);

/// The one set that is meant. Throws Error(NotFound) for shards that are missing, Error(BadFile) where nothing says
/// which of several it is. `sets` is not empty.
const WeightSet& chosenSet(const std::vector<WeightSet>& sets, const std::string& folder);

/// Throws Error(NotFound) that names the first of the missing shards and says how many of them there are.
/// `said`: where their names are from.
[[noreturn]] void refuseMissingShards(const std::string& folder, const std::vector<std::string>& missing,
                                      const std::string& said);

} // namespace prunescope::model
