#pragma once

#include "core/kernels/cpu_level.h"
#include "model/decode/token_step.h"

namespace prunescope::model {

/// A step of our own kernels on the CPU: activations in float32 whatever the weights are, keys and values rounded to
/// the cache's type. Runs on LibTorch's threads, as many as are set and pay. nullptr for types that it does not know.
std::unique_ptr<TokenStep> makeCpuTokenStep(const LanguageWeights& weights, CpuLevel level = bestCpuLevel());

} // namespace prunescope::model
