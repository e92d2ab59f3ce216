// Qwen2.5-VL (other-families spec 1).
#include "model/families/config_checks.h"
#include "model/families/config_parts.h"
#include "model/families/family.h"
#include "model/families/plain_turns.h"
#include "model/families/qwen2_text.h"
#include "model/families/qwen_chat.h"

#include <algorithm>

namespace prunescope::model {

namespace {

constexpr PatchGeometry kGeometry{14, 2, 2};
constexpr std::int64_t kMinPixels = 3136, kMaxPixels = 12845056; // of the released files

VisionNames visionNames() {
    VisionNames names;
    names.positions = {};
    names.fc1 = {};
    names.fc2 = {};
    names.gate = "mlp.gate_proj";
    names.up = "mlp.up_proj";
    names.down = "mlp.down_proj";
    return names;
}

/// Re-saved files first: in the others "model." is the language model, and both begin with it.
const std::vector<TensorPrefixes> kPrefixes{
    {"model.visual.", "model.visual.merger.", {}, "model.language_model.", "lm_head."},
    {"visual.", "visual.merger.", {}, "model.", "lm_head."},
};

void readWindows(const JsonFields& fields, VisionConfig& vision) {
    const std::int64_t pixels = fields.integer("window_size", 1, kMaxWidth, 112);
    vision.windowBlocks = pixels / vision.geometry.merge / vision.geometry.patchPx; // rounds twice (spec 1.4)
    if (vision.windowBlocks < 1)
        fields.refuse("window_size", "at least " + std::to_string(vision.geometry.blockPx()) + ", the side of a block");
    vision.fullLayers = fields.integers("fullatt_block_indexes", 0, vision.depth - 1, {7, 15, 23, 31});
    if (!vision.fullLayers.empty() && std::ranges::max(vision.fullLayers) >= vision.depth) // the default
        fields.fail("fullatt_block_indexes", "layers below " + std::to_string(vision.depth) + " (depth)");
}

VisionConfig visionOf(const JsonFields& fields) {
    VisionConfig vision;
    vision.geometry = kGeometry;
    fields.expectInteger("patch_size", kGeometry.patchPx);
    fields.expectInteger("spatial_merge_size", kGeometry.merge);
    fields.expectInteger("temporal_patch_size", kGeometry.frames);
    fields.expectInteger("in_channels", 3);
    fields.expectText("hidden_act", "silu");
    vision.depth = fields.integer("depth", 1, kMaxLayers, 32);
    vision.width = fields.integer("hidden_size", 1, kMaxWidth, 3584);
    vision.inner = fields.integer("intermediate_size", 1, kMaxWidth, 3420);
    vision.heads = fields.integer("num_heads", 1, kMaxWidth, 16);
    if (vision.width % vision.heads || vision.headDim() % 4)
        fields.refuse("num_heads", "a divisor of hidden_size that leaves heads of a multiple of 4");
    readWindows(fields, vision);
    vision.mean = kClipMean;
    vision.deviation = kClipDeviation;
    vision.norm = NormKind::Rms;
    vision.activation = Activation::SwiGlu;
    vision.patchBias = false;
    vision.tableSide = 0;
    vision.deepstackLayers = {};
    vision.names = visionNames();
    return vision;
}

/// The text's fields stand in text_config, or in released files at the top.
LanguageConfig textOf(const JsonFields& fields) {
    LanguageConfig defaults;
    defaults.rmsEpsilon = 1e-5;
    defaults.ropeTheta = 1e6;
    defaults.maxPositions = 32768;
    LanguageConfig text = qwen2Text(fields, defaults, {"mrope", "default"});
    const char* const rope = fields.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
    if (!fields.object(rope).has("mrope_section"))
        fields.object(rope).fail("mrope_section", "three numbers");
    return text;
}

ProjectorConfig projectorOf(const JsonFields& vision, const VisionConfig& encoder, const LanguageConfig& text) {
    ProjectorConfig projector;
    projector.norm = NormKind::Rms;
    projector.inner = encoder.width * encoder.geometry.patchesPerBlock();
    projector.outWidth = vision.integer("out_hidden_size", 1, kMaxWidth, 3584);
    if (projector.outWidth != text.width)
        vision.fail("out_hidden_size", std::to_string(text.width) + ", the hidden_size of the text");
    projector.normName = "ln_q";
    projector.fc1 = "mlp.0";
    projector.fc2 = "mlp.2";
    return projector;
}

ModelConfig configOf(const JsonFields& fields) {
    const JsonFields text = fields.has("text_config") ? fields.object("text_config") : fields;
    const JsonFields vision = fields.object("vision_config");
    ModelConfig config;
    config.vision = visionOf(vision);
    config.text = textOf(text);
    config.text.tiedHead = mayTieHead(fields, text);
    config.projector = projectorOf(vision, config.vision, config.text);
    config.tokens.imagePad = tokenId(fields, "image_token_id", 151655, config.text);
    config.tokens.visionStart = tokenId(fields, "vision_start_token_id", 151652, config.text);
    config.tokens.visionEnd = tokenId(fields, "vision_end_token_id", 151653, config.text);
    config.images.minPixels = kMinPixels;
    config.images.maxPixels = kMaxPixels;
    config.images.geometry = kGeometry;
    config.places = {.input = false, .inside = false, .afterEncoder = true};
    config.coordinates = CoordinateScale::ResizedPixels;
    if (!fields.has("text_config"))
        config.fields.languageLayers = "num_hidden_layers";
    config.prefixes = kPrefixes;
    return config;
}

PixelLimits imagesOf(const JsonFields& preprocessor, PixelLimits limits) {
    preprocessor.expectInteger("patch_size", kGeometry.patchPx);
    preprocessor.expectInteger("merge_size", kGeometry.merge);
    preprocessor.expectInteger("temporal_patch_size", kGeometry.frames);
    expectValues(preprocessor, kClipMean, kClipDeviation);
    readAreas(preprocessor, limits);
    return limits;
}

std::vector<PromptPiece> chatOf(const std::vector<Message>& messages, const nlohmann::ordered_json& tools,
                                const ChatOptions& options) {
    return renderPlainTurns(
        messages, tools, options,
        {"<|vision_start|><|image_pad|><|vision_end|>", "You are a helpful assistant.", /*countsPictures=*/true});
}

constexpr std::string_view k3b =
    R"({"model_type": "qwen2_5_vl", "hidden_size": 2048, "intermediate_size": 11008, "num_hidden_layers": 36,
    "num_attention_heads": 16, "num_key_value_heads": 2, "vocab_size": 151936, "tie_word_embeddings": true,
    "rms_norm_eps": 1e-6, "rope_theta": 1e6, "max_position_embeddings": 128000,
    "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}, "eos_token_id": [151645, 151643],
    "vision_config": {"hidden_size": 1280, "out_hidden_size": 2048}})";

constexpr std::string_view k7b =
    R"({"model_type": "qwen2_5_vl", "hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28,
    "num_attention_heads": 28, "num_key_value_heads": 4, "vocab_size": 152064, "tie_word_embeddings": false,
    "rms_norm_eps": 1e-6, "rope_theta": 1e6, "max_position_embeddings": 128000,
    "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}, "eos_token_id": [151645, 151643],
    "vision_config": {"hidden_size": 1280, "out_hidden_size": 3584}})";

} // namespace

FamilyEntry qwen25VlFamily() {
    return {
        .modelType = "qwen2_5_vl",
        .configOf = configOf,
        .imagesOf = imagesOf,
        .renderChat = chatOf,
        .marks = {"<|image_pad|>", "<|vision_start|>", "<|vision_end|>"},
        .endTokens = {"<|im_end|>", "<|endoftext|>"},
        .chatTokens = {"<|im_start|>"},
        .shapes = {{"qwen2.5-vl-3b", k3b}, {"qwen2.5-vl-7b", k7b}},
        .shownTokens = qwenPlaceTokens(),
    };
}

} // namespace prunescope::model
