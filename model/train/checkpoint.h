#pragma once

#include "model/train/optimizer.h"
#include "model/train/parameters.h"

#include <cstdint>
#include <optional>
#include <string>

namespace prunescope::model::train {

/// Checkpoint of a run folder (checkpoint.safetensors): masters, the optimizer's state and the steps that are done.
/// With the config that is all a run needs to go on elsewhere: pictures follow from step and seed.
std::string checkpointPath(const std::string& runFolder);

/// Saves a checkpoint; replaces the last one only when the new one is on the disk. Throws Error(WriteFailed).
void saveCheckpoint(const std::string& path, const ParameterSet& parameters, const Optimizer& optimizer,
                    std::int64_t step);

/// Sets parameters and optimizer; returns the steps that are done. Throws Error(BadFile) that names what does not fit.
std::int64_t restoreCheckpoint(const std::string& path, ParameterSet& parameters, Optimizer& optimizer);

} // namespace prunescope::model::train
