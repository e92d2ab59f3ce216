#pragma once

#include "model/families/model_config.h"
#include "model/weights/weight_source.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace prunescope::model::train {

/// Weights of a network that has learned nothing: small normal numbers, less for what is added to the residual stream,
/// ones and zeros for norms; smooth codes of place and, where `numberIds` has the ids of the numbers 0 to 1000, of
/// these. float32, the same for the same seed.
std::unique_ptr<WeightSource> freshWeights(const ModelConfig& config, const std::vector<std::int64_t>& numberIds,
                                           std::uint64_t seed);

} // namespace prunescope::model::train
