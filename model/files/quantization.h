#pragma once

#include "model/files/checkpoint.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace prunescope::model {

/// A way of quantizing weights that can't be read.
struct ForeignQuantization {
    std::string_view method; ///< quant_method in config.json, in lower case
    std::string_view name;   ///< what people call it
    std::string_view way;    ///< what to do instead
};

/// Of the list, else one called `method` as it is.
ForeignQuantization quantizationNamed(std::string_view method);

/// "weights quantized with GPTQ (gptq) can't be read, expected ..."
std::string quantizedText(const ForeignQuantization& found);

/// What config.json, or a file of a quantizer beside it, says of how weights are stored. Throws Error(Unsupported) for
/// ways that can't be read, naming file, field, method and what to do; FP8 in blocks, what compressed-tensors writes,
/// AWQ and GPTQ can be read. `where`: what config.json is called.
StorageRules storageRules(const nlohmann::json& config, const std::string& where, const std::string& folder);

} // namespace prunescope::model
