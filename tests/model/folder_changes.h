#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace prunescope::test {

/// A change of a model's folder; gives what is opened then.
using FolderChange = std::function<std::filesystem::path(const std::filesystem::path& folder)>;

void write(const std::filesystem::path& path, const std::string& content);
/// An empty file, or with '/' at its end an empty folder.
void touch(const std::filesystem::path& folder, const std::string& name);

/// Changes that give the folder itself.
FolderChange editJson(const char* file, const nlohmann::json& mergePatch);
FolderChange withFile(const char* name, const std::string& content = {});
FolderChange withoutFile(const char* name);
/// Weights of nothing but these files, which are empty; names that end with '/' are folders.
FolderChange onlyFiles(const std::vector<std::string>& names);
/// The same without config.json.
FolderChange noModel(const std::vector<std::string>& names);
FolderChange renamedWeights(const char* name);
/// Gives every tensor another name.
FolderChange renamedTensors(const std::function<std::string(const std::string&)>& nameOf);
FolderChange editHeader(const std::function<void(nlohmann::json&)>& change);
/// A tensor besides, of `bytes` bytes as U8 where no other type is named.
FolderChange withTensor(const std::string& name, const char* dtype = "U8", const std::vector<int>& shape = {0});
/// The weights in so many shards, without an index.
FolderChange sharded(int shards, const char* stem = "model");
FolderChange inTurn(const std::vector<FolderChange>& changes);

} // namespace prunescope::test
