#include "model/eval/eval_setting.h"

#include "core/base/error.h"
#include "model/files/mapped_file.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

/// Files with the weights of a model and its adapter, in order.
std::vector<fs::path> weightFiles(const ModelInfo& model) {
    std::vector<fs::path> files;
    std::error_code error;
    for (const std::string& folder : {model.folder, model.adapterFolder}) {
        if (fs::is_regular_file(folder, error)) // a model in one file
            files.emplace_back(folder);
        for (const auto& file : fs::directory_iterator(folder, error))
            if (file.path().extension() == ".safetensors" || file.path().extension() == ".gguf")
                files.push_back(file.path());
    }
    std::ranges::sort(files);
    return files;
}

/// When the weights were written, in seconds since 1970. Of a model that is being trained, another checkpoint has the
/// same name.
std::int64_t weightsTime(const std::vector<fs::path>& files) {
    fs::file_time_type newest = fs::file_time_type::min();
    std::error_code error;
    for (const fs::path& file : files)
        newest = std::max(newest, fs::last_write_time(file, error));
    return std::chrono::floor<std::chrono::seconds>(fs::file_time_type::clock::to_sys(newest).time_since_epoch())
        .count();
}

/// A print of the weights that is the same on every machine that has them: of some of their bytes, all over the files,
/// since to read them all would take minutes.
std::string weightsPrint(const std::vector<fs::path>& files) {
    constexpr std::size_t kSamples = 1 << 14; // of a file
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    const auto add = [&](std::uint64_t value) { hash = (hash ^ value) * 0x100000001b3; };
    for (const fs::path& path : files) {
        const auto file = MappedFile::open(path.string());
        const auto bytes = file->bytes();
        add(bytes.size());
        const std::size_t step = std::max<std::size_t>(1, bytes.size() / kSamples) | 1; // odd: all bytes of a number
        for (std::size_t i = 0; i < bytes.size(); i += step)
            add(std::to_integer<std::uint64_t>(bytes[i]));
    }
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
    return text.data();
}

/// "cuda:1" as "cuda".
nlohmann::json comparable(const std::string& name, const nlohmann::json& value) {
    if (name != "device" || !value.is_string())
        return value;
    const std::string text = value.get<std::string>();
    return text.substr(0, text.find(':'));
}

} // namespace

nlohmann::ordered_json evalSetting(const ModelInfo& model, const std::string& data, const QuestionSet& set,
                                   const SetOptions& read, const EvalOptions& options) {
    const std::vector<fs::path> files = weightFiles(model);
    nlohmann::ordered_json object{{"data", data},
                                  {"set", set.name()},
                                  {"prompt_style", options.styleFor(set).name},
                                  {"pictures", set.size()},
                                  {"questions", set.questions()},
                                  {"model", model.name},
                                  {"weights_time", weightsTime(files)},
                                  {"weights_print", weightsPrint(files)},
                                  {"device", model.device},
                                  {"dtype", model.dtype},
                                  {"weights", model.weights},
                                  {"max_tokens", options.maxTokens},
                                  {"zoom", options.zoom},
                                  {"resize", options.resize}};
    object["min_pixels"] = options.minPixels.value_or(model.limits.minPixels);
    object["max_pixels"] = options.maxPixels.value_or(model.limits.maxPixels);
    object["pandas_cells"] = read.pandasCells;
    return object;
}

std::string unlikeSetting(const nlohmann::json& a, const nlohmann::json& b) {
    constexpr std::array kIgnored{"data", "weights_time"};
    for (const auto& [name, value] : a.items()) {
        if (std::ranges::find(kIgnored, name) != kIgnored.end())
            continue;
        if (const auto other = b.find(name); other == b.end() || comparable(name, *other) != comparable(name, value))
            return name;
    }
    for (const auto& [name, value] : b.items())
        if (!a.contains(name))
            return name;
    return {};
}

} // namespace prunescope::model
