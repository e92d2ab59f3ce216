// InternVL3 in the layout of transformers, "-hf" (other-families spec 3).
#include "model/families/config_checks.h"
#include "model/families/config_parts.h"
#include "model/families/family.h"
#include "model/families/plain_turns.h"
#include "model/families/qwen2_text.h"

namespace prunescope::model {

namespace {

constexpr PatchGeometry kGeometry{14, 2, 1};
constexpr std::int64_t kMaxSide = 4096, kMaxTiles = 64;

VisionNames visionNames() {
    VisionNames names;
    names.patches = "embeddings.patch_embeddings.projection";
    names.classToken = "embeddings.cls_token";
    names.positions = "embeddings.position_embeddings";
    names.layer = "encoder.layer.";
    names.norm1 = "layernorm_before";
    names.norm2 = "layernorm_after";
    names.qkv = {};
    names.q = "attention.q_proj";
    names.k = "attention.k_proj";
    names.v = "attention.v_proj";
    names.proj = "attention.projection_layer";
    names.fc1 = "mlp.fc1";
    names.fc2 = "mlp.fc2";
    names.scale1 = "lambda_1";
    names.scale2 = "lambda_2";
    return names;
}

const std::vector<TensorPrefixes> kPrefixes{
    {"model.vision_tower.", "model.multi_modal_projector.", {}, "model.language_model.", "lm_head."},
    {"vision_tower.", "multi_modal_projector.", {}, "language_model.model.", "language_model.lm_head."},
};

/// A side in pixels, given as a number or as two equal ones.
std::int64_t sideOf(const JsonFields& fields, const char* name, std::int64_t usual) {
    const auto sides = fields.integers(name, 1, kMaxSide, {usual});
    if (sides.empty() || sides.size() > 2 || sides.front() != sides.back())
        fields.refuse(name, "a number, or two equal ones");
    return sides.front();
}

/// What the tower of the 38B and 78B models has and this one has not, or the other way round.
void checkVisionKind(const JsonFields& fields) {
    fields.expectText("model_type", "internvl_vision");
    fields.expectText("hidden_act", "gelu");
    fields.expectText("norm_type", "layer_norm");
    fields.expectInteger("num_channels", 3);
    expectBoolean(fields, "use_qk_norm", false);
    expectBoolean(fields, "use_mean_pooling", true);
    expectBoolean(fields, "use_absolute_position_embeddings", true);
    if (!fields.boolean("attention_bias", false)) // missing means false (spec 9)
        fields.refuse("attention_bias", "true");
}

VisionConfig visionOf(const JsonFields& fields) {
    VisionConfig vision;
    checkVisionKind(fields);
    vision.geometry = kGeometry;
    if (sideOf(fields, "patch_size", kGeometry.patchPx) != kGeometry.patchPx)
        fields.refuse("patch_size", std::to_string(kGeometry.patchPx));
    const std::int64_t side = sideOf(fields, "image_size", 448);
    if (side % kGeometry.blockPx())
        fields.refuse("image_size", "a multiple of " + std::to_string(kGeometry.blockPx()) + ", the side of a block");
    vision.tableSide = side / kGeometry.patchPx;
    vision.depth = fields.integer("num_hidden_layers", 1, kMaxLayers, 24);
    vision.width = fields.integer("hidden_size", 1, kMaxWidth, 1024);
    vision.inner = fields.integer("intermediate_size", 1, kMaxWidth, 4096);
    vision.heads = fields.integer("num_attention_heads", 1, kMaxWidth, 16);
    if (vision.width % vision.heads)
        fields.refuse("num_attention_heads", "a divisor of hidden_size");
    vision.epsilon = fields.number("layer_norm_eps", 0, 1, 1e-6);
    vision.mean = kImageNetMean;
    vision.deviation = kImageNetDeviation;
    vision.activation = Activation::ErfGelu;
    vision.rotary = false;
    vision.tiles = true;
    vision.flatTables = false;
    vision.deepstackLayers = {};
    vision.names = visionNames();
    return vision;
}

/// Qwen2, as in InternVL3. Rotary positions scale dynamically: plain up to max_position_embeddings, which is as far as
/// prompts may go (spec 3.6).
LanguageConfig textOf(const JsonFields& fields) {
    fields.expectText("model_type", "qwen2");
    LanguageConfig defaults;
    defaults.ropeTheta = 1e4;
    defaults.maxPositions = 32768;
    return qwen2Text(fields, defaults, {"dynamic", "default"});
}

/// The norm is over the four patches of a block; its epsilon is in no file.
ProjectorConfig projectorOf(const LanguageConfig& text) {
    ProjectorConfig projector;
    projector.epsilon = 1e-5;
    projector.normAfterGrouping = true;
    projector.inner = text.width;
    projector.outWidth = text.width;
    projector.normName = "layer_norm";
    projector.fc1 = "linear_1";
    projector.fc2 = "linear_2";
    return projector;
}

void checkConnection(const JsonFields& fields, const VisionConfig& vision) {
    fields.expectText("projector_hidden_act", "gelu");
    fields.expectInteger("vision_feature_layer", -1);
    fields.expectText("vision_feature_select_strategy", "default");
    if (fields.number("downsample_ratio", 0, 1, 0.5) * kGeometry.merge != 1.0)
        fields.refuse("downsample_ratio", "0.5");
    const std::int64_t blocks = vision.tableSide / kGeometry.merge;
    fields.expectInteger("image_seq_length", blocks * blocks);
}

ModelConfig configOf(const JsonFields& fields) {
    const JsonFields text = fields.object("text_config");
    ModelConfig config;
    config.vision = visionOf(fields.object("vision_config"));
    checkConnection(fields, config.vision);
    config.text = textOf(text);
    config.text.tiedHead = mayTieHead(fields, text);
    config.projector = projectorOf(config.text);
    config.tokens.imagePad = tokenId(fields, "image_token_id", 151667, config.text);
    config.tokens.wrapsPads = true;
    config.tokens.gridPositions = false;
    config.images.geometry = kGeometry;
    config.images.fit = PictureFit::Tiled;
    config.images.sidePx = static_cast<int>(config.vision.tableSide * kGeometry.patchPx);
    config.images.mostTiles = 12;
    config.places = {.input = false, .inside = false, .afterEncoder = false};
    config.fields.visionLayers = "vision_config.num_hidden_layers";
    config.prefixes = kPrefixes;
    return config;
}

/// `crop_to_patches` may say false: the processor of the reference cuts pictures into tiles all the same.
PixelLimits imagesOf(const JsonFields& preprocessor, PixelLimits limits) {
    expectValues(preprocessor, kImageNetMean, kImageNetDeviation);
    if (preprocessor.has("size")) {
        const JsonFields size = preprocessor.object("size");
        size.expectInteger("height", limits.sidePx);
        size.expectInteger("width", limits.sidePx);
    }
    limits.mostTiles = static_cast<int>(preprocessor.integer("max_patches", 1, kMaxTiles, limits.mostTiles));
    limits.leastTiles = static_cast<int>(preprocessor.integer("min_patches", 1, limits.mostTiles, limits.leastTiles));
    return limits;
}

std::vector<PromptPiece> chatOf(const std::vector<Message>& messages, const nlohmann::ordered_json& tools,
                                const ChatOptions& options) {
    return renderPlainTurns(messages, tools, options, {"<IMG_CONTEXT>\n", {}, /*countsPictures=*/false});
}

constexpr std::string_view k1b =
    R"({"model_type": "internvl", "text_config": {"hidden_size": 896, "intermediate_size": 4864,
    "num_hidden_layers": 24, "num_attention_heads": 14, "num_key_value_heads": 2, "vocab_size": 151674,
    "rope_theta": 1e6, "rope_scaling": {"rope_type": "dynamic", "factor": 2.0}, "eos_token_id": 151645},
    "vision_config": {"attention_bias": true}})";

constexpr std::string_view k8b =
    R"({"model_type": "internvl", "text_config": {"hidden_size": 3584, "intermediate_size": 18944,
    "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4, "vocab_size": 151674,
    "rope_theta": 1e6, "rope_scaling": {"rope_type": "dynamic", "factor": 2.0}, "eos_token_id": 151645},
    "vision_config": {"attention_bias": true}})";

} // namespace

FamilyEntry internVlFamily() {
    return {
        .modelType = "internvl",
        .configOf = configOf,
        .imagesOf = imagesOf,
        .renderChat = chatOf,
        .marks = {"<IMG_CONTEXT>", "<img>", "</img>"},
        .endTokens = {"<|im_end|>", "<|endoftext|>"},
        .chatTokens = {"<|im_start|>"},
        .shapes = {{"internvl3-1b", k1b}, {"internvl3-8b", k8b}},
        .shownTokens = {"<ref>", "</ref>", "<box>", "</box>"},
    };
}

} // namespace prunescope::model
