#include "model/families/weight_layout.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

/// A part of a name that only one program's own layout has.
struct OtherLayout {
    std::string_view mark;
    std::string_view name;
};

constexpr std::array kOtherLayouts{
    OtherLayout{"mm_projector.", "LLaVA's own layout"},
    OtherLayout{"mlp1.", "InternVL's own layout"},
    OtherLayout{"transformer.visual.", "Qwen-VL's own layout"},
    OtherLayout{"vision_encoder.patch_conv.", "Mistral's own layout"},
    OtherLayout{"vision_language_adapter.", "Mistral's own layout"},
    OtherLayout{"tok_embeddings.", "Meta's or Mistral's own layout"},
    OtherLayout{"decoder.layers.0.self_attention.", "Megatron's layout"},
    OtherLayout{"transformer.vocab_embedding.", "TensorRT-LLM's layout"},
    OtherLayout{"model.diffusion_model.", "a model that makes pictures"},
    OtherLayout{"blk.0.", "GGUF's names"},
};

std::vector<std::string_view> namesOf(const Checkpoint& checkpoint) {
    std::vector<std::string_view> names;
    for (const auto& file : checkpoint.files())
        for (const auto& [name, tensor] : file->tensors())
            names.push_back(name);
    return names;
}

/// What all names begin with, up to a point; empty where they do not, or there is only one.
std::string_view commonBeginning(const std::vector<std::string_view>& names) {
    if (names.size() < 2)
        return {};
    const auto [low, high] = std::ranges::minmax(names);
    const auto end = std::ranges::mismatch(low, high).in1;
    const std::string_view same = low.substr(0, static_cast<std::size_t>(end - low.begin()));
    return same.substr(0, same.rfind('.') + 1); // npos + 1 is 0
}

/// The names by which a model is known: of words and of patches.
struct Anchors {
    std::string words, patches;
};

Anchors anchorsOf(const ModelConfig& config) {
    const TensorPrefixes& released = config.prefixes.front();
    return {std::string(released.language) + "embed_tokens.weight",
            std::string(released.vision) + std::string(config.vision.names.patches) + ".weight"};
}

[[noreturn]] void bad(const Checkpoint& checkpoint, const std::string& what) {
    throw Error(ErrorKind::BadFile, checkpoint.files().front()->path() + ": " + what);
}

void refuseOtherLayout(const Checkpoint& checkpoint, const std::vector<std::string_view>& names) {
    for (const std::string_view name : names)
        for (const OtherLayout& layout : kOtherLayouts)
            if (name.find(layout.mark) != std::string_view::npos)
                throw Error(ErrorKind::Unsupported, checkpoint.files().front()->path() + ": " + inQuotes(name) +
                                                        " is of " + std::string(layout.name) +
                                                        ", which can't be read: take the model in the layout of "
                                                        "transformers (often called -hf)");
}

void requireParts(const Checkpoint& checkpoint, const Anchors& anchors) {
    const bool words = checkpoint.has(anchors.words), patches = checkpoint.has(anchors.patches);
    if (words && patches)
        return;
    const auto names = namesOf(checkpoint);
    refuseOtherLayout(checkpoint, names);
    if (words)
        bad(checkpoint, anchors.patches + " is missing: the weights are those of the language model alone, expected "
                                          "the vision encoder too: save the whole model");
    if (patches)
        bad(checkpoint, anchors.words + " is missing: expected the language model too: save the whole model");
    if (const std::string_view same = commonBeginning(names); !same.empty())
        bad(checkpoint, "all " + std::to_string(names.size()) + " tensors begin with " + inQuotes(same) +
                            ", expected names such as " + anchors.words +
                            ": save the model itself (save_pretrained), not what it is wrapped in");
    bad(checkpoint, anchors.words + " is missing, expected the weights of the model in config.json" +
                        (names.empty() ? std::string() : ", found such as " + inQuotes(names.front())));
}

/// `model.model.save_pretrained()` leaves the head out. One that is not the embedding was trained: nothing replaces it.
void requireHead(const ModelConfig& config, const std::string& configPath, const Checkpoint& checkpoint) {
    const std::string head = std::string(config.prefixes.front().head) + "weight";
    if (!config.text.tiedHead && !checkpoint.has(head))
        bad(checkpoint, head + " is missing, and " + configPath +
                            " does not tie it to the embedding (tie_word_embeddings): save the whole model, not "
                            "model.model");
}

/// Programs that add tokens or round the table up write both, the weights and config.json; mixed folders do not fit.
void requireVocabulary(const ModelConfig& config, const std::string& configPath, const Checkpoint& checkpoint,
                       const Anchors& anchors) {
    const StoredWeight words = checkpoint.find(anchors.words);
    const std::vector<std::int64_t> expected{config.text.vocab, config.text.width};
    if (words.shape.size() != 2 || words.shape[1] != config.text.width || words.shape[0] == config.text.vocab)
        return; // whoever reads it says so
    throw Error(ErrorKind::BadFile, words.where + " is " + shapeText(words.shape) + ", expected " +
                                        shapeText(expected) + ": " + configPath + " says vocab_size " +
                                        std::to_string(config.text.vocab) +
                                        ": weights and config.json are of two saves, take both from one");
}

void requireLayers(const Checkpoint& checkpoint, const std::string& before, std::int64_t count, std::string_view after,
                   const std::string& said) {
    for (std::int64_t i = 0; i < count; ++i)
        if (const std::string name = before + std::to_string(i) + std::string(after); !checkpoint.has(name))
            bad(checkpoint, name + " is missing, expected " + formatCounted(count, "layer") + " (" + said +
                                "): download the weights again, or correct config.json");
}

} // namespace

void requireLayout(const ModelConfig& config, const std::string& configPath, const Checkpoint& checkpoint) {
    const Anchors anchors = anchorsOf(config);
    const TensorPrefixes& released = config.prefixes.front();
    requireParts(checkpoint, anchors);
    requireHead(config, configPath, checkpoint);
    requireVocabulary(config, configPath, checkpoint, anchors);
    requireLayers(checkpoint, std::string(released.language) + "layers.", config.text.layers, ".input_layernorm.weight",
                  config.fields.languageLayers);
    requireLayers(checkpoint, std::string(released.vision) + std::string(config.vision.names.layer),
                  config.vision.depth, "." + std::string(config.vision.names.norm1) + ".weight",
                  config.fields.visionLayers);
}

} // namespace prunescope::model
