#pragma once

#include "model/families/model_config.h"
#include "model/weights/weight_source.h"

namespace prunescope::model {

/// Refuses a config.json that names fewer layers than the weights have: it would load and answer nonsense. Throws
/// Error(BadFile) that says how many there are. `where`: path of config.json.
void requireNoFurtherLayers(const ModelConfig& config, const TensorPrefixes& prefixes, const WeightSource& weights,
                            const std::string& where);

} // namespace prunescope::model
