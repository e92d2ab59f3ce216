#include "model/files/adapter_base.h"

#include "core/base/error.h"
#include "core/base/folders.h"
#include "core/base/format.h"
#include "model/files/adapter_config.h"
#include "model/files/hub_cache.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

bool isThere(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

bool isFolder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

/// A model's own weights; beside an adapter may lie other numbers, such as those of an optimizer.
bool hasWeights(const std::string& folder) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        if ((name.ends_with(".safetensors") || name.ends_with(".safetensors.index.json")) &&
            !name.starts_with("adapter_model") && name.find("model") != std::string::npos)
            return true;
    }
    return false;
}

/// "output/checkpoint-500/" -> "output/checkpoint-500"
std::string withoutSlash(std::string path) {
    while (path.size() > 1 && path.back() == '/')
        path.pop_back();
    return path;
}

std::string snapshotOf(const AdapterConfig& config) {
    for (const HubRepository& repository : hubRepositories(hubCacheFolder())) {
        if (repository.name() != config.base)
            continue;
        if (config.revision.empty())
            return repository.currentSnapshot().string();
        const std::string commit = repository.commitOf(config.revision);
        const fs::path snapshot = repository.snapshot(commit.empty() ? config.revision : commit);
        return isFolder(snapshot) ? snapshot.string() : std::string();
    }
    return {};
}

std::string baseIn(const AdapterConfig& config) {
    if (config.base.empty())
        return {};
    return isThere(config.base) ? config.base : snapshotOf(config);
}

bool isHubName(const std::string& base) {
    return !base.starts_with('/') && !base.starts_with('.') && base.find('/') != std::string::npos &&
           base.find('/') == base.rfind('/');
}

[[noreturn]] void failWithoutBase(const std::string& folder, const AdapterConfig& config) {
    const std::string name = "name it: --model BASE --adapter " + folder;
    if (config.base.empty())
        throw Error(ErrorKind::NotFound,
                    config.where + ": base_model_name_or_path is missing, expected the model that it adapts: " + name);
    throw Error(ErrorKind::NotFound,
                config.where + ": base_model_name_or_path is " + inQuotes(config.base) +
                    ", which is neither a folder nor in the hub's cache" +
                    (config.revision.empty() ? "" : " at revision " + inQuotes(config.revision)) + ": " +
                    (isHubName(config.base) ? "`prunescope pull " + config.base + "` gets it; or " : std::string()) +
                    name);
}

void requireAdapter(const std::string& adapter) {
    if (hasAdapter(adapter))
        return;
    throw Error(ErrorKind::NotFound, adapter + "/" + kAdapterConfigFile +
                                         ": no such file, expected the folder of an adapter as peft writes it");
}

[[noreturn]] void failWithTwo(const std::string& path, const std::string& adapter) {
    throw Error(ErrorKind::Usage, "--adapter: found " + adapter + " and the adapter in " + path +
                                      ", expected one: give its base as --model, or merge one with peft "
                                      "(merge_and_unload)");
}

bool isAdapterOf(const std::string& folder, const std::string& base) {
    if (!hasAdapter(folder) || !isAdapterFolder(folder))
        return false;
    try {
        std::error_code ignored;
        const std::string own = findAdapterBase(folder);
        return !own.empty() && fs::equivalent(own, base, ignored);
    } catch (const Error&) { // one that can't be read is nobody's
        return false;
    }
}

} // namespace

bool hasAdapter(const std::string& folder) {
    return isThere(fs::path(folder) / kAdapterConfigFile);
}

bool isAdapterFolder(const std::string& folder) {
    return hasAdapter(folder) && !(isThere(fs::path(folder) / "config.json") && hasWeights(folder));
}

std::string findAdapterBase(const std::string& folder) {
    return baseIn(readAdapterConfig(withoutSlash(folder)));
}

AdaptedModel resolveAdapter(const std::string& path, const std::string& adapter) {
    const std::string folder = withoutSlash(path), asked = withoutSlash(adapter);
    const bool wants = !asked.empty() && asked != kNoAdapter;
    if (wants)
        requireAdapter(asked);
    if (!hasAdapter(folder))
        return {path, wants ? asked : std::string()};
    std::error_code ignored;
    if (wants && !fs::equivalent(folder, asked, ignored))
        failWithTwo(folder, asked);
    if (!isAdapterFolder(folder))
        return {path, asked == kNoAdapter ? std::string() : folder};
    const AdapterConfig config = readAdapterConfig(folder);
    const std::string base = baseIn(config);
    if (base.empty())
        failWithoutBase(folder, config);
    if (isAdapterFolder(base))
        throw Error(ErrorKind::Unsupported, config.where + ": base_model_name_or_path is " + inQuotes(config.base) +
                                                ", an adapter itself, expected a model: merge that one with peft "
                                                "(merge_and_unload) first");
    return {base, asked == kNoAdapter ? std::string() : folder};
}

std::vector<std::string> adaptersOf(const std::string& base, const std::vector<std::string>& places) {
    std::vector<fs::path> folders;
    for (const std::string& place : places)
        std::ranges::copy(foldersIn(place), std::back_inserter(folders));
    for (const HubRepository& repository : hubRepositories(hubCacheFolder()))
        folders.push_back(repository.currentSnapshot());
    std::vector<std::string> found;
    for (const fs::path& folder : folders)
        if (isAdapterOf(folder.string(), base) && std::ranges::find(found, folder.string()) == found.end())
            found.push_back(folder.string());
    return found;
}

std::string adapterName(const AdaptedModel& model) {
    if (model.adapter.empty())
        return {};
    const fs::path folder = withoutSlash(model.adapter);
    std::error_code ignored;
    if (fs::equivalent(folder, model.base, ignored))
        return "its own adapter";
    if (const std::string name = hubNameOfSnapshot(folder); !name.empty())
        return fs::path(name).filename().string();
    const std::string name = folder.filename().string();
    const std::string parent = folder.parent_path().filename().string();
    return name.starts_with("checkpoint-") && !parent.empty() ? parent + "/" + name : name;
}

} // namespace prunescope::model
