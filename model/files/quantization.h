#pragma once

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

/// Refuses a model whose config.json, or a file of a quantizer beside it, says that its weights are stored in a way
/// that can't be read; FP8 in blocks and what compressed-tensors writes in FP8, 8 or 4 bits can. Throws
/// Error(Unsupported) that names file, field, method and what to do. `where`: what config.json is called.
void refuseForeignQuantization(const nlohmann::json& config, const std::string& where, const std::string& folder);

} // namespace prunescope::model
