#pragma once

#include "model/network/vision_network.h"

namespace prunescope::model {

/// Rows of the kept blocks when all pictures of a prompt are packed one after the other, `rowsPerBlock` rows a block:
/// [rows] int64.
at::Tensor keptRows(const std::vector<KeepMask>& masks, int rowsPerBlock, at::Device device);

/// Takes the features of the kept blocks out of those of all blocks.
VisionFeatures keepFeatures(const VisionFeatures& all, const std::vector<KeepMask>& masks);

} // namespace prunescope::model
