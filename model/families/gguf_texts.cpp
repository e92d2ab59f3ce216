#include "model/families/gguf_texts.h"

#include "model/families/config_parts.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

constexpr const char* kTemplate = "tokenizer.chat_template";

std::vector<std::int64_t> endTokens(const GgufHeader& header) {
    std::vector<std::int64_t> ends;
    for (const char* key : {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"}) {
        if (!header.has(key))
            continue;
        const std::int64_t id = header.integer(key, 0, kMaxId);
        if (std::ranges::find(ends, id) == ends.end())
            ends.push_back(id);
    }
    return ends;
}

struct SizeKey {
    const char* key; ///< after the architecture
    const char* field;
};
constexpr std::array kSizes{
    SizeKey{".embedding_length", "hidden_size"},
    SizeKey{".feed_forward_length", "intermediate_size"},
    SizeKey{".block_count", "num_hidden_layers"},
    SizeKey{".attention.head_count", "num_attention_heads"},
    SizeKey{".attention.head_count_kv", "num_key_value_heads"},
};

/// Rope that was stretched to longer prompts turns other angles.
void refuseStretched(const GgufHeader& header, const std::string& architecture) {
    const std::string key = architecture + ".rope.scaling.type";
    if (header.text(key, "none") != "none")
        header.refuse(key, "none");
}

} // namespace

nlohmann::json ggufTextConfig(const GgufHeader& header, const std::string& architecture) {
    nlohmann::json config;
    for (const SizeKey& size : kSizes)
        config[size.field] = header.integer(architecture + size.key, 1, kMaxWidth);
    const std::string keyLength = architecture + ".attention.key_length";
    const std::string valueLength = architecture + ".attention.value_length";
    config["head_dim"] = header.has(keyLength) ? header.integer(keyLength, 2, kMaxWidth)
                                               : config["hidden_size"].get<std::int64_t>() /
                                                     config["num_attention_heads"].get<std::int64_t>();
    if (header.has(valueLength) && header.integer(valueLength, 2, kMaxWidth) != config["head_dim"])
        header.refuse(valueLength, config["head_dim"].dump() + " as " + keyLength);
    config["rms_norm_eps"] = header.number(architecture + ".attention.layer_norm_rms_epsilon");
    config["rope_theta"] = header.number(architecture + ".rope.freq_base");
    if (const std::string key = architecture + ".context_length"; header.has(key))
        config["max_position_embeddings"] = header.integer(key, 1, kMaxId);
    refuseStretched(header, architecture);
    config["eos_token_id"] = endTokens(header);
    return config;
}

std::int64_t ggufTokenId(const GgufHeader& header, std::string_view token) {
    const auto tokens = header.texts("tokenizer.ggml.tokens");
    const auto found = std::ranges::find(tokens, token);
    return found == tokens.end() ? -1 : found - tokens.begin();
}

nlohmann::json ggufGeneration(const GgufHeader& header) {
    struct SampleKey {
        const char* key;
        const char* field;
    };
    constexpr std::array kKeys{SampleKey{"general.sampling.temp", "temperature"},
                               SampleKey{"general.sampling.top_p", "top_p"},
                               SampleKey{"general.sampling.top_k", "top_k"},
                               SampleKey{"general.sampling.penalty_repeat", "repetition_penalty"}};
    nlohmann::json generation{{"eos_token_id", endTokens(header)}};
    for (const SampleKey& sample : kKeys)
        if (header.has(sample.key))
            generation[sample.field] = header.number(sample.key);
    return generation;
}

std::vector<ChatTemplateText> ggufTemplates(const GgufHeader& header) {
    std::vector<ChatTemplateText> templates;
    const auto add = [&](const std::string& name, const std::string& key) {
        if (header.has(key))
            templates.push_back({name, header.where() + ": " + key, header.text(key)});
    };
    add("default", kTemplate);
    if (const std::string names = std::string(kTemplate) + "s"; header.has(names))
        for (const std::string_view name : header.texts(names))
            if (name != "default")
                add(std::string(name), std::string(kTemplate) + "." + std::string(name));
    return templates;
}

} // namespace prunescope::model
