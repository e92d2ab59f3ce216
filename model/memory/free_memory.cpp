#include "model/memory/free_memory.h"

#include <c10/core/CachingDeviceAllocator.h>
#include <limits>

namespace prunescope::model {

FreeMemory freeMemory(at::Device device) {
    if (device.is_cpu())
        return freeHostMemory();
    c10::DeviceAllocator& allocator = *at::getDeviceAllocator(device.type());
    const auto total = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    const auto stats = allocator.getDeviceStats(device.index());
    const std::int64_t kept = stats.reserved_bytes[total].current - stats.allocated_bytes[total].current;
    const auto free = static_cast<std::int64_t>(allocator.getMemoryInfo(device.index()).first);
    return {free + kept, std::numeric_limits<std::int64_t>::max()};
}

} // namespace prunescope::model
