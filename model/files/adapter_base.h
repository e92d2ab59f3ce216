#pragma once

#include <string>
#include <vector>

namespace prunescope::model {

/// A model as people ask for it: a base, and an adapter on it.
struct AdaptedModel {
    std::string base;    ///< folder or file
    std::string adapter; ///< folder; empty: none
};

/// What an option calls no adapter, not even the one that lies in the model's folder.
inline constexpr const char* kNoAdapter = "none";

/// Whether `folder` has an adapter_config.json.
bool hasAdapter(const std::string& folder);

/// Whether `folder` has an adapter and no model beside it.
bool isAdapterFolder(const std::string& folder);

/// Where the base of the adapter in `folder` is: the folder that its adapter_config.json names, else the snapshot in
/// the hub's cache. Empty: not here.
std::string findAdapterBase(const std::string& folder);

/// The folder of a model: `path` itself; where that is the folder of an adapter, its base with that adapter; where an
/// adapter lies in a model's folder, both (transformers 5 loads it then). `adapter`: one that is asked for besides;
/// empty: none; kNoAdapter: the base alone. Throws Error(NotFound), Error(BadFile) or Error(Usage) that says what to
/// do.
AdaptedModel resolveAdapter(const std::string& path, const std::string& adapter);

/// The adapters whose base is the one in folder `base`: those among the folders in `places`, and those of the hub's
/// cache.
std::vector<std::string> adaptersOf(const std::string& base, const std::vector<std::string>& places);

/// What people call an adapter on its base: its folder, with the one above where that is "checkpoint-N", or the name of
/// its repository.
std::string adapterName(const AdaptedModel& model);

} // namespace prunescope::model
