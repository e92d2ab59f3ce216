#pragma once

#include "model/budget/free_memory.h"
#include "model/files/checkpoint.h"
#include "model/network/network.h"
#include "model/weights/weight_change.h"

namespace prunescope::model {

/// Memory that the weights of a model take, in bytes.
struct WeightMemory {
    std::int64_t mapped = 0; ///< pages of the files themselves: on the CPU, what is stored in that type already
    std::int64_t copied = 0; ///< converted or sent to the device
};
/// `change`: an adapter's, whose weights are no longer those of the files; nullptr: none.
WeightMemory estimateWeights(const Checkpoint& checkpoint, const WeightTarget& target,
                             const WeightChange* change = nullptr);

/// Checks the memory budget before anything is read: throws Error(OutOfMemory) where the weights and a few words do not
/// fit into what is free, with sizes and, where one of them would fit, the number type or packing that does.
void requireMemoryToLoad(const Checkpoint& checkpoint, const ModelShape& shape, const WeightTarget& target, int threads,
                         const MemoryGauge& gauge, const WeightChange* change = nullptr);

/// Likewise before a change of loaded weights gives way to another one; nullptr: none.
void requireMemoryToChange(const Checkpoint& checkpoint, const WeightTarget& target, const WeightChange* before,
                           const WeightChange* after, const MemoryGauge& gauge);

} // namespace prunescope::model
