#include "model/budget/load_budget.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/budget/memory_estimate.h"
#include "model/device/device.h"

#include <array>
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

/// Bytes of a matrix of `values` numbers, about: Int4 is for the language layers alone.
std::int64_t packedBytes(const std::string& name, std::int64_t values, WeightFormat format) {
    const bool coarse = format == WeightFormat::Int4 && name.find(".layers.") != std::string::npos;
    return coarse ? values / 2 + values / kInt4Group * 4 : values;
}

bool isPackedDtype(std::string_view dtype) {
    return dtype == "F8_E4M3" || dtype == "I8" || dtype == "U8" || dtype == "I32" || dtype.starts_with('Q');
}

/// Of a tensor that is packed as it is stored (WeightSource's folderWeights): pages of the file, but for words of
/// bits, which are packed anew with their scales.
void addPacked(const std::string& name, const StoredTensor& tensor, const WeightTarget& target, WeightMemory& memory) {
    const auto bytes = static_cast<std::int64_t>(tensor.bytes.size());
    const bool isBlock = tensor.dtype.starts_with('Q');
    if (!target.device.is_cpu() && isBlock)
        memory.copied += tensor.values() * static_cast<std::int64_t>(at::elementSize(target.dtype));
    else if (target.format == WeightFormat::Int4 && tensor.dtype != "U8" && tensor.dtype != "I32")
        memory.copied += std::min(bytes, packedBytes(name, tensor.values(), target.format));
    else if (tensor.dtype == "I32")
        memory.copied += bytes + bytes / 4;
    else
        (target.device.is_cpu() ? memory.mapped : memory.copied) += bytes;
}

/// The weight whose numbers a tensor holds, as far as they are packed in words.
std::string weightOf(std::string name) {
    for (const std::string_view packed : {"weight_packed", "qweight"})
        if (name.ends_with(packed))
            return name.replace(name.size() - packed.size(), std::string::npos, "weight");
    return name;
}

/// Of a weight that is not kept as it is stored.
std::int64_t convertedBytes(const std::string& name, const std::vector<std::int64_t>& shape, std::int64_t values,
                            const WeightTarget& target) {
    if (target.format != WeightFormat::Native && shape.size() == 2)
        return packedBytes(name, values, target.format);
    return values * static_cast<std::int64_t>(at::elementSize(target.dtype));
}

Needed neededFor(const Checkpoint& checkpoint, const ModelShape& shape, const WeightTarget& target, int threads,
                 const WeightChange* change) {
    const RunTraits run{static_cast<int>(at::elementSize(target.dtype)), !target.device.is_cpu(),
                        target.format != WeightFormat::Native};
    const WeightMemory weights = estimateWeights(checkpoint, target, change);
    const int others = suitableThreads(threads, weights.mapped + weights.copied) - 1;
    return {weights, estimateSmallPrompt(shape, run).peakBytes(), others * stackBytes()};
}

/// What to ask for instead, the least loss first.
struct Way {
    const char* option;
    at::ScalarType dtype;
    WeightFormat format;
};
constexpr std::array kWays{Way{"--dtype bfloat16", at::kBFloat16, WeightFormat::Native},
                           Way{"--weights int8", at::kBFloat16, WeightFormat::Int8},
                           Way{"--weights int4", at::kBFloat16, WeightFormat::Int4}};

} // namespace

WeightMemory estimateWeights(const Checkpoint& checkpoint, const WeightTarget& target, const WeightChange* change) {
    WeightMemory memory;
    if (change)
        memory.copied = change->addedValues() * static_cast<std::int64_t>(at::elementSize(target.dtype));
    for (const auto& file : checkpoint.files())
        for (const auto& [name, tensor] : file->tensors()) {
            const bool packed = target.format != WeightFormat::Native && tensor.shape.size() == 2;
            if (const std::string weight = weightOf(name); change && change->changes(weight)) {
                const StoredWeight stored = checkpoint.find(weight);
                memory.copied += convertedBytes(name, stored.shape, stored.values(), target);
            } else if (isPackedDtype(tensor.dtype))
                addPacked(name, tensor, target, memory);
            else if (!packed && target.device.is_cpu() && isStoredAs(tensor, target.dtype))
                memory.mapped += static_cast<std::int64_t>(tensor.bytes.size());
            else
                memory.copied += convertedBytes(name, tensor.shape, tensor.values(), target);
        }
    return memory;
}

void requireMemoryToLoad(const Checkpoint& checkpoint, const ModelShape& shape, const WeightTarget& target, int threads,
                         const MemoryGauge& gauge, const WeightChange* change) {
    const Needed needed = neededFor(checkpoint, shape, target, threads, change);
    const FreeMemory free = gauge(target.device);
    if (needed.fits(free))
        return;
    std::string advice = "choose a smaller model or another device";
    for (const Way& way : kWays) {
        const Needed less = neededFor(checkpoint, shape, {target.device, way.dtype, way.format}, threads, change);
        if (less.bytes() < needed.bytes() && less.fits(free)) {
            advice = std::string(way.option) + " would fit";
            break;
        }
    }
    throw Error(ErrorKind::OutOfMemory, checkpoint.path() + ": not enough memory on " + deviceText(target.device) +
                                            ": loading takes " + formatBytes(needed.bytes()) + " in " +
                                            dtypeText(target.dtype) + ", found " +
                                            formatBytes(std::min(free.physical, free.address)) + " free; " + advice);
}

void requireMemoryToChange(const Checkpoint& checkpoint, const WeightTarget& target, const WeightChange* before,
                           const WeightChange* after, const MemoryGauge& gauge) {
    const std::int64_t more =
        estimateWeights(checkpoint, target, after).copied - estimateWeights(checkpoint, target, before).copied;
    const FreeMemory free = gauge(target.device);
    const std::int64_t found = std::min(free.physical, free.address);
    if (more > found)
        throw Error(ErrorKind::OutOfMemory, checkpoint.path() + ": not enough memory on " + deviceText(target.device) +
                                                ": the weights that the adapter changes take " + formatBytes(more) +
                                                " more in " + dtypeText(target.dtype) + ", found " +
                                                formatBytes(found) + " free; load the model in int8 or int4");
}

} // namespace prunescope::model
