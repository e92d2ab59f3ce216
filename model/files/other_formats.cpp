#include "model/files/other_formats.h"

#include "core/base/error.h"
#include "core/base/folders.h"
#include "core/base/format.h"
#include "model/files/adapter_base.h"
#include "model/files/folder_names.h"
#include "model/files/format_list.h"
#include "model/files/hub_cache.h"
#include "model/files/stand_in.h"
#include "model/files/weight_sets.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

/// What trainers leave beside a model. Some of it ends as weights do.
constexpr std::array<std::string_view, 8> kTraining{"training_args", "optimizer",     "scheduler",     "rng_state",
                                                    "scaler",        "trainer_state", "random_states", "events.out"};

bool isOfTraining(const std::string& name) {
    return std::ranges::any_of(kTraining, [&](std::string_view start) { return name.starts_with(start); });
}

/// A file of a folder by which it is known.
struct Found {
    std::string name;
    const OtherFormat* format = nullptr;
};

Found formatOf(const std::string& folder) {
    const std::set<std::string> names = folderNames(folder);
    for (const OtherFormat& format : otherFormats())
        for (const std::string& name : names)
            if (isNamed(name, format) && !isOfTraining(name))
                return {name, &format};
    return {};
}

[[noreturn]] void refuse(const std::string& folder, const Found& found) {
    throw Error(ErrorKind::Unsupported,
                folder + "/" + inQuotes(found.name) + ": " + std::string(found.format->what) +
                    " can't be read, expected model.safetensors: " + std::string(found.format->way));
}

[[noreturn]] void refuseAdapter(const std::string& folder) {
    throw Error(ErrorKind::Unsupported, folder +
                                            "/adapter_config.json: the folder holds an adapter (LoRA, peft), not a "
                                            "whole model: give its base model as --model and this folder as "
                                            "--adapter");
}

/// Their names below `folder`: "MODEL", or of a cache of the hub "OWNER/MODEL".
std::vector<std::string> modelsIn(const std::string& folder) {
    std::vector<std::string> names;
    for (const HubRepository& repository : hubRepositories(folder))
        names.push_back(repository.name());
    if (!names.empty())
        return names;
    for (const fs::path& inner : foldersIn(folder))
        if (isThere((inner / "config.json").string()))
            names.push_back(inner.filename().string());
    return names;
}

[[noreturn]] void refuseAbove(const std::string& folder, std::vector<std::string> names) {
    constexpr std::size_t kMost = 5;
    const std::size_t all = names.size();
    for (std::string& name : names)
        name = inQuotes(name);
    names.resize(std::min(all, kMost));
    throw Error(ErrorKind::NotFound, folder + ": no config.json, expected the folder of one model: in it are " +
                                         (all == 1 ? "" : std::to_string(all) + ": ") + join(names) +
                                         (all > kMost ? ", ..." : ""));
}

bool hasTraining(const std::set<std::string>& names) {
    return std::ranges::any_of(names, isOfTraining);
}

} // namespace

void refuseOtherPrograms(const std::string& folder) {
    if (!weightSets(folder).empty())
        return;
    if (const Found found = formatOf(folder); found.format)
        refuse(folder, found);
}

void refuseWithoutWeights(const std::string& folder) {
    if (hasAdapter(folder))
        refuseAdapter(folder);
    refuseOtherPrograms(folder);
    const char* const trained = hasTraining(folderNames(folder)) ? " (what a trainer keeps besides is there)" : "";
    throw Error(ErrorKind::NotFound, folder + ": no weights" + trained +
                                         ", expected model.safetensors or model.safetensors.index.json: download or "
                                         "save the model again");
}

void refuseWithoutConfig(const std::string& folder) {
    if (hasAdapter(folder))
        refuseAdapter(folder);
    refuseOtherPrograms(folder);
    if (const auto names = modelsIn(folder); !names.empty())
        refuseAbove(folder, names);
    throw Error(ErrorKind::NotFound, folder + "/config.json: no such file, expected a model folder (config.json, "
                                              "tokenizer.json, *.safetensors)");
}

void requireTokenizer(const std::string& folder) {
    const std::string path = folder + "/tokenizer.json";
    refuseStandIn(path);
    if (isThere(path))
        return;
    for (const char* slow : {"tokenizer.model", "vocab.json", "tekken.json", "vocab.txt", "qwen.tiktoken"})
        if (isThere(folder + "/" + slow))
            throw Error(ErrorKind::NotFound,
                        path + ": no such file; " + slow +
                            " can't be read: write it with "
                            "AutoTokenizer.from_pretrained(FOLDER, use_fast=True).save_pretrained(FOLDER)");
    throw Error(ErrorKind::NotFound,
                path + ": no such file, expected a Hugging Face tokenizer.json: copy it from the base model's folder");
}

} // namespace prunescope::model
