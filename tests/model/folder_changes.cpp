#include "tests/model/folder_changes.h"

#include "model/files/safetensors.h"
#include "model/files/safetensors_writer.h"
#include "tests/support/golden.h"
#include "tests/support/weights_edit.h"

#include <fstream>

namespace prunescope::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* kWeights = "model.safetensors";

FolderChange itself(const std::function<void(const fs::path&)>& change) {
    return [change](const fs::path& folder) {
        change(folder);
        return folder;
    };
}

std::string shardName(const char* stem, int number, int of) {
    const std::string zeros = "0000";
    return std::string(stem) + "-" + zeros + std::to_string(number) + "-of-" + zeros + std::to_string(of) +
           ".safetensors";
}

void split(const fs::path& folder, int shards, const char* stem) {
    const auto whole = model::openSafetensors((folder / kWeights).string());
    std::vector<std::vector<model::TensorToWrite>> parts(static_cast<std::size_t>(shards));
    std::size_t next = 0;
    for (const auto& [name, tensor] : whole->tensors())
        parts[next++ % parts.size()].push_back({name, tensor.dtype, tensor.shape, tensor.bytes});
    for (int i = 0; i < shards; ++i)
        model::writeSafetensors((folder / shardName(stem, i + 1, shards)).string(), parts[static_cast<std::size_t>(i)]);
    fs::remove(folder / kWeights);
}

} // namespace

void write(const fs::path& path, const std::string& content) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

void touch(const fs::path& folder, const std::string& name) {
    if (name.ends_with('/'))
        fs::create_directories(folder / name);
    else
        write(folder / name, "x");
}

FolderChange editJson(const char* file, const nlohmann::json& mergePatch) {
    return itself([=](const fs::path& folder) {
        nlohmann::json json = readJson(folder / file);
        json.merge_patch(mergePatch);
        write(folder / file, json.dump());
    });
}

FolderChange withFile(const char* name, const std::string& content) {
    return itself([=](const fs::path& folder) { write(folder / name, content); });
}

FolderChange withoutFile(const char* name) {
    return itself([=](const fs::path& folder) { fs::remove_all(folder / name); });
}

FolderChange onlyFiles(const std::vector<std::string>& names) {
    return itself([=](const fs::path& folder) {
        fs::remove(folder / kWeights);
        for (const std::string& name : names)
            touch(folder, name);
    });
}

FolderChange noModel(const std::vector<std::string>& names) {
    return inTurn({withoutFile("config.json"), onlyFiles(names)});
}

FolderChange renamedWeights(const char* name) {
    return itself([=](const fs::path& folder) { fs::rename(folder / kWeights, folder / name); });
}

FolderChange renamedTensors(const std::function<std::string(const std::string&)>& nameOf) {
    return editHeader([=](nlohmann::json& header) {
        nlohmann::json renamed;
        for (const auto& [name, entry] : header.items())
            renamed[name == "__metadata__" ? name : nameOf(name)] = entry;
        header = renamed;
    });
}

FolderChange editHeader(const std::function<void(nlohmann::json&)>& change) {
    return itself([=](const fs::path& folder) { editHeader(folder / kWeights, change); });
}

FolderChange withTensor(const std::string& name, const char* dtype, const std::vector<int>& shape) {
    return editHeader([=](nlohmann::json& header) {
        header[name] = {{"dtype", dtype}, {"shape", shape}, {"data_offsets", {0, 0}}};
    });
}

FolderChange sharded(int shards, const char* stem) {
    return itself([=](const fs::path& folder) { split(folder, shards, stem); });
}

FolderChange inTurn(const std::vector<FolderChange>& changes) {
    return [=](const fs::path& folder) {
        fs::path opened = folder;
        for (const FolderChange& change : changes)
            opened = change(folder);
        return opened;
    };
}

} // namespace prunescope::test
