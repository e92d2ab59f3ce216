#include "model/memory/load_budget.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "model/device.h"
#include "model/memory/memory_estimate.h"

namespace prunescope::model {

namespace {

bool isStoredAs(const StoredTensor& tensor, at::ScalarType dtype) {
    return tensor.dtype == (dtype == at::kFloat ? "F32" : "BF16");
}

/// Weights and the activations of a short prompt.
struct Needed {
    WeightMemory weights;
    std::int64_t prompt;

    std::int64_t bytes() const { return weights.mapped + weights.copied + prompt; }
    bool fits(const FreeMemory& free) const {
        return bytes() <= free.physical && weights.copied + prompt <= free.address; // files are mapped already
    }
};

Needed neededFor(const ModelFolder& folder, const ModelShape& shape, at::Device device, at::ScalarType dtype) {
    const RunTraits run{static_cast<int>(at::elementSize(dtype)), !device.is_cpu()};
    return {estimateWeights(folder, device, dtype), estimateSmallPrompt(shape, run).peakBytes()};
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
                         const MemoryGauge& gauge) {
    const Needed needed = neededFor(folder, shape, device, dtype);
    const FreeMemory free = gauge(device);
    if (needed.fits(free))
        return;
    std::string advice = "choose a smaller model or another device";
    if (dtype == at::kFloat && neededFor(folder, shape, device, at::kBFloat16).fits(free))
        advice = "--dtype bfloat16 would fit";
    throw Error(ErrorKind::OutOfMemory, folder.path() + ": not enough memory on " + deviceText(device) +
                                            ": loading takes " + formatBytes(needed.bytes()) + " in " +
                                            dtypeText(dtype) + ", found " +
                                            formatBytes(std::min(free.physical, free.address)) + " free; " + advice);
}

} // namespace prunescope::model
