#include "core/base/error.h"
#include "core/base/format.h"
#include "model/families/config_checks.h"
#include "model/families/config_parts.h"
#include "model/families/family.h"
#include "model/families/qwen3_5_chat.h"
#include "model/families/qwen3_vision.h"
#include "model/families/qwen_chat.h"

#include <algorithm>

namespace prunescope::model {

namespace {

bool isLinearType(const JsonFields& fields, std::size_t layer) {
    const nlohmann::json& type = fields.json().at("layer_types").at(layer);
    if (type != "linear_attention" && type != "full_attention")
        throw Error(ErrorKind::Unsupported,
                    fields.where() + ": " + fields.prefix() + "layer_types: layer " + std::to_string(layer) + " is " +
                        (type.is_string() ? inQuotes(type.get<std::string>()) : inQuotes(type.dump())) +
                        ", expected linear_attention or full_attention");
    return type == "linear_attention";
}

/// Which layers are linear: layer_types says it, else every full_attention_interval-th is not (qwen3-5 spec 1).
std::vector<bool> linearLayers(const JsonFields& fields, std::int64_t layers) {
    const bool listed = fields.has("layer_types");
    if (listed && fields.json().at("layer_types").size() != static_cast<std::size_t>(layers))
        fields.fail("layer_types", "a list of " + std::to_string(layers) + " (num_hidden_layers)");
    const std::int64_t interval = fields.integer("full_attention_interval", 1, kMaxLayers, 4);
    std::vector<bool> linear;
    for (std::int64_t layer = 0; layer < layers; ++layer)
        linear.push_back(listed ? isLinearType(fields, static_cast<std::size_t>(layer)) : (layer + 1) % interval != 0);
    if (std::ranges::find(linear, false) == linear.end())
        fields.refuse(listed ? "layer_types" : "full_attention_interval", "at least one layer of full_attention");
    return linear;
}

LinearAttention linearAttention(const JsonFields& fields) {
    LinearAttention linear;
    linear.keyHeads = fields.integer("linear_num_key_heads", 1, kMaxWidth);
    linear.valueHeads = fields.integer("linear_num_value_heads", 1, kMaxWidth);
    linear.keyDim = fields.integer("linear_key_head_dim", 1, kMaxWidth);
    linear.valueDim = fields.integer("linear_value_head_dim", 1, kMaxWidth);
    linear.kernel = fields.integer("linear_conv_kernel_dim", 2, 64);
    if (linear.valueHeads % linear.keyHeads)
        fields.refuse("linear_num_value_heads", "a multiple of linear_num_key_heads");
    return linear;
}

/// Only the first values of a head turn (qwen3-5 spec 6). Defaults are those of the class, not of the released files.
void readPartialRotary(const JsonFields& fields, LanguageConfig& text) {
    text.ropeTheta = 10000;
    text.ropeSections = {11, 11, 10};
    readGridRotary(fields, text);
    double factor = fields.number("partial_rotary_factor", 0, 1, 0.25);
    for (const char* name : {"rope_scaling", "rope_parameters"})
        if (fields.has(name))
            factor = fields.object(name).number("partial_rotary_factor", 0, 1, factor);
    text.rotaryDim = static_cast<std::int64_t>(static_cast<double>(text.headDim) * factor);
    const std::int64_t sections = text.ropeSections[0] + text.ropeSections[1] + text.ropeSections[2];
    if (sections == 0 || 2 * sections != text.rotaryDim)
        fields.refuse("head_dim", "a number of which partial_rotary_factor leaves " + std::to_string(2 * sections) +
                                      ", twice the sum of mrope_section");
}

LanguageConfig languageOf(const JsonFields& fields) {
    LanguageConfig text;
    expectOneOf(fields, "model_type", {"qwen3_5_text"});
    fields.expectInteger("num_experts", 0);
    if (fields.boolean("attention_bias", false))
        fields.refuse("attention_bias", "false");
    text.headDim = 256;
    text.maxPositions = 32768;
    readLanguageSizes(fields, text);
    readPartialRotary(fields, text);
    text.linear = linearLayers(fields, text.layers);
    text.linearAttention = linearAttention(fields);
    text.centredNorms = text.gatedQueries = true;
    return text;
}

/// qwen3-5 spec 1 and 16.
ModelConfig configOf(const JsonFields& fields) {
    ModelConfig config;
    config.vision.deepstackLayers = {};
    const JsonFields vision = fields.object("vision_config"), text = fields.object("text_config");
    expectOneOf(vision, "model_type", {"qwen3_5", "qwen3_5_vision"});
    readQwen3Vision(vision, config);
    if (!config.vision.deepstackLayers.empty())
        vision.refuse("deepstack_visual_indexes", "[]");
    config.text = languageOf(text);
    requireSameWidth(fields, "vision_config.out_hidden_size", config);
    readVisionTokens(fields, config);
    config.text.tiedHead = mayTieHead(fields, text);
    config.prefixes = qwen3Prefixes();
    return config;
}

constexpr std::string_view k08b = R"({"model_type": "qwen3_5", "tie_word_embeddings": true,
    "image_token_id": 248056, "vision_start_token_id": 248053, "vision_end_token_id": 248054,
    "text_config": {"vocab_size": 248320, "hidden_size": 1024, "intermediate_size": 3584, "num_hidden_layers": 24,
        "num_attention_heads": 8, "num_key_value_heads": 2, "linear_num_key_heads": 16, "linear_num_value_heads": 16,
        "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_conv_kernel_dim": 4, "eos_token_id": 248044,
        "max_position_embeddings": 262144, "rope_parameters": {"rope_theta": 10000000}},
    "vision_config": {"depth": 12, "hidden_size": 768, "intermediate_size": 3072, "num_heads": 12,
        "out_hidden_size": 1024}})";
constexpr std::string_view k2b = R"({"model_type": "qwen3_5", "tie_word_embeddings": true,
    "image_token_id": 248056, "vision_start_token_id": 248053, "vision_end_token_id": 248054,
    "text_config": {"vocab_size": 248320, "hidden_size": 2048, "intermediate_size": 6144, "num_hidden_layers": 24,
        "num_attention_heads": 8, "num_key_value_heads": 2, "linear_num_key_heads": 16, "linear_num_value_heads": 16,
        "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_conv_kernel_dim": 4, "eos_token_id": 248044,
        "max_position_embeddings": 262144, "rope_parameters": {"rope_theta": 10000000}},
    "vision_config": {"depth": 24, "hidden_size": 1024, "intermediate_size": 4096, "num_heads": 16,
        "out_hidden_size": 2048}})";
constexpr std::string_view k4b = R"({"model_type": "qwen3_5", "tie_word_embeddings": true,
    "image_token_id": 248056, "vision_start_token_id": 248053, "vision_end_token_id": 248054,
    "text_config": {"vocab_size": 248320, "hidden_size": 2560, "intermediate_size": 9216, "num_hidden_layers": 32,
        "num_attention_heads": 16, "num_key_value_heads": 4, "linear_num_key_heads": 16, "linear_num_value_heads": 32,
        "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_conv_kernel_dim": 4, "eos_token_id": 248044,
        "max_position_embeddings": 262144, "rope_parameters": {"rope_theta": 10000000}},
    "vision_config": {"depth": 24, "hidden_size": 1024, "intermediate_size": 4096, "num_heads": 16,
        "out_hidden_size": 2560}})";
constexpr std::string_view k9b = R"({"model_type": "qwen3_5", "tie_word_embeddings": false,
    "image_token_id": 248056, "vision_start_token_id": 248053, "vision_end_token_id": 248054,
    "text_config": {"vocab_size": 248320, "hidden_size": 4096, "intermediate_size": 12288, "num_hidden_layers": 32,
        "num_attention_heads": 16, "num_key_value_heads": 4, "linear_num_key_heads": 16, "linear_num_value_heads": 32,
        "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_conv_kernel_dim": 4, "eos_token_id": 248044,
        "max_position_embeddings": 262144, "rope_parameters": {"rope_theta": 10000000}},
    "vision_config": {"depth": 27, "hidden_size": 1152, "intermediate_size": 4304, "num_heads": 16,
        "out_hidden_size": 4096}})";
constexpr std::string_view k27b = R"({"model_type": "qwen3_5", "tie_word_embeddings": false,
    "image_token_id": 248056, "vision_start_token_id": 248053, "vision_end_token_id": 248054,
    "text_config": {"vocab_size": 248320, "hidden_size": 5120, "intermediate_size": 17408, "num_hidden_layers": 64,
        "num_attention_heads": 24, "num_key_value_heads": 4, "linear_num_key_heads": 16, "linear_num_value_heads": 48,
        "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_conv_kernel_dim": 4, "eos_token_id": 248044,
        "max_position_embeddings": 262144, "rope_parameters": {"rope_theta": 10000000}},
    "vision_config": {"depth": 27, "hidden_size": 1152, "intermediate_size": 4304, "num_heads": 16,
        "out_hidden_size": 5120}})";

void completeNew(nlohmann::json& config) {
    completeConfig(config, "qwen3_5", "Qwen3_5ForConditionalGeneration");
}

} // namespace

FamilyEntry qwen35Family() {
    return {.modelType = "qwen3_5",
            .configOf = configOf,
            .imagesOf = readQwen3Images,
            .renderChat = renderQwen35Chat,
            .marks = {"<|image_pad|>", "<|vision_start|>", "<|vision_end|>"},
            .endTokens = {"<|im_end|>", "<|endoftext|>"},
            .chatTokens = {"<|im_start|>", "<|im_end|>"},
            .shapes = {{"qwen3.5-0.8b", k08b},
                       {"qwen3.5-2b", k2b},
                       {"qwen3.5-4b", k4b},
                       {"qwen3.5-9b", k9b},
                       {"qwen3.5-27b", k27b}},
            .completeNew = completeNew,
            .shownTokens = qwenPlaceTokens(),
            .thinkingIsOptional = true};
}

} // namespace prunescope::model
