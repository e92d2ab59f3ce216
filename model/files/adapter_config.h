#pragma once

#include "model/files/name_pattern.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace prunescope::model {

/// Names of the two files of an adapter, as peft writes them.
inline constexpr const char* kAdapterConfigFile = "adapter_config.json";
inline constexpr const char* kAdapterWeightsFile = "adapter_model.safetensors";

/// Values for modules whose names match, the first that does.
template <typename Value>
using NameTable = std::vector<std::pair<NamePattern, Value>>;

/// Rows of a table (trainable_token_indices) that the adapter has its own of.
struct TokenRows {
    std::string module; ///< an end of the name of the table's module
    std::vector<std::int64_t> ids;
};

/// adapter_config.json of a LoRA adapter, as peft 0.21.2 reads it. What only steers training is not looked at.
struct AdapterConfig {
    std::string where; ///< the file
    std::string base;  ///< base_model_name_or_path: a folder or the name of a repository; may be empty
    std::string revision;
    std::int64_t rank = 8;
    double alpha = 8;
    NameTable<std::int64_t> ranks;
    NameTable<double> alphas;
    bool rankStabilized = false;           ///< divides by the root of the rank
    bool magnitudes = false;               ///< DoRA
    bool biases = false;                   ///< lora_bias
    bool tiesHead = false;                 ///< ensure_weight_tying: the head follows the embedding as in the base
    std::vector<std::string> savedModules; ///< ends of the names of modules that are stored whole
    std::vector<TokenRows> tokens;

    /// Rank of a module, by the first of its `names` that a pattern matches.
    std::int64_t rankOf(const std::vector<std::string>& names) const;
    /// What its low-rank product is multiplied by.
    double scaleOf(const std::vector<std::string>& names) const;
    bool savesWhole(const std::string& module) const;
};

/// Reads adapter_config.json in a folder. Throws Error(NotFound), Error(BadFile), and Error(Unsupported) for adapters
/// that are no change of the weights, or not of those of the base as it is, that says what to do.
AdapterConfig readAdapterConfig(const std::string& folder);

} // namespace prunescope::model
