#pragma once

#include "model/memory/host_memory.h"

#include <ATen/ATen.h>
#include <functional>

namespace prunescope::model {

/// Tells what is free on a device now. Tests put their own in its place.
using MemoryGauge = std::function<FreeMemory(at::Device)>;

/// Of the host, or of a GPU with what LibTorch keeps there for later.
FreeMemory freeMemory(at::Device device);

} // namespace prunescope::model
