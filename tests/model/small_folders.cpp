#include "tests/model/small_folders.h"

#include "model/files/safetensors.h"
#include "model/files/safetensors_writer.h"
#include "tests/support/golden.h"

#include <algorithm>
#include <set>

namespace fs = std::filesystem;

namespace prunescope::test {

namespace {

constexpr const char* kWeights = "model.safetensors";

fs::path kindFolder(const std::string& kind) {
    return dataFolder() / "folders" / kind;
}

/// "a.b" of "a.b.weight_scale".
std::string moduleOf(const std::string& tensor) {
    return tensor.substr(0, tensor.rfind('.'));
}

void append(std::vector<model::TensorToWrite>& tensors, const model::WeightFile& file,
            const std::set<std::string>& withoutModules) {
    for (const auto& [name, tensor] : file.tensors())
        if (!withoutModules.contains(moduleOf(name)))
            tensors.push_back({name, tensor.dtype, tensor.shape, tensor.bytes});
}

/// The base's weights with the modules of a kind in place of its own.
void writeMerged(const fs::path& kindWeights, const fs::path& target) {
    const auto base = model::openSafetensors((kindFolder("base") / kWeights).string());
    const auto kind = model::openSafetensors(kindWeights.string());
    std::set<std::string> modules;
    for (const auto& [name, tensor] : kind->tensors())
        modules.insert(moduleOf(name));
    std::vector<model::TensorToWrite> tensors;
    append(tensors, *base, modules);
    append(tensors, *kind, {});
    model::writeSafetensors(target.string(), tensors);
}

void copyFiles(const fs::path& from, const fs::path& target) {
    for (const auto& entry : fs::directory_iterator(from))
        fs::copy_file(entry.path(), target / entry.path().filename(), fs::copy_options::overwrite_existing);
}

} // namespace

std::vector<std::string> smallFolderKinds() {
    std::vector<std::string> kinds;
    const nlohmann::json manifest = readJson(kindFolder("manifest.json"));
    for (const auto& [name, kind] : manifest.at("kinds").items())
        kinds.push_back(name);
    return kinds;
}

std::string makeSmallFolder(const std::string& kind, const fs::path& target) {
    fs::create_directories(target);
    const fs::path own = kindFolder(kind);
    if (!fs::exists(own / "model.gguf")) {
        copyFiles(kindFolder("base"), target);
        fs::copy_file(dataFolder() / "qwen3vl" / "model" / "tokenizer.json", target / "tokenizer.json");
    }
    copyFiles(own, target);
    if (kind != "base" && fs::exists(own / kWeights))
        writeMerged(own / kWeights, target / kWeights);
    return target.string();
}

} // namespace prunescope::test
