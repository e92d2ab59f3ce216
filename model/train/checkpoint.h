#pragma once

#include "model/train/optimiser.h"
#include "model/train/parameters.h"

#include <cstdint>
#include <optional>
#include <string>

namespace prunescope::model::train {

/// checkpoint.safetensors of a run folder: masters, the optimiser's state and the steps that are done. With the config
/// that is all a run needs to go on elsewhere: pictures follow from step and seed.
std::string checkpointPath(const std::string& runFolder);

/// Replaces the last one only when the new one is on the disk. Throws Error(WriteFailed).
void saveCheckpoint(const std::string& path, const ParameterSet& parameters, const Optimiser& optimiser,
                    std::int64_t step);

/// Sets parameters and optimiser; returns the steps that are done. Throws Error(BadFile) that names what does not fit.
std::int64_t restoreCheckpoint(const std::string& path, ParameterSet& parameters, Optimiser& optimiser);

} // namespace prunescope::model::train
