#include "model/memory/load_budget.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "model/device.h"
#include "model/memory/memory_estimate.h"

#include <sys/resource.h>

namespace prunescope::model {

namespace {

bool isStoredAs(const StoredTensor& tensor, at::ScalarType dtype) {
    return tensor.dtype == (dtype == at::kFloat ? "F32" : "BF16");
}

/// Weights and the activations of a short prompt.
struct Needed {
    WeightMemory weights;
    std::int64_t prompt;
    std::int64_t stacks; ///< of the threads: address space, hardly any memory

    std::int64_t bytes() const { return weights.mapped + weights.copied + prompt; }
    bool fits(const FreeMemory& free) const {
        return bytes() <= free.physical && weights.copied + prompt + stacks <= free.address; // files are mapped already
    }
};

std::int64_t stackBytes() {
    constexpr std::int64_t kUsual = std::int64_t{8} << 20;
    rlimit limit{};
    const bool known = ::getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    return known ? static_cast<std::int64_t>(limit.rlim_cur) : kUsual;
}

Needed neededFor(const ModelFolder& folder, const ModelShape& shape, at::Device device, at::ScalarType dtype,
                 int threads) {
    const RunTraits run{static_cast<int>(at::elementSize(dtype)), !device.is_cpu()};
    const WeightMemory weights = estimateWeights(folder, device, dtype);
    const int others = suitableThreads(threads, weights.mapped + weights.copied) - 1;
    return {weights, estimateSmallPrompt(shape, run).peakBytes(), others * stackBytes()};
}

} // namespace

WeightMemory estimateWeights(const ModelFolder& folder, at::Device device, at::ScalarType dtype) {
    WeightMemory memory;
    for (const auto& file : folder.weights())
        for (const auto& [name, tensor] : file->tensors()) {
            const std::int64_t bytes = tensor.values() * static_cast<std::int64_t>(at::elementSize(dtype));
            (device.is_cpu() && isStoredAs(tensor, dtype) ? memory.mapped : memory.copied) += bytes;
        }
    return memory;
}

void requireMemoryToLoad(const ModelFolder& folder, const ModelShape& shape, at::Device device, at::ScalarType dtype,
                         int threads, const MemoryGauge& gauge) {
    const Needed needed = neededFor(folder, shape, device, dtype, threads);
    const FreeMemory free = gauge(device);
    if (needed.fits(free))
        return;
    std::string advice = "choose a smaller model or another device";
    if (dtype == at::kFloat && neededFor(folder, shape, device, at::kBFloat16, threads).fits(free))
        advice = "--dtype bfloat16 would fit";
    throw Error(ErrorKind::OutOfMemory, folder.path() + ": not enough memory on " + deviceText(device) +
                                            ": loading takes " + formatBytes(needed.bytes()) + " in " +
                                            dtypeText(dtype) + ", found " +
                                            formatBytes(std::min(free.physical, free.address)) + " free; " + advice);
}

} // namespace prunescope::model
