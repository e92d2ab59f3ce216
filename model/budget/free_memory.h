#pragma once

#include "model/budget/host_memory.h"

#include <ATen/ATen.h>
#include <functional>

namespace prunescope::model {

/// Tells what is free on a device now. Tests put their own in its place.
using MemoryGauge = std::function<FreeMemory(at::Device)>;

/// Free memory of the host, or of a GPU with what LibTorch keeps there for later.
FreeMemory freeMemory(at::Device device);

/// Bytes that this process holds of a device now: resident memory of the host, or LibTorch's tensors on a GPU.
std::int64_t heldBytes(at::Device device);

} // namespace prunescope::model
