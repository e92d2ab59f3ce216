#include "model/config/qwen3_vl_config.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"

#include <algorithm>
#include <cmath>

namespace prunescope::model {

namespace {

constexpr std::int64_t kMaxWidth = 1 << 20;
constexpr std::int64_t kMaxLayers = 1024;
constexpr std::int64_t kMaxId = 1 << 30;

VisionConfig parseVision(const JsonFields& fields) {
    VisionConfig vision;
    fields.expectInteger("patch_size", vision.geometry.patchPx);
    fields.expectInteger("spatial_merge_size", vision.geometry.merge);
    fields.expectInteger("temporal_patch_size", vision.geometry.frames);
    fields.expectInteger("in_channels", 3);
    fields.expectText("hidden_act", "gelu_pytorch_tanh");
    vision.depth = fields.integer("depth", 1, kMaxLayers, vision.depth);
    vision.width = fields.integer("hidden_size", 1, kMaxWidth, vision.width);
    vision.inner = fields.integer("intermediate_size", 1, kMaxWidth, vision.inner);
    vision.heads = fields.integer("num_heads", 1, kMaxWidth, vision.heads);
    vision.outWidth = fields.integer("out_hidden_size", 1, kMaxWidth, vision.outWidth);
    if (vision.width % vision.heads || vision.headDim() % 4)
        fields.refuse("num_heads", "a divisor of hidden_size that leaves heads of a multiple of 4");
    const std::int64_t entries = fields.integer("num_position_embeddings", 1, kMaxId, 2304);
    vision.tableSide = static_cast<std::int64_t>(std::sqrt(static_cast<double>(entries)));
    if (vision.tableSide * vision.tableSide != entries)
        fields.refuse("num_position_embeddings", "a square number");
    vision.deepstackLayers = fields.integers("deepstack_visual_indexes", 0, vision.depth - 1, vision.deepstackLayers);
    if (std::adjacent_find(vision.deepstackLayers.begin(), vision.deepstackLayers.end(), std::greater_equal<>()) !=
        vision.deepstackLayers.end())
        fields.refuse("deepstack_visual_indexes", "rising numbers");
    return vision;
}

/// Written as rope_scaling beside rope_theta (transformers 4) or all in rope_parameters (transformers 5).
void parseRotary(const JsonFields& fields, LanguageConfig& text) {
    text.ropeTheta = fields.number("rope_theta", 1, 1e12, text.ropeTheta);
    for (const char* name : {"rope_scaling", "rope_parameters"}) {
        if (!fields.has(name))
            continue;
        const JsonFields rope = fields.object(name);
        rope.expectText("rope_type", "default");
        text.ropeTheta = rope.number("rope_theta", 1, 1e12, text.ropeTheta);
        const auto sections = rope.integers("mrope_section", 0, kMaxWidth, {24, 20, 20});
        if (sections.size() != 3)
            rope.refuse("mrope_section", "three numbers");
        std::copy(sections.begin(), sections.end(), text.ropeSections.begin());
    }
}

void refuseQuantized(const JsonFields& fields, const std::string& where) {
    if (!fields.has("quantization_config"))
        return;
    const JsonFields quantization = fields.object("quantization_config");
    throw Error(ErrorKind::Unsupported, where + ": quantization_config: quantized checkpoints (" +
                                            quantization.text("quant_method", "method not named") +
                                            ") can't be read, expected BF16, F16 or F32 weights");
}

LanguageConfig parseText(const JsonFields& fields) {
    LanguageConfig text;
    fields.expectText("hidden_act", "silu");
    if (fields.boolean("attention_bias", false))
        fields.refuse("attention_bias", "false");
    text.vocab = fields.integer("vocab_size", 1, kMaxId);
    text.width = fields.integer("hidden_size", 1, kMaxWidth);
    text.inner = fields.integer("intermediate_size", 1, kMaxWidth);
    text.layers = fields.integer("num_hidden_layers", 1, kMaxLayers);
    text.heads = fields.integer("num_attention_heads", 1, kMaxWidth);
    text.kvHeads = fields.integer("num_key_value_heads", 1, kMaxWidth, text.heads);
    text.headDim = fields.integer("head_dim", 2, kMaxWidth, text.headDim);
    if (text.heads % text.kvHeads)
        fields.refuse("num_key_value_heads", "a divisor of num_attention_heads");
    if (text.headDim % 2)
        fields.refuse("head_dim", "an even number");
    text.rmsEpsilon = fields.number("rms_norm_eps", 0, 1, text.rmsEpsilon);
    text.maxPositions = fields.integer("max_position_embeddings", 1, kMaxId, text.maxPositions);
    text.endTokens = fields.integers("eos_token_id", 0, kMaxId, {});
    parseRotary(fields, text);
    const std::int64_t sections = text.ropeSections[0] + text.ropeSections[1] + text.ropeSections[2];
    if (2 * sections != text.headDim)
        fields.refuse("head_dim", std::to_string(2 * sections) + ", twice the sum of mrope_section");
    return text;
}

} // namespace

Qwen3VlConfig parseQwen3VlConfig(const nlohmann::json& json, const std::string& where) {
    const JsonFields fields(json, where);
    refuseQuantized(fields, where);
    Qwen3VlConfig config;
    config.vision = parseVision(fields.object("vision_config"));
    const JsonFields text = fields.object("text_config");
    config.text = parseText(text);
    if (config.vision.outWidth != config.text.width)
        throw Error(ErrorKind::BadFile, where + ": vision_config.out_hidden_size is " +
                                            std::to_string(config.vision.outWidth) + ", expected " +
                                            std::to_string(config.text.width) + " (text_config.hidden_size)");
    if (static_cast<std::int64_t>(config.vision.deepstackLayers.size()) > config.text.layers)
        throw Error(ErrorKind::BadFile, where + ": more deepstack_visual_indexes than text layers");
    config.tokens.imagePad = fields.integer("image_token_id", 0, config.text.vocab - 1);
    config.tokens.visionStart = fields.integer("vision_start_token_id", 0, config.text.vocab - 1);
    config.tokens.visionEnd = fields.integer("vision_end_token_id", 0, config.text.vocab - 1);
    config.tiedHead = fields.boolean("tie_word_embeddings", text.boolean("tie_word_embeddings", false));
    return config;
}

ModelShape readModelShape(const std::string& folder, const std::string& name) {
    const std::string path = folder + "/config.json";
    return parseQwen3VlConfig(readJsonFile(path), path).shape(name);
}

ModelShape Qwen3VlConfig::shape(const std::string& name) const {
    const auto size = [](std::int64_t value) { return static_cast<int>(value); };
    return {name,
            size(vision.depth),
            size(vision.width),
            size(vision.inner),
            static_cast<int>(vision.deepstackLayers.size()),
            size(text.width),
            size(text.layers),
            size(text.inner),
            size(text.heads),
            size(text.kvHeads),
            size(text.headDim),
            text.vocab,
            vision.geometry};
}

Qwen3VlConfig configOfShape(const ModelShape& shape) {
    Qwen3VlConfig config;
    VisionConfig& vision = config.vision;
    vision.depth = shape.vitLayers;
    vision.width = shape.vitWidth;
    vision.inner = shape.vitInner;
    vision.outWidth = shape.languageWidth;
    vision.heads = shape.vitWidth == 192 ? 3 : 16;
    vision.geometry = shape.geometry;
    // Published deepstack layers: 2B and 4B after a quarter, a half and three quarters of 24 vision layers, 8B after 9,
    // 17 and 25 of 27.
    vision.deepstackLayers = shape.vitLayers == 24   ? std::vector<std::int64_t>{5, 11, 17}
                             : shape.vitLayers == 27 ? std::vector<std::int64_t>{8, 16, 24}
                                                     : std::vector<std::int64_t>{1, 2, 3};
    LanguageConfig& text = config.text;
    text.vocab = shape.vocab;
    text.width = shape.languageWidth;
    text.inner = shape.languageInner;
    text.layers = shape.languageLayers;
    text.heads = shape.heads;
    text.kvHeads = shape.kvHeads;
    text.headDim = shape.headDim;
    if (shape.headDim == 64)
        text.ropeSections = {12, 10, 10};
    text.endTokens = {151645, 151643};
    config.tokens = {151655, 151652, 151653};
    config.tiedHead = shape.name != "qwen3-vl-8b";
    return config;
}

void checkPruneLayer(const VisionConfig& config, std::int64_t layer) {
    const bool inside = layer >= 0 && layer <= config.depth;
    if (inside && (config.deepstackLayers.empty() || layer <= config.deepstackLayers.front() ||
                   layer > config.deepstackLayers.back()))
        return;
    std::string allowed =
        "1 to " + std::to_string(config.deepstackLayers.empty() ? config.depth : config.deepstackLayers.front());
    if (!config.deepstackLayers.empty())
        allowed += " or " + std::to_string(config.deepstackLayers.back() + 1) + " to " + std::to_string(config.depth);
    throw Error(ErrorKind::Usage, "plan: vit@" + std::to_string(layer) + " is not possible for this model, expected " +
                                      allowed + " (vision layers that have run; not between DeepStack features)");
}

} // namespace prunescope::model
