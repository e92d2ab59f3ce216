#pragma once

#include "model/kernels/cuda_layers.h"
#include "model/layers/language_layer.h"

#include <optional>
#include <string>

namespace prunescope::model {

/// Columns that a lane reads with one load of 16 bytes: every width is a multiple of it.
int columnsPerLoad(WeightType type);

/// The reason against running these weights by our own kernels ("head_dim is 48, expected 32, 64 or 128"); nothing
/// when they can.
std::optional<std::string> cudaStepObstacle(const LanguageWeights& weights);

/// CTAs that share the cached tokens of a key head, so that `multiprocessors` have two each.
int attentionSplits(std::int64_t heads, std::int64_t kvHeads, int multiprocessors);

} // namespace prunescope::model
