#include "model/families/other_models.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/files/hub_cache.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExpected = ", expected a model that answers in words";

struct OtherModel {
    std::string_view modelType;
    std::string_view reason;
};

constexpr std::string_view kExperts = "a mixture of experts; only dense models can be read";
constexpr std::string_view kTextOnly = "a language model without a vision encoder";
constexpr std::string_view kOriginalLlava = "the original layout of LLaVA; take llava-1.5-7b-hf";

constexpr std::array kOtherModels{
    OtherModel{"qwen3_vl_moe", kExperts},
    OtherModel{"qwen3_5_moe", kExperts},
    OtherModel{"qwen3_omni_moe", kExperts},
    OtherModel{"qwen3_8_flash_next", "another architecture than that of Qwen3.5 to Qwen3.8, which can be read"},
    OtherModel{"qwen3_next", "a mixture of experts without a vision encoder"},
    OtherModel{"qwen2_vl", "the generation before Qwen2.5-VL, which can be read"},
    OtherModel{"qwen2_5_omni", "made for sound and speech too; Qwen2.5-VL can be read"},
    OtherModel{"qwen2", kTextOnly},
    OtherModel{"qwen3", kTextOnly},
    OtherModel{"qwen3_5_text", kTextOnly},
    OtherModel{"llama", kTextOnly},
    OtherModel{"internvl_chat", "the original layout; convert it to InternVL3-*-hf"},
    OtherModel{"llava_llama", kOriginalLlava},
    OtherModel{"llava_mistral", kOriginalLlava},
    OtherModel{"llava_next", "the generation after LLaVA-1.5, which can be read"},
    OtherModel{"llava_next_video", "the generation after LLaVA-1.5, which can be read"},
    OtherModel{"llava_onevision", "the generation after LLaVA-1.5, which can be read"},
};

/// Of the entry of `architectures` that says what the weights are for, empty where there is none.
std::string architecture(const JsonFields& config) {
    const auto list = config.json().find("architectures");
    if (list == config.json().end() || !list->is_array() || list->empty() || !list->front().is_string())
        return {};
    return list->front().get<std::string>();
}

/// What is left of the name of a model type or of a class: "qwen3_5" and "Qwen3_5" are the same.
std::string plainName(std::string_view name) {
    std::string plain;
    for (const char letter : name)
        if (letter != '_')
            plain += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    return plain;
}

/// What people call the model in a folder: its name in the hub's cache, else that of the folder.
std::string folderName(const fs::path& folder) {
    const std::string hub = hubNameOfSnapshot(folder.string());
    return fs::path(hub.empty() ? folder.string() : hub).filename().string();
}

} // namespace

std::string_view whyNot(std::string_view modelType) {
    const auto found = std::ranges::find(kOtherModels, modelType, &OtherModel::modelType);
    return found == kOtherModels.end() ? std::string_view() : found->reason;
}

std::string innerModel(const JsonFields& config) {
    const std::string name = architecture(config);
    return plainName(name) == plainName(config.text("model_type", "")) + "model" ? name : std::string();
}

void refuseWithoutWords(const JsonFields& config) {
    const std::string name = architecture(config);
    if (!name.empty() && !name.ends_with("ForConditionalGeneration") && innerModel(config).empty())
        throw Error(ErrorKind::Unsupported, config.where() + ": architectures is " + inQuotes(name) +
                                                std::string(kExpected) + " (...ForConditionalGeneration)");
    const fs::path folder = fs::path(config.where()).parent_path();
    if (folder.empty())
        return;
    std::error_code ignored;
    for (const char* file : {"modules.json", "config_sentence_transformers.json"})
        if (fs::exists(folder / file, ignored))
            throw Error(ErrorKind::Unsupported,
                        (folder / file).string() + ": the model is one for embeddings" + std::string(kExpected));
    const std::string called = folderName(folder);
    for (const char* kind : {"-VL-Embedding", "-VL-Reranker"})
        if (called.find(kind) != std::string::npos)
            throw Error(ErrorKind::Unsupported,
                        config.where() + ": the folder is called " + inQuotes(called) + std::string(kExpected));
}

} // namespace prunescope::model
