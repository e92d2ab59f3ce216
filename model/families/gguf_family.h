#pragma once

#include "model/families/gguf_parts.h"
#include "model/families/model_config.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// How a released tensor comes from those that GGUF files have.
enum class GgufJoin {
    Same,   ///< one, as it is
    Shape,  ///< one whose sides were merged
    Rows,   ///< several, one below the other
    Frames, ///< one for each frame of a patch: [out, in, side, side] each, [out, in, frames, side, side] together
};

/// Stored tensors that a released one can be made of.
struct GgufSource {
    std::vector<std::string> parts; ///< their names in the files
    GgufJoin join = GgufJoin::Same;
};

/// A tensor under its released name.
struct GgufTensor {
    std::string name;
    std::vector<GgufSource> sources;      ///< the first whose parts are all there holds
    std::vector<std::int64_t> shape = {}; ///< where it is joined
    bool isOptional = false;
};

/// What GGUF files make of a family's models.
struct GgufFamily {
    std::string_view architecture; ///< general.architecture; empty: these can't be read
    /// Whether an encoder of pictures can go with a text.
    FitsText fits = nullptr;
    /// config.json, from the headers and the shapes of tensors. Throws Error(BadFile) or Error(Unsupported).
    nlohmann::json (*configOf)(const GgufParts& parts) = nullptr;
    /// preprocessor_config.json. Throws as `configOf`.
    nlohmann::json (*imagesOf)(const GgufParts& parts) = nullptr;
    /// All tensors of a model.
    std::vector<GgufTensor> (*tensorsOf)(const ModelConfig& config) = nullptr;
};

} // namespace prunescope::model
