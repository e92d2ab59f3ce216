// LLaVA 1.5: a CLIP encoder, a projector of two products, Llama (other-families spec 2).
#include "core/base/error.h"
#include "model/families/config_checks.h"
#include "model/families/config_parts.h"
#include "model/families/family.h"
#include "model/families/qwen2_text.h"

namespace prunescope::model {

namespace {

constexpr std::int64_t kMaxSide = 16384; // of a picture

VisionNames visionNames() {
    VisionNames names;
    names.patches = "embeddings.patch_embedding";
    names.classToken = "embeddings.class_embedding";
    names.positions = "embeddings.position_embedding.weight";
    names.firstNorm = "pre_layrnorm"; // so spelt
    names.layer = "encoder.layers.";
    names.norm1 = "layer_norm1";
    names.norm2 = "layer_norm2";
    names.qkv = {};
    names.q = "self_attn.q_proj";
    names.k = "self_attn.k_proj";
    names.v = "self_attn.v_proj";
    names.proj = "self_attn.out_proj";
    names.fc1 = "mlp.fc1";
    names.fc2 = "mlp.fc2";
    return names;
}

/// As released, saved again by newer programs, and each with a CLIP that has no name of its own (spec 0 and 9).
const std::vector<TensorPrefixes> kPrefixes{
    {"vision_tower.vision_model.", "multi_modal_projector.", {}, "language_model.model.", "language_model.lm_head."},
    {"model.vision_tower.vision_model.", "model.multi_modal_projector.", {}, "model.language_model.", "lm_head."},
    {"vision_tower.", "multi_modal_projector.", {}, "language_model.model.", "language_model.lm_head."},
    {"model.vision_tower.", "model.multi_modal_projector.", {}, "model.language_model.", "lm_head."},
};

/// What CLIPVisionModel and Llama have where a config.json does not say, as the released ones often do not; and CLIP
/// where it says nothing at all of it.
constexpr std::string_view kClip = R"({"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12,
    "num_attention_heads": 12, "image_size": 224, "patch_size": 32})";
constexpr std::string_view kWholeClip = R"({"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24,
    "num_attention_heads": 16, "image_size": 336, "patch_size": 14})";
constexpr std::string_view kLlama = R"({"hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32,
    "num_attention_heads": 32, "vocab_size": 32000, "max_position_embeddings": 2048, "rms_norm_eps": 1e-6,
    "rope_theta": 10000.0, "eos_token_id": 2})";

/// A part of config.json, which may leave out what `defaults` has, or all of it.
JsonFields partOf(const JsonFields& config, const char* name, const nlohmann::json& defaults) {
    static const nlohmann::json kNothing = nlohmann::json::object();
    const JsonFields part =
        config.has(name) ? config.object(name) : JsonFields(kNothing, config.where(), std::string(name) + ".");
    return part.withDefaults(defaults);
}

void readGrid(const JsonFields& fields, VisionConfig& vision) {
    const std::int64_t patch = fields.integer("patch_size", PatchGeometry::kLeastBlockPx, PatchGeometry::kMostBlockPx);
    const std::int64_t side = fields.integer("image_size", patch, kMaxSide);
    if (side % patch)
        fields.refuse("image_size", "a multiple of patch_size, " + std::to_string(patch));
    vision.geometry = {static_cast<int>(patch), 1, 1};
    vision.tableSide = side / patch;
}

VisionConfig encoderOf(const JsonFields& fields) {
    VisionConfig vision;
    fields.expectText("model_type", "clip_vision_model");
    fields.expectText("hidden_act", "quick_gelu");
    fields.expectInteger("num_channels", 3);
    vision.depth = fields.integer("num_hidden_layers", 1, kMaxLayers);
    vision.width = fields.integer("hidden_size", 1, kMaxWidth);
    vision.inner = fields.integer("intermediate_size", 1, kMaxWidth);
    vision.heads = fields.integer("num_attention_heads", 1, kMaxWidth);
    if (vision.width % vision.heads)
        fields.refuse("num_attention_heads", "a divisor of hidden_size");
    readGrid(fields, vision);
    vision.epsilon = fields.number("layer_norm_eps", 0, 1, 1e-5);
    vision.mean = kClipMean;
    vision.deviation = kClipDeviation;
    vision.activation = Activation::QuickGelu;
    vision.patchBias = false;
    vision.rotary = false;
    vision.tiles = true;
    vision.deepstackLayers = {};
    vision.names = visionNames();
    return vision;
}

/// How many layers run, so that their last result is the one that vision_feature_layer names: number 0 is what the
/// first layer reads, and -1 the last.
std::int64_t layersRun(const JsonFields& config, std::int64_t depth) {
    constexpr const char* kField = "vision_feature_layer";
    if (config.has(kField) && config.json().at(kField).is_array())
        config.refuse(kField, "one layer");
    const std::int64_t layer = config.integer(kField, -depth, depth, -2);
    if (layer == 0)
        config.refuse(kField, "a layer that has run");
    return layer < 0 ? depth + 1 + layer : layer;
}

/// Written as rope_scaling beside rope_theta (transformers 4) or all in rope_parameters (transformers 5).
void readRotary(const JsonFields& fields, LanguageConfig& text) {
    text.ropeTheta = fields.number("rope_theta", 1, 1e12);
    for (const char* name : {"rope_scaling", "rope_parameters"}) {
        if (!fields.has(name))
            continue;
        const JsonFields rope = fields.object(name);
        for (const char* type : {"rope_type", "type"})
            rope.expectText(type, "default");
        text.ropeTheta = rope.number("rope_theta", 1, 1e12, text.ropeTheta);
    }
    text.ropeSections = {text.headDim / 2, 0, 0}; // the three axes are equal
    text.chunkedSections = true;
}

LanguageConfig textOf(const JsonFields& fields) {
    fields.expectText("model_type", "llama");
    expectBoolean(fields, "attention_bias", false);
    expectBoolean(fields, "mlp_bias", false);
    const std::int64_t width = fields.integer("hidden_size", 1, kMaxWidth);
    const std::int64_t heads = fields.integer("num_attention_heads", 1, kMaxWidth);
    if (!fields.has("head_dim") && width % heads)
        fields.refuse("num_attention_heads", "a divisor of hidden_size");
    LanguageConfig text;
    text.headDim = width / heads;
    text.headNorms = false;
    readLanguageSizes(fields, text);
    readRotary(fields, text);
    return text;
}

/// Spec 2.1: the id is known by two names.
ImageTokens imageTokensOf(const JsonFields& config, std::int64_t vocab) {
    const char* name = config.has("image_token_index") ? "image_token_index" : "image_token_id";
    ImageTokens tokens;
    tokens.imagePad = config.integer(name, 0, kMaxId, 32000);
    tokens.gridPositions = false;
    if (tokens.imagePad >= vocab)
        config.fail(name, "a token below vocab_size, " + std::to_string(vocab));
    config.expectInteger("image_token_id", tokens.imagePad);
    return tokens;
}

ProjectorConfig projectorOf(const JsonFields& config, std::int64_t width) {
    config.expectText("projector_hidden_act", "gelu");
    expectBoolean(config, "multimodal_projector_bias", true);
    ProjectorConfig projector;
    projector.hasNorm = false;
    projector.inner = width;
    projector.outWidth = width;
    projector.fc1 = "linear_1";
    projector.fc2 = "linear_2";
    return projector;
}

ModelConfig configOf(const JsonFields& config) {
    config.expectText("vision_feature_select_strategy", "default");
    const auto vision =
        nlohmann::json::parse(config.has("vision_config") ? kClip : kWholeClip); // outlives what looks into it
    const auto llama = nlohmann::json::parse(kLlama);
    const JsonFields textFields = partOf(config, "text_config", llama);
    ModelConfig model;
    model.vision = encoderOf(partOf(config, "vision_config", vision));
    model.vision.layersRun = layersRun(config, model.vision.depth);
    model.text = textOf(textFields);
    model.text.tiedHead = mayTieHead(config, textFields);
    model.projector = projectorOf(config, model.text.width);
    model.tokens = imageTokensOf(config, model.text.vocab);
    model.images.geometry = model.vision.geometry;
    model.images.fit = PictureFit::Cropped;
    model.images.sidePx = static_cast<int>(model.vision.tableSide) * model.vision.geometry.patchPx;
    model.places = {.input = false, .inside = false, .afterEncoder = false};
    model.fields.visionLayers = "vision_config.num_hidden_layers";
    model.prefixes = kPrefixes;
    return model;
}

/// A length of a square: {"shortest_edge": n}, {"height": n, "width": n} or n.
void expectSide(const JsonFields& fields, const char* name, std::int64_t side) {
    if (!fields.has(name))
        return;
    if (!fields.json().at(name).is_object())
        return fields.expectInteger(name, side);
    const JsonFields size = fields.object(name);
    for (const char* edge : {"shortest_edge", "height", "width"})
        size.expectInteger(edge, side);
    if (!size.has("shortest_edge") && !(size.has("height") && size.has("width")))
        fields.refuse(name, "shortest_edge, or height and width");
}

/// Spec 2.3.
PixelLimits imagesOf(const JsonFields& preprocessor, PixelLimits limits) {
    expectValues(preprocessor, kClipMean, kClipDeviation);
    expectBoolean(preprocessor, "do_center_crop", true);
    expectSide(preprocessor, "size", limits.sidePx);
    expectSide(preprocessor, "crop_size", limits.sidePx);
    if (preprocessor.boolean("do_pad", false))
        limits.fit = PictureFit::Padded;
    return limits;
}

/// Writes turns one after another (spec 2.6).
class LlavaRenderer {
public:
    void message(const Message& message) {
        if (message.role == "user")
            write("USER: ", true);
        else if (message.role == "assistant")
            write("ASSISTANT: ", true);
        for (const Part& part : message.parts)
            if (part.kind == Part::Kind::Image)
                write("<image>\n", true);
        for (const Part& part : message.parts)
            if (part.kind == Part::Kind::Text) {
                write(part.text, false);
                write(" ", true);
            }
    }

    std::vector<PromptPiece> take(bool generationPrompt) {
        if (generationPrompt)
            m_pieces.push_back({"ASSISTANT:", true, true});
        return std::move(m_pieces);
    }

private:
    void write(std::string_view text, bool fromTemplate) {
        if (text.empty())
            return;
        if (m_pieces.empty() || m_pieces.back().fromTemplate != fromTemplate)
            m_pieces.push_back({{}, fromTemplate});
        m_pieces.back().text += text;
    }

    std::vector<PromptPiece> m_pieces;
};

void check(const Message& message, std::size_t number) {
    const std::string which = "message " + std::to_string(number);
    if (message.role != "system" && message.role != "user" && message.role != "assistant")
        throw Error(ErrorKind::BadInput,
                    which + " has the role '" + message.role + "', expected system, user or assistant");
    if (!message.toolCalls.empty())
        throw Error(ErrorKind::BadInput, which + " calls tools, which this model's chat template can't say");
}

std::vector<PromptPiece> chatOf(const std::vector<Message>& messages, const nlohmann::ordered_json& tools,
                                const ChatOptions& options) {
    if (!tools.empty())
        throw Error(ErrorKind::BadInput, "tools are given, which this model's chat template can't say");
    LlavaRenderer renderer;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        check(messages[i], i + 1);
        renderer.message(messages[i]);
    }
    return renderer.take(options.generationPrompt);
}

constexpr std::string_view kLlava7b = R"({
    "model_type": "llava", "image_token_index": 32000, "vision_feature_layer": -2,
    "vision_feature_select_strategy": "default", "projector_hidden_act": "gelu", "tie_word_embeddings": false,
    "text_config": {"model_type": "llama", "vocab_size": 32064, "max_position_embeddings": 4096, "rms_norm_eps": 1e-5},
    "vision_config": {"model_type": "clip_vision_model", "hidden_size": 1024, "intermediate_size": 4096,
        "num_hidden_layers": 24, "num_attention_heads": 16, "image_size": 336, "patch_size": 14}})";

} // namespace

FamilyEntry llavaFamily() {
    return {.modelType = "llava",
            .configOf = configOf,
            .imagesOf = imagesOf,
            .renderChat = chatOf,
            .marks = {"<image>", {}, {}},
            .endTokens = {"</s>"},
            .chatTokens = {},
            .shapes = {{"llava-1.5-7b", kLlava7b}}};
}

} // namespace prunescope::model
