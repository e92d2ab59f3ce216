#include "model/train/model_writer.h"

#include "core/base/error.h"
#include "core/base/output_file.h"
#include "model/families/chat_file.h"
#include "model/files/mapped_file.h"
#include "model/files/safetensors_writer.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <list>
#include <nlohmann/json.hpp>

namespace prunescope::model::train {

namespace {

constexpr const char* kCompanions[] = {"tokenizer.json",
                                       "tokenizer_config.json",
                                       "generation_config.json",
                                       "preprocessor_config.json",
                                       "processor_config.json",
                                       "video_preprocessor_config.json",
                                       "chat_template.json",
                                       "chat_template.jinja",
                                       "vocab.json",
                                       "merges.txt",
                                       "special_tokens_map.json"};

/// The tensors of one file, with the memory they lie in.
struct Shard {
    std::vector<TensorToWrite> tensors;
    std::list<at::Tensor> held;
    std::int64_t bytes = 0;

    void add(const std::string& name, const at::Tensor& value) {
        held.push_back(value.detach().to(at::kCPU).to(at::kBFloat16).contiguous());
        const at::Tensor& tensor = held.back();
        tensors.push_back({name,
                           "BF16",
                           tensor.sizes().vec(),
                           {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()}});
        bytes += static_cast<std::int64_t>(tensor.nbytes());
    }
};

std::string shardName(std::size_t number, std::size_t of) {
    char name[64];
    std::snprintf(name, sizeof name, "model-%05zu-of-%05zu.safetensors", number + 1, of);
    return name;
}

std::vector<Shard> shards(const ParameterSet& parameters, std::int64_t most) {
    std::vector<Shard> made(1);
    for (const Parameter& parameter : parameters.all()) {
        if (!isOfTheModel(parameter.name))
            continue;
        const std::int64_t bytes = parameter.master.numel() * 2;
        if (made.back().bytes > 0 && made.back().bytes + bytes > most)
            made.emplace_back();
        made.back().add(parameter.name, parameters.merged(parameter));
    }
    return made;
}

/// Files that belong to a folder of other shards.
void removeOldShards(const std::filesystem::path& folder, const nlohmann::ordered_json& map) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        const bool used = std::any_of(map.begin(), map.end(), [&](const auto& file) { return file == name; });
        if (name.ends_with(".safetensors") && !used)
            std::filesystem::remove(entry.path());
    }
}

void copyCompanions(const std::filesystem::path& from, const std::filesystem::path& to) {
    for (const char* name : kCompanions) {
        std::error_code error;
        if (!std::filesystem::exists(from / name, error) || std::filesystem::equivalent(from, to, error))
            continue;
        const auto content = MappedFile::open((from / name).string());
        ReplacedFile copy((to / name).string(), Readers::Everyone);
        copy.write(content->bytes());
        copy.finish();
    }
}

/// The template that stands in tokenizer_config.json alone, as a file of its own: AutoProcessor of transformers (4.57
/// and 5.23) reads no other.
void writeTemplate(const std::filesystem::path& folder) {
    if (std::filesystem::exists(folder / "chat_template.jinja") ||
        std::filesystem::exists(folder / "chat_template.json"))
        return;
    std::vector<std::string> notes;
    for (const ChatTemplateText& found : readChatTemplates(folder.string(), notes))
        if (found.name == "default")
            writeFile((folder / "chat_template.jinja").string(), found.text, Readers::Everyone);
}

/// Weights are saved in bfloat16, whatever they came in.
nlohmann::json ofSaved(nlohmann::json config) {
    config["dtype"] = "bfloat16";
    if (config.contains("torch_dtype")) // its older name
        config["torch_dtype"] = "bfloat16";
    return config;
}

} // namespace

void writeModelFolder(const std::string& folder, const nlohmann::json& config, const ParameterSet& parameters,
                      const std::string& companions, std::int64_t shardBytes) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw Error(ErrorKind::WriteFailed, folder + ": cannot be made: " + error.message());
    const std::vector<Shard> made = shards(parameters, shardBytes);
    nlohmann::ordered_json map = nlohmann::ordered_json::object();
    std::int64_t total = 0;
    for (std::size_t i = 0; i < made.size(); ++i) {
        const std::string name = made.size() == 1 ? "model.safetensors" : shardName(i, made.size());
        writeSafetensors(folder + "/" + name, made[i].tensors);
        for (const TensorToWrite& tensor : made[i].tensors)
            map[tensor.name] = name;
        total += made[i].bytes;
    }
    writeFile(folder + "/config.json", ofSaved(config).dump(2) + "\n", Readers::Everyone);
    copyCompanions(companions, folder);
    writeTemplate(folder);
    const std::string index = folder + "/model.safetensors.index.json";
    if (made.size() > 1)
        writeFile(index,
                  nlohmann::ordered_json{{"metadata", {{"total_size", total}}}, {"weight_map", map}}.dump(1) + "\n",
                  Readers::Everyone);
    else
        std::filesystem::remove(index, error);
    removeOldShards(folder, map);
}

} // namespace prunescope::model::train
