#pragma once

#include "model/budget/free_memory.h"
#include "model/engine/load_engine.h"

namespace prunescope::model {

/// Loads a model as `loadEngine`, with `gauge` in the place of the machine's own memory: tests make a machine small
/// with it.
std::unique_ptr<Engine> loadEngineWithin(const MemoryGauge& gauge, const LoadOptions& options,
                                         const LoadProgress& progress = {}, std::stop_token stop = {});

} // namespace prunescope::model
