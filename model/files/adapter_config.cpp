#include "model/files/adapter_config.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "model/files/stand_in.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <sstream>

namespace prunescope::model {

namespace {

constexpr std::int64_t kMostRank = 1 << 16;
constexpr double kMostAlpha = 1e9;
constexpr std::int64_t kMostTokens = 1 << 24;

constexpr const char* kMergeFirst =
    ": merge it with peft (merge_and_unload, save_pretrained) and open the merged model";

/// Kinds of adapters that put tokens before the prompt instead of changing weights: they can't be merged.
constexpr std::array<std::string_view, 5> kPromptKinds{"PROMPT_TUNING", "MULTITASK_PROMPT_TUNING", "P_TUNING",
                                                       "PREFIX_TUNING", "ADAPTION_PROMPT"};

void requireLora(const JsonFields& config) {
    const std::string kind = config.text("peft_type");
    if (kind == "LORA")
        return;
    const bool isPrompt = std::ranges::find(kPromptKinds, kind) != kPromptKinds.end();
    config.refuse("peft_type", isPrompt ? std::string("\"LORA\": it learned a prompt, which needs peft to run")
                                        : std::string("\"LORA\"") + kMergeFirst);
}

bool isSet(const JsonFields& config, const char* name) {
    if (!config.has(name))
        return false;
    const nlohmann::json& value = config.json().at(name);
    return !(value == nlohmann::json(false) || ((value.is_array() || value.is_object()) && value.empty()));
}

/// Variants whose layers calculate something else than W + s B A.
void refuseVariants(const JsonFields& config) {
    constexpr std::array kVariants{"use_qalora",  "layer_replication", "target_parameters", "arrow_config",
                                   "kasa_config", "use_bdlora",        "monteclora_config", "megatron_config"};
    for (const char* name : kVariants)
        if (isSet(config, name))
            config.refuse(name, std::string("it not to be set") + kMergeFirst);
    if (isSet(config, "alora_invocation_tokens"))
        config.refuse("alora_invocation_tokens",
                      "it not to be set: an adapter that begins in the middle of a prompt needs peft to run");
}

/// Starts that take something off the base's weights before training: the adapter fits those that are left only, and
/// peft calculates them anew when it loads one.
void refuseChangedBase(const JsonFields& config) {
    if (!config.has("init_lora_weights") || !config.json().at("init_lora_weights").is_string())
        return;
    const std::string start = config.text("init_lora_weights");
    if (start.starts_with("pissa") || start == "olora" || start == "corda" || start == "loftq")
        config.refuse("init_lora_weights",
                      std::string("a start that leaves the base's weights as they are (true, \"gaussian\", \"eva\")") +
                          kMergeFirst);
}

/// A member in the order of the file: the first pattern that matches counts.
nlohmann::ordered_json inOrder(const std::string& path, const char* member) {
    std::ifstream in(path, std::ios::binary); // its depth was checked
    return nlohmann::ordered_json::parse(in).at(member);
}

template <typename Value>
NameTable<Value> readTable(const JsonFields& config, const char* name, Value low, Value high) {
    NameTable<Value> table;
    if (!isSet(config, name))
        return table;
    const JsonFields entries = config.object(name);
    const nlohmann::ordered_json ordered = inOrder(config.where(), name);
    for (const auto& [text, value] : ordered.items()) {
        if constexpr (std::is_integral_v<Value>)
            table.emplace_back(NamePattern(text, config.where() + ": " + name),
                               entries.integer(text.c_str(), low, high));
        else
            table.emplace_back(NamePattern(text, config.where() + ": " + name),
                               entries.number(text.c_str(), low, high));
    }
    return table;
}

std::vector<std::string> readTexts(const JsonFields& config, const char* name) {
    std::vector<std::string> texts;
    if (!config.has(name))
        return texts;
    for (const nlohmann::json& text : config.json().at(name)) {
        if (!text.is_string())
            config.fail(name, "a list of names");
        texts.push_back(text.get<std::string>());
    }
    return texts;
}

/// A list of ids of the embedding's rows, or a list for each of several tables.
std::vector<TokenRows> readTokens(const JsonFields& config) {
    constexpr const char* kName = "trainable_token_indices";
    std::vector<TokenRows> tokens;
    if (!isSet(config, kName))
        return tokens;
    if (!config.json().at(kName).is_object())
        return {{"embed_tokens", config.integers(kName, 0, kMostTokens, {})}};
    const JsonFields tables = config.object(kName);
    for (const auto& [module, ids] : tables.json().items())
        tokens.push_back({module, tables.integers(module.c_str(), 0, kMostTokens, {})});
    return tokens;
}

template <typename Value>
const Value* firstMatch(const NameTable<Value>& table, const std::vector<std::string>& names) {
    for (const std::string& name : names)
        for (const auto& [pattern, value] : table)
            if (pattern.matchesEnd(name))
                return &value;
    return nullptr;
}

} // namespace

std::int64_t AdapterConfig::rankOf(const std::vector<std::string>& names) const {
    const std::int64_t* own = firstMatch(ranks, names);
    return own ? *own : rank;
}

double AdapterConfig::scaleOf(const std::vector<std::string>& names) const {
    const double* own = firstMatch(alphas, names);
    const auto width = static_cast<double>(rankOf(names));
    return (own ? *own : alpha) / (rankStabilized ? std::sqrt(width) : width);
}

bool AdapterConfig::savesWhole(const std::string& module) const {
    // Modules inside of one that is saved are saved with it.
    return std::ranges::any_of(savedModules, [&](const std::string& saved) {
        const std::size_t place = ("." + module + ".").find(saved + ".");
        return !saved.empty() && place != std::string::npos;
    });
}

AdapterConfig readAdapterConfig(const std::string& folder) {
    AdapterConfig read;
    read.where = folder + "/" + kAdapterConfigFile;
    refuseStandIn(read.where);
    const nlohmann::json json = readJsonFile(read.where);
    const JsonFields config(json, read.where);
    requireLora(config);
    refuseVariants(config);
    refuseChangedBase(config);
    read.base = config.text("base_model_name_or_path", "");
    read.revision = config.text("revision", "");
    read.rank = config.integer("r", 1, kMostRank, read.rank);
    read.alpha = config.number("lora_alpha", -kMostAlpha, kMostAlpha, read.alpha);
    read.ranks = readTable<std::int64_t>(config, "rank_pattern", 1, kMostRank);
    read.alphas = readTable<double>(config, "alpha_pattern", -kMostAlpha, kMostAlpha);
    read.rankStabilized = config.boolean("use_rslora", false);
    read.magnitudes = config.boolean("use_dora", false);
    read.biases = config.boolean("lora_bias", false);
    read.tiesHead = config.boolean("ensure_weight_tying", false);
    read.savedModules = readTexts(config, "modules_to_save");
    read.tokens = readTokens(config);
    return read;
}

} // namespace prunescope::model
