#include "model/families/config_parts.h"

#include "core/base/error.h"
#include "core/image/image_file.h"

#include <algorithm>
#include <cmath>

namespace prunescope::model {

namespace {

/// An area in pixels. No more than this is ever decoded, so that a larger limit is as good, whatever is written.
std::int64_t areaOf(const JsonFields& fields, const char* name, std::int64_t otherwise) {
    if (!fields.has(name))
        return otherwise;
    const nlohmann::json& found = fields.json().at(name);
    const double area = found.is_number() ? found.get<double>() : 0;
    if (area < 1 || area != std::trunc(area))
        fields.fail(name, "a whole number of pixels from 1");
    return static_cast<std::int64_t>(std::min(area, static_cast<double>(kMaxPicturePixels)));
}

/// Its sides are areas. Some programs of transformers 4 wrote them under the names that stand outside of it.
void readSize(const JsonFields& preprocessor, PixelLimits& limits) {
    const JsonFields size = preprocessor.object("size");
    const auto names = {"shortest_edge", "longest_edge", "min_pixels", "max_pixels"};
    const bool others = std::ranges::any_of(size.json(), [](const auto& value) { return !value.is_null(); });
    if (others && std::ranges::none_of(names, [&](const char* name) { return size.has(name); }))
        preprocessor.refuse("size", "shortest_edge and longest_edge");
    limits.minPixels = areaOf(size, "min_pixels", areaOf(size, "shortest_edge", limits.minPixels));
    limits.maxPixels = areaOf(size, "max_pixels", areaOf(size, "longest_edge", limits.maxPixels));
}

} // namespace

std::vector<std::int64_t> endTokensOf(const JsonFields& fields) {
    return fields.integers("eos_token_id", kNoToken, kMaxId, {});
}

void readLanguageSizes(const JsonFields& fields, LanguageConfig& text) {
    fields.expectText("hidden_act", "silu");
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
    text.endTokens = endTokensOf(fields);
}

void readGridRotary(const JsonFields& fields, LanguageConfig& text) {
    text.ropeTheta = fields.number("rope_theta", 1, 1e12, text.ropeTheta);
    for (const char* name : {"rope_scaling", "rope_parameters"}) {
        if (!fields.has(name))
            continue;
        const JsonFields rope = fields.object(name);
        rope.expectText("rope_type", "default");
        text.ropeTheta = rope.number("rope_theta", 1, 1e12, text.ropeTheta);
        const auto sections =
            rope.integers("mrope_section", 0, kMaxWidth, {text.ropeSections.begin(), text.ropeSections.end()});
        if (sections.size() != text.ropeSections.size())
            rope.refuse("mrope_section", "three numbers");
        std::ranges::copy(sections, text.ropeSections.begin());
    }
}

void readVisionTokens(const JsonFields& config, ModelConfig& model) {
    const std::int64_t last = model.text.vocab - 1;
    model.tokens.imagePad = config.integer("image_token_id", 0, last);
    model.tokens.visionStart = config.integer("vision_start_token_id", 0, last);
    model.tokens.visionEnd = config.integer("vision_end_token_id", 0, last);
}

bool mayTieHead(const JsonFields& config, const JsonFields& text) {
    const bool inside = text.boolean("tie_word_embeddings", false);
    return config.boolean("tie_word_embeddings", false) || inside;
}

void requireSameWidth(const JsonFields& config, const char* visionField, const ModelConfig& model) {
    if (model.projector.outWidth != model.text.width)
        throw Error(ErrorKind::BadFile, config.where() + ": " + visionField + " is " +
                                            std::to_string(model.projector.outWidth) + ", expected " +
                                            std::to_string(model.text.width) + " (text_config.hidden_size)");
}

void readAreas(const JsonFields& preprocessor, PixelLimits& limits) {
    if (preprocessor.has("size"))
        readSize(preprocessor, limits);
    limits.minPixels = areaOf(preprocessor, "min_pixels", limits.minPixels);
    limits.maxPixels = areaOf(preprocessor, "max_pixels", limits.maxPixels);
    if (limits.minPixels > limits.maxPixels)
        throw Error(ErrorKind::BadFile, preprocessor.where() + ": at least " + std::to_string(limits.minPixels) +
                                            " pixels and at most " + std::to_string(limits.maxPixels) +
                                            ", expected the first to be smaller");
}

void completeConfig(nlohmann::json& config, const std::string& modelType, const std::string& architecture) {
    const auto set = [](nlohmann::json& object, const char* name, const nlohmann::json& value) {
        if (object.is_object() && !object.contains(name))
            object[name] = value;
    };
    set(config, "model_type", modelType);
    set(config, "architectures", {architecture});
    if (config.contains("text_config"))
        set(config["text_config"], "model_type", modelType + "_text");
    if (config.contains("vision_config"))
        set(config["vision_config"], "model_type", modelType);
}

} // namespace prunescope::model
