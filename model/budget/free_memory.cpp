#include "model/budget/free_memory.h"

#include <c10/core/CachingDeviceAllocator.h>
#include <limits>

namespace prunescope::model {

namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
constexpr auto kAllPools = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);

/// What the driver says is free. An allocator that does not tell is no reason to refuse anything.
std::int64_t freeOnDevice(c10::DeviceAllocator& allocator, at::Device device) {
    try {
        return static_cast<std::int64_t>(allocator.getMemoryInfo(device.index()).first);
    } catch (const c10::NotImplementedError&) {
        return kNoLimit;
    }
}

} // namespace

FreeMemory freeMemory(at::Device device) {
    if (device.is_cpu())
        return freeHostMemory();
    c10::DeviceAllocator& allocator = *at::getDeviceAllocator(device.type());
    const std::int64_t free = freeOnDevice(allocator, device);
    if (free == kNoLimit)
        return {kNoLimit, kNoLimit};
    const auto stats = allocator.getDeviceStats(device.index());
    const std::int64_t kept = stats.reserved_bytes[kAllPools].current - stats.allocated_bytes[kAllPools].current;
    return {free + kept, kNoLimit};
}

std::int64_t heldBytes(at::Device device) {
    if (device.is_cpu())
        return residentBytes();
    return at::getDeviceAllocator(device.type())->getDeviceStats(device.index()).allocated_bytes[kAllPools].current;
}

} // namespace prunescope::model
