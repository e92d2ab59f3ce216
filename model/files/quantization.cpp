#include "model/files/quantization.h"

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOther = "take the model's BF16 or FP8 folder";
constexpr std::string_view kDequantize =
    "load it with transformers, call dequantize() and save_pretrained(), or take the model's BF16 folder";
constexpr std::string_view kMlx = "take the model's original folder, or write it with mlx_vlm.convert --dequantize";

constexpr std::array kForeign{
    ForeignQuantization{"marlin", "Marlin", kOther},
    ForeignQuantization{"auto-round", "AutoRound", kOther},
    ForeignQuantization{"intel/auto-round", "AutoRound", kOther},
    ForeignQuantization{"inc", "Intel Neural Compressor", kOther},
    ForeignQuantization{"bitsandbytes", "bitsandbytes", kDequantize},
    ForeignQuantization{"hqq", "HQQ", kDequantize},
    ForeignQuantization{"aqlm", "AQLM", kOther},
    ForeignQuantization{"spqr", "SpQR", kOther},
    ForeignQuantization{"vptq", "VPTQ", kOther},
    ForeignQuantization{"quip", "QuIP#", kOther},
    ForeignQuantization{"higgs", "HIGGS", kDequantize},
    ForeignQuantization{"fp_quant", "FP-Quant", kDequantize},
    ForeignQuantization{"sinq", "SINQ", kOther},
    ForeignQuantization{"bitnet", "BitNet", kOther},
    ForeignQuantization{"exl2", "ExLlamaV2 (EXL2)", kOther},
    ForeignQuantization{"exl3", "ExLlamaV3 (EXL3)", kOther},
    ForeignQuantization{"quanto", "quanto", kDequantize},
    ForeignQuantization{"torchao", "torchao", kDequantize},
    ForeignQuantization{"eetq", "EETQ", kOther},
    ForeignQuantization{"fbgemm_fp8", "FBGEMM FP8", kOther},
    ForeignQuantization{"mxfp4", "MXFP4", kDequantize},
    ForeignQuantization{"mxfp8", "MXFP8", kOther},
    ForeignQuantization{"nvfp4", "NVFP4", kOther},
    ForeignQuantization{"petit_nvfp4", "NVFP4", kOther},
    ForeignQuantization{"modelopt", "NVIDIA ModelOpt", kOther},
    ForeignQuantization{"modelopt_fp4", "NVIDIA ModelOpt (NVFP4)", kOther},
    ForeignQuantization{"quark", "AMD Quark", kOther},
    ForeignQuantization{"bitblas", "BitBLAS", kOther},
    ForeignQuantization{"qqq", "QQQ", kOther},
    ForeignQuantization{"deepspeedfp", "DeepSpeed FP", kOther},
    ForeignQuantization{"tensorrt_llm", "TensorRT-LLM", kOther},
    ForeignQuantization{"comfyui", "ComfyUI's scaled FP8", kOther},
    ForeignQuantization{"mlx", "MLX", kMlx},
    ForeignQuantization{"gguf", "GGUF", "give the GGUF file itself"},
};

/// Of what llm-compressor writes.
constexpr std::array<std::string_view, 6> kReadFormats{"float-quantized", "int-quantized",        "naive-quantized",
                                                       "pack-quantized",  "nvfp4-pack-quantized", "dense"};

using nlohmann::json;

std::string textAt(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// An object that is there and says something.
const json* objectAt(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_object() && !found->empty() ? &*found : nullptr;
}

bool isTrue(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

/// Older files name no method, but have fields that only one has.
std::string methodOf(const json& quantization) {
    if (const std::string named = asciiLowerCase(textAt(quantization, "quant_method")); !named.empty())
        return named;
    if (isTrue(quantization, "load_in_4bit") || isTrue(quantization, "load_in_8bit"))
        return "bitsandbytes";
    if (quantization.contains("desc_act"))
        return "gptq";
    if (quantization.contains("zero_point") && quantization.contains("version"))
        return "awq";
    if (quantization.contains("config_groups"))
        return "compressed-tensors";
    return quantization.contains("group_size") && quantization.contains("bits") ? "mlx" : "";
}

[[noreturn]] void refuse(const std::string& where, const std::string& method, const std::string& detail = {}) {
    ForeignQuantization found = quantizationNamed(method);
    const std::string name = std::string(found.name) + (detail.empty() ? "" : ", " + inQuotes(detail));
    found.name = name;
    throw Error(ErrorKind::Unsupported, where + ": " + quantizedText(found) + ": " + std::string(found.way));
}

[[noreturn]] void refuseFormat(const std::string& where, const std::string& found) {
    throw Error(ErrorKind::Unsupported,
                where + " is " + inQuotes(found) +
                    ": this format of compressed-tensors can't be read, expected one of "
                    "float-quantized, int-quantized, naive-quantized, pack-quantized or nvfp4-pack-quantized: " +
                    std::string(kOther));
}

void checkFormat(const json& object, const std::string& where) {
    const std::string format = asciiLowerCase(textAt(object, "format"));
    if (!format.empty() && format != "mixed-precision" && std::ranges::find(kReadFormats, format) == kReadFormats.end())
        refuseFormat(where + ".format", format);
}

/// Spec: model-folders, compressed-tensors. Sparse weights and rotations of the activations need more than the weights.
void checkCompressedTensors(const json& quantization, const std::string& where) {
    checkFormat(quantization, where);
    if (const json* groups = objectAt(quantization, "config_groups"))
        for (const auto& [name, group] : groups->items())
            checkFormat(group, where + ".config_groups." + name);
    if (const json* sparsity = objectAt(quantization, "sparsity_config"))
        checkFormat(*sparsity, where + ".sparsity_config");
    const json* transforms = objectAt(quantization, "transform_config");
    if (transforms && objectAt(*transforms, "config_groups"))
        throw Error(ErrorKind::Unsupported,
                    where + ".transform_config: rotations (SpinQuant, QuIP) can't be read: " + std::string(kOther));
}

void checkFp8(const json& quantization, const std::string& where) {
    const std::string kind = asciiLowerCase(textAt(quantization, "fmt"));
    if (!kind.empty() && kind != "e4m3" && kind != "float8_e4m3fn")
        throw Error(ErrorKind::Unsupported,
                    where + ".fmt is " + inQuotes(kind) + ", expected \"e4m3\": take the model's BF16 folder");
}

/// A field that may be missing, else one of `read`.
void expectText(const json& quantization, const std::string& where, const char* name,
                std::initializer_list<std::string_view> read) {
    const std::string found = asciiLowerCase(textAt(quantization, name));
    if (!found.empty() && std::ranges::find(read, found) == read.end())
        throw Error(ErrorKind::Unsupported, where + "." + name + " is " + inQuotes(found) + ", expected " +
                                                join(std::vector<std::string>(read.begin(), read.end()), " or ") +
                                                ": " + std::string(kOther));
}

/// GPTQModel writes further layouts under the same name.
StorageRules gptqRules(const json& quantization, const std::string& where) {
    expectText(quantization, where, "checkpoint_format", {"gptq", "gptq_v2"});
    if (isTrue(quantization, "is_marlin_format"))
        refuse(where + ".is_marlin_format", "marlin");
    return {.gptqZeroOffset = asciiLowerCase(textAt(quantization, "checkpoint_format")) == "gptq_v2" ? 0 : 1};
}

StorageRules rulesOf(const json& quantization, const std::string& where) {
    const std::string method = methodOf(quantization);
    if (method == "gptq" || method == "gptq_marlin")
        return gptqRules(quantization, where);
    if (method == "awq" || method == "awq_marlin") {
        expectText(quantization, where, "version", {"gemm"});
        return {};
    }
    if (method == "compressed-tensors")
        checkCompressedTensors(quantization, where);
    else if (method == "fp8")
        checkFp8(quantization, where);
    else
        refuse(where, method, method == "modelopt" ? textAt(quantization, "quant_algo") : std::string());
    return {};
}

/// Nothing where config.json, or a part of it, says nothing.
std::optional<StorageRules> rulesIn(const json& config, const std::string& where) {
    if (const json* mlx = objectAt(config, "quantization"); mlx && methodOf(*mlx) == "mlx")
        refuse(where + ": quantization", "mlx");
    const auto found = config.find("quantization_config");
    if (found == config.end() || found->is_null())
        return std::nullopt;
    if (!found->is_object())
        throw Error(ErrorKind::BadFile, where + ": quantization_config is no JSON object");
    return rulesOf(*found, where + ": quantization_config");
}

/// Of the first quantizers, who wrote a file of their own.
std::optional<StorageRules> rulesBeside(const std::string& folder) {
    for (const auto& [name, method] : {std::pair{"quantize_config.json", "gptq"}, {"quant_config.json", "awq"}}) {
        const std::string path = folder + "/" + name;
        std::error_code ignored;
        if (!fs::exists(path, ignored))
            continue;
        json quantization = readJsonFile(path);
        if (!quantization.is_object())
            throw Error(ErrorKind::BadFile, path + " is no JSON object");
        quantization["quant_method"] = method;
        return rulesOf(quantization, path + ": it");
    }
    return std::nullopt;
}

/// Of ModelOpt, whose config.json may say nothing.
void refuseModelOpt(const std::string& folder) {
    const std::string path = folder + "/hf_quant_config.json";
    std::error_code ignored;
    if (!fs::exists(path, ignored))
        return;
    const json file = readJsonFile(path);
    const json* quantization = file.is_object() ? objectAt(file, "quantization") : nullptr;
    refuse(path, "modelopt", quantization ? textAt(*quantization, "quant_algo") : std::string());
}

} // namespace

ForeignQuantization quantizationNamed(std::string_view method) {
    const auto found = std::ranges::find(kForeign, method, &ForeignQuantization::method);
    return found == kForeign.end() ? ForeignQuantization{method, method, kOther} : *found;
}

std::string quantizedText(const ForeignQuantization& found) {
    std::string with = " (method not named)";
    if (!found.method.empty())
        with = " with " + std::string(found.name) +
               (found.name == found.method ? "" : " (" + std::string(found.method) + ")");
    return "weights quantized" + with + " can't be read, expected BF16, F16, F32, fp8, compressed-tensors, AWQ or GPTQ";
}

StorageRules storageRules(const json& config, const std::string& where, const std::string& folder) {
    if (!config.is_object())
        return {}; // whoever reads it says so
    std::optional<StorageRules> rules = rulesIn(config, where);
    for (const char* part : {"text_config", "vision_config"}) // where some programs write it
        if (const json* inner = objectAt(config, part); inner && !rules)
            rules = rulesIn(*inner, where + ": " + part);
    refuseModelOpt(folder);
    if (!rules)
        rules = rulesBeside(folder);
    return rules.value_or(StorageRules{});
}

} // namespace prunescope::model
