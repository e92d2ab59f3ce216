#include "model/families/qwen3_vl_gguf.h"

#include "model/families/config_parts.h"
#include "model/families/gguf_texts.h"

#include <cmath>

namespace prunescope::model {

namespace {

constexpr const char* kArchitecture = "qwen3vl";
constexpr const char* kProjector = "qwen3vl_merger";
constexpr const char* kSections = "qwen3vl.rope.dimension_sections";
constexpr double kEpsilon = 1e-6; // of the encoder's norms, fixed in the reference

// --- config.json

/// Where the header of the encoder has its keys: an mmproj file has them under another name than a file with both
/// parts.
struct VisionKeys {
    const GgufHeader& header;
    std::string prefix;

    explicit VisionKeys(const GgufParts& parts)
        : header(parts.vision->header()),
          prefix(header.has("qwen3vl.vision.block_count") ? "qwen3vl.vision." : "clip.vision.") {}

    bool has(const char* name) const { return header.has(prefix + name); }
    std::int64_t size(const char* name) const { return header.integer(prefix + name, 1, kMaxWidth); }
};

/// In an mmproj file a flag for each layer.
std::vector<std::int64_t> deepstackLayers(const VisionKeys& keys) {
    if (keys.has("deepstack_visual_indexes"))
        return keys.header.integers(keys.prefix + "deepstack_visual_indexes", 0, kMaxLayers);
    const auto flags = keys.header.integers(keys.prefix + "is_deepstack_layers", 0, 1);
    std::vector<std::int64_t> layers;
    for (std::size_t i = 0; i < flags.size(); ++i)
        if (flags[i])
            layers.push_back(static_cast<std::int64_t>(i));
    return layers;
}

/// Throws Error(BadFile) that names the tensor.
std::int64_t rowsOf(const GgufParts& parts, std::initializer_list<const char*> names, const GgufHeader& header) {
    for (const char* name : names)
        if (const StoredTensor* tensor = parts.find(name); tensor && tensor->shape.size() == 2)
            return tensor->shape.front();
    throw Error(ErrorKind::BadFile,
                header.where() + ": \"" + *names.begin() + "\" is missing, expected it [rows, columns]");
}

nlohmann::json visionConfig(const GgufParts& parts, std::int64_t textWidth) {
    const VisionKeys keys(parts);
    nlohmann::json config{{"depth", keys.size("block_count")},
                          {"hidden_size", keys.size("embedding_length")},
                          {"num_heads", keys.size("attention.head_count")},
                          {"deepstack_visual_indexes", deepstackLayers(keys)}};
    config["intermediate_size"] = keys.has("feed_forward_length")
                                      ? keys.size("feed_forward_length")
                                      : rowsOf(parts, {"v.blk.0.mlp.linear_fc1.weight"}, keys.header);
    config["out_hidden_size"] = keys.has("projection_dim") ? keys.size("projection_dim") : textWidth;
    config["num_position_embeddings"] = rowsOf(parts, {"v.position_embd.weight", "v.pos_embed.weight"}, keys.header);
    for (const char* name : {"patch_size", "spatial_merge_size", "temporal_patch_size"})
        if (keys.has(name))
            config[name] = keys.size(name);
    if (keys.has("num_channels"))
        config["in_channels"] = keys.size("num_channels");
    const std::string epsilon = keys.prefix + "attention.layer_norm_epsilon";
    if (keys.header.has(epsilon) && std::abs(keys.header.number(epsilon) - kEpsilon) > 1e-12)
        keys.header.refuse(epsilon, "1e-06");
    return config;
}

/// Time, row and column; llama.cpp has a fourth that stays 0. Files of Ollama may have none: then those of all released
/// models hold.
nlohmann::json sectionsOf(const GgufHeader& header) {
    if (!header.has(kSections))
        return {24, 20, 20};
    auto sections = header.integers(kSections, 0, kMaxWidth);
    if (sections.size() == 4 && sections.back() == 0)
        sections.pop_back();
    if (sections.size() != 3)
        header.refuse(kSections, "three numbers and 0");
    return sections;
}

/// Models for embeddings and rerankers say how they pool.
void refuseWithoutWords(const GgufHeader& header) {
    constexpr const char* kPooling = "qwen3vl.pooling_type";
    if (header.has(kPooling) && header.integer(kPooling, 0, kMaxWidth) != 0)
        header.refuse(kPooling, "0: models for embeddings and reranking give no answers in words");
}

nlohmann::json configOf(const GgufParts& parts) {
    const GgufHeader& header = parts.header();
    refuseWithoutWords(header);
    nlohmann::json config{{"model_type", "qwen3_vl"},
                          {"architectures", {"Qwen3VLForConditionalGeneration"}},
                          {"image_token_id", ggufTokenId(header, "<|image_pad|>")},
                          {"video_token_id", ggufTokenId(header, "<|video_pad|>")},
                          {"vision_start_token_id", ggufTokenId(header, "<|vision_start|>")},
                          {"vision_end_token_id", ggufTokenId(header, "<|vision_end|>")},
                          {"tie_word_embeddings", parts.find("output.weight") == nullptr}};
    nlohmann::json& text = config["text_config"] = ggufTextConfig(header, kArchitecture);
    text["vocab_size"] = rowsOf(parts, {"token_embd.weight"}, header);
    text["rope_scaling"] = {
        {"rope_type", "default"}, {"mrope_interleaved", true}, {"mrope_section", sectionsOf(header)}};
    config["vision_config"] = visionConfig(parts, text["hidden_size"].get<std::int64_t>());
    return config;
}

// --- preprocessor_config.json

nlohmann::json imagesOf(const GgufParts& parts) {
    struct AreaKey {
        const char* key;
        const char* field;
    };
    constexpr AreaKey kAreas[]{{"image_min_pixels", "shortest_edge"},
                               {"image_max_pixels", "longest_edge"},
                               {"shortest_edge", "shortest_edge"},
                               {"longest_edge", "longest_edge"}};
    const VisionKeys keys(parts);
    nlohmann::json images = nlohmann::json::object();
    for (const char* name : {"image_mean", "image_std"})
        if (keys.has(name))
            images[name] = keys.header.numbers(keys.prefix + name);
    for (const AreaKey& area : kAreas)
        if (keys.has(area.key)) // 0: whoever wrote the file did not know
            if (const auto pixels = keys.header.integer(keys.prefix + area.key, 0, kMaxId); pixels > 0)
                images["size"][area.field] = pixels;
    return images;
}

bool fits(const GgufHeader& vision, const GgufHeader& text) {
    const std::string projector = vision.text("clip.projector_type", vision.text("clip.vision.projector_type", ""));
    constexpr const char* kWidth = "clip.vision.projection_dim";
    return projector == kProjector &&
           (!vision.has(kWidth) || vision.integer(kWidth, 1, kMaxWidth) ==
                                       text.integer(std::string(kArchitecture) + ".embedding_length", 1, kMaxWidth));
}

// --- tensors

struct Names {
    const char* released;
    const char* stored;
    const char* inOllama = nullptr; ///< where files with both parts call it otherwise
};

/// A tensor that is stored as it is.
void add(std::vector<GgufTensor>& tensors, const std::string& released, const std::string& stored,
         const std::string& other) {
    tensors.push_back({released, {{{stored}, GgufJoin::Same}}});
    if (other != stored)
        tensors.back().sources.push_back({{other}, GgufJoin::Same});
}

/// Weight and bias of a part of the encoder.
void addPair(std::vector<GgufTensor>& tensors, const std::string& released, const std::string& stored,
             const std::string& other) {
    for (const char* kind : {".weight", ".bias"})
        add(tensors, released + kind, stored + kind, other + kind);
}

void addLanguageLayer(std::vector<GgufTensor>& tensors, std::int64_t layer) {
    constexpr Names kNames[]{{"input_layernorm", "attn_norm"},    {"self_attn.q_proj", "attn_q"},
                             {"self_attn.k_proj", "attn_k"},      {"self_attn.v_proj", "attn_v"},
                             {"self_attn.o_proj", "attn_output"}, {"self_attn.q_norm", "attn_q_norm"},
                             {"self_attn.k_norm", "attn_k_norm"}, {"post_attention_layernorm", "ffn_norm"},
                             {"mlp.gate_proj", "ffn_gate"},       {"mlp.up_proj", "ffn_up"},
                             {"mlp.down_proj", "ffn_down"}};
    const std::string number = std::to_string(layer);
    for (const Names& names : kNames) {
        const std::string stored = "blk." + number + "." + names.stored + ".weight";
        add(tensors, "model.language_model.layers." + number + "." + names.released + ".weight", stored, stored);
    }
}

/// Files with both parts have queries, keys and values one by one.
void addAttention(std::vector<GgufTensor>& tensors, const std::string& released, const std::string& stored,
                  std::int64_t width) {
    for (const char* kind : {".weight", ".bias"}) {
        const auto part = [&](const char* name) { return stored + name + kind; };
        std::vector<std::int64_t> shape{3 * width};
        if (kind == std::string_view(".weight"))
            shape.push_back(width);
        tensors.push_back(
            {released + "attn.qkv" + kind,
             {{{part("attn_qkv")}, GgufJoin::Same}, {{part("attn_q"), part("attn_k"), part("attn_v")}, GgufJoin::Rows}},
             shape});
    }
}

void addVisionLayer(std::vector<GgufTensor>& tensors, std::int64_t layer, std::int64_t width) {
    constexpr Names kNames[]{{"norm1", "ln1", "norm1"},
                             {"norm2", "ln2", "norm2"},
                             {"attn.proj", "attn_out", "attn_out"},
                             {"mlp.linear_fc1", "ffn_up", "mlp.linear_fc1"},
                             {"mlp.linear_fc2", "ffn_down", "mlp.linear_fc2"}};
    const std::string released = "model.visual.blocks." + std::to_string(layer) + ".";
    const std::string stored = "v.blk." + std::to_string(layer) + ".";
    for (const Names& names : kNames)
        addPair(tensors, released + names.released, stored + names.stored, stored + names.inOllama);
    addAttention(tensors, released, stored, width);
}

/// Stored as an embedding for each frame, or with the sides of outputs and colours merged.
void addPatches(std::vector<GgufTensor>& tensors, const VisionConfig& vision) {
    const PatchGeometry& patch = vision.geometry;
    tensors.push_back({"model.visual.patch_embed.proj.weight",
                       {{{"v.patch_embd.weight", "v.patch_embd.weight.1"}, GgufJoin::Frames},
                        {{"v.patch_embed.weight"}, GgufJoin::Shape},
                        {{"v.patch_embd.weight"}, GgufJoin::Shape}},
                       {vision.width, 3, patch.frames, patch.patchPx, patch.patchPx}});
    add(tensors, "model.visual.patch_embed.proj.bias", "v.patch_embd.bias", "v.patch_embed.bias");
    add(tensors, "model.visual.pos_embed.weight", "v.position_embd.weight", "v.pos_embed.weight");
}

/// DeepStack's features go by their layer in mmproj files, by their own number in files with both parts.
void addMergers(std::vector<GgufTensor>& tensors, const VisionConfig& vision) {
    addPair(tensors, "model.visual.merger.norm", "v.post_ln", "v.merger.norm");
    addPair(tensors, "model.visual.merger.linear_fc1", "mm.0", "v.merger.linear_fc1");
    addPair(tensors, "model.visual.merger.linear_fc2", "mm.2", "v.merger.linear_fc2");
    constexpr Names kNames[]{{"norm", "norm"}, {"linear_fc1", "fc1"}, {"linear_fc2", "fc2"}};
    for (std::size_t i = 0; i < vision.deepstackLayers.size(); ++i)
        for (const Names& names : kNames)
            addPair(tensors, "model.visual.deepstack_merger_list." + std::to_string(i) + "." + names.released,
                    "v.deepstack." + std::to_string(vision.deepstackLayers[i]) + "." + names.stored,
                    "v.deepstack_merger." + std::to_string(i) + "." + names.released);
}

std::vector<GgufTensor> tensorsOf(const ModelConfig& config) {
    std::vector<GgufTensor> tensors;
    add(tensors, "model.language_model.embed_tokens.weight", "token_embd.weight", "token_embd.weight");
    add(tensors, "model.language_model.norm.weight", "output_norm.weight", "output_norm.weight");
    add(tensors, "lm_head.weight", "output.weight", "output.weight");
    tensors.back().isOptional = true;
    for (std::int64_t layer = 0; layer < config.text.layers; ++layer)
        addLanguageLayer(tensors, layer);
    addPatches(tensors, config.vision);
    for (std::int64_t layer = 0; layer < config.vision.depth; ++layer)
        addVisionLayer(tensors, layer, config.vision.width);
    addMergers(tensors, config.vision);
    return tensors;
}

} // namespace

GgufFamily qwen3VlGguf() {
    return {.architecture = kArchitecture,
            .fits = fits,
            .configOf = configOf,
            .imagesOf = imagesOf,
            .tensorsOf = tensorsOf};
}

} // namespace prunescope::model
