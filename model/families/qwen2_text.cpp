#include "model/families/qwen2_text.h"

#include "model/families/config_checks.h"
#include "model/families/config_parts.h"

#include <algorithm>

namespace prunescope::model {

namespace {

void checkAttention(const JsonFields& fields) {
    expectBoolean(fields, "use_sliding_window", false);
    if (!fields.has("layer_types"))
        return;
    const nlohmann::json& types = fields.json().at("layer_types");
    if (!types.is_array() || std::any_of(types.begin(), types.end(),
                                         [](const auto& type) { return type != nlohmann::json("full_attention"); }))
        fields.refuse("layer_types", "\"full_attention\" of each layer");
}

/// Three axes where mrope_section is there; else all frequencies turn with the one position.
void readSections(const JsonFields& rope, LanguageConfig& text) {
    if (!rope.has("mrope_section"))
        return;
    const auto sections = rope.integers("mrope_section", 0, kMaxWidth, {});
    if (sections.size() != 3 || 2 * (sections[0] + sections[1] + sections[2]) != text.headDim)
        rope.refuse("mrope_section",
                    "three numbers of the sum " + std::to_string(text.headDim / 2) + ", half of a head");
    std::copy(sections.begin(), sections.end(), text.ropeSections.begin());
}

/// Written as rope_scaling beside rope_theta (transformers 4) or all in rope_parameters (transformers 5); each names
/// the kind as type, rope_type or both.
void readRotary(const JsonFields& fields, LanguageConfig& text, std::initializer_list<std::string_view> ropeTypes) {
    text.chunkedSections = true;
    text.ropeSections = {text.headDim / 2, 0, 0};
    text.ropeTheta = fields.number("rope_theta", 1, 1e12, text.ropeTheta);
    for (const char* name : {"rope_scaling", "rope_parameters"}) {
        if (!fields.has(name))
            continue;
        const JsonFields rope = fields.object(name);
        expectOneOf(rope, "type", ropeTypes);
        expectOneOf(rope, "rope_type", ropeTypes);
        text.ropeTheta = rope.number("rope_theta", 1, 1e12, text.ropeTheta);
        readSections(rope, text);
    }
}

/// The width of a head, which may be left out.
void readHeadDim(const JsonFields& fields, LanguageConfig& text) {
    if (fields.has("head_dim"))
        return;
    text.headDim = text.width / text.heads;
    if (text.width % text.heads || text.headDim % 2)
        fields.refuse("num_attention_heads", "a divisor of hidden_size that leaves heads of an even width");
}

} // namespace

LanguageConfig qwen2Text(const JsonFields& fields, const LanguageConfig& defaults,
                         std::initializer_list<std::string_view> ropeTypes) {
    LanguageConfig text = defaults;
    readLanguageSizes(fields, text);
    readHeadDim(fields, text);
    checkAttention(fields);
    text.qkvBias = true;
    text.headNorms = false;
    readRotary(fields, text, ropeTypes);
    return text;
}

std::int64_t tokenId(const JsonFields& fields, const char* name, std::int64_t usual, const LanguageConfig& text) {
    return usual < text.vocab ? fields.integer(name, 0, text.vocab - 1, usual)
                              : fields.integer(name, 0, text.vocab - 1);
}

} // namespace prunescope::model
