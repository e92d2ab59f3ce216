#pragma once

#include "model/api/model_info.h"
#include "model/families/model_folder.h"
#include "model/files/adapter_base.h"
#include "model/weights/weight_source.h"

namespace prunescope::model {

/// The change that an adapter makes; nullptr for an empty name. Throws as `AdapterFolder::open` and `AdapterChanges`.
std::shared_ptr<const WeightChange> changeBy(const std::string& adapter, const Checkpoint& base);

/// Says in `info` which adapter `weights` are those of, how many they are, and what became of them.
void describeWeights(ModelInfo& info, const ModelFolder& folder, const AdaptedModel& place,
                     const WeightSource& weights);

} // namespace prunescope::model
