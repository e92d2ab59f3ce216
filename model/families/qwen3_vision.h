#pragma once

#include "core/base/json_fields.h"
#include "model/families/model_config.h"

#include <vector>

namespace prunescope::model {

/// Reads the vision encoder that Qwen3-VL and Qwen3.5 share, with its projector (qwen3-vl spec 1.1); `config` has the
/// defaults. Throws Error(BadFile), or Error(Unsupported) for other activations or patch sizes.
void readQwen3Vision(const JsonFields& fields, ModelConfig& config);

/// How their pictures are prepared (qwen3-vl spec 1.3, 3).
PixelLimits readQwen3Images(const JsonFields& preprocessor, PixelLimits limits);

/// Names in released files and in those of other exporters (qwen3-vl spec 2.4).
std::vector<TensorPrefixes> qwen3Prefixes();

} // namespace prunescope::model
