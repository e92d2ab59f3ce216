#pragma once

#include "core/report/cost_model.h"
#include "model/tokenizer/token_sequence.h"

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace prunescope::model {

/// vision_config of a Qwen3-VL.
struct VisionConfig {
    std::int64_t depth = 27;
    std::int64_t width = 1152; ///< hidden_size
    std::int64_t inner = 4304; ///< intermediate_size
    std::int64_t heads = 16;
    std::int64_t outWidth = 3584;                         ///< out_hidden_size
    std::int64_t tableSide = 48;                          ///< side of the square table of learned positions
    std::vector<std::int64_t> deepstackLayers{8, 16, 24}; ///< vision layers after which a DeepStack feature is taken

    PatchGeometry geometry; ///< patch_size, spatial_merge_size, temporal_patch_size

    std::int64_t headDim() const { return width / heads; }
};

/// text_config of a Qwen3-VL.
struct LanguageConfig {
    std::int64_t vocab = 0;
    std::int64_t width = 0;
    std::int64_t inner = 0;
    std::int64_t layers = 0;
    std::int64_t heads = 0;
    std::int64_t kvHeads = 0;
    std::int64_t headDim = 128;
    double ropeTheta = 5e6;
    double rmsEpsilon = 1e-6;
    std::array<std::int64_t, 3> ropeSections{24, 20, 20}; ///< time, row, column
    std::int64_t maxPositions = 262144;
    std::vector<std::int64_t> endTokens;
};

/// config.json of a Qwen3-VL (qwen3-vl spec 1.1), defaults as in the reference.
struct Qwen3VlConfig {
    VisionConfig vision;
    LanguageConfig text;
    ImageTokens tokens;
    bool tiedHead = true;

    ModelShape shape(const std::string& name) const;
};

/// `where`: path of the file, for messages. Throws Error(BadFile), or Error(Unsupported) for quantized checkpoints,
/// other rotary types, activations or patch sizes.
Qwen3VlConfig parseQwen3VlConfig(const nlohmann::json& config, const std::string& where);

/// Sizes of the model in a folder, from its config.json alone; they are called `name`. Throws Error(NotFound), or as
/// `parseQwen3VlConfig`.
ModelShape readModelShape(const std::string& folder, const std::string& name);

/// The published configuration of a shape (qwen3-vl-2b, ...): for models of random weights.
Qwen3VlConfig configOfShape(const ModelShape& shape);

/// Checks the place of a mask inside the encoder: after `layer` vision layers, 0 = before the first. DeepStack features
/// must not be of mixed length (qwen3-vl spec 9.2). Throws Error(Usage) that says which layers are allowed.
void checkPruneLayer(const VisionConfig& config, std::int64_t layer);

} // namespace prunescope::model
