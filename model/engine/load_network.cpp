#include "model/engine/load_network.h"

#include "core/base/error.h"
#include "model/budget/load_budget.h"
#include "model/budget/mmap_allocation.h"
#include "model/device/device.h"
#include "model/engine/describe_weights.h"
#include "model/families/weight_layout.h"

#include <algorithm>
#include <c10/core/DeviceGuard.h>
#include <map>

namespace prunescope::model {

namespace {

/// What the weights take on the CPU in float32, packed ones as they are.
std::int64_t float32Bytes(const ModelFolder& folder) {
    const WeightMemory memory = estimateWeights(folder.checkpoint(), {at::kCPU, at::kFloat, WeightFormat::Native});
    return memory.mapped + memory.copied;
}

/// What most bytes of the checkpoint are stored as.
at::ScalarType storedType(const ModelFolder& folder) {
    std::map<std::string, std::size_t> bytes;
    for (const auto& file : folder.weights())
        for (const auto& [name, tensor] : file->tensors())
            bytes[tensor.dtype] += tensor.bytes.size();
    const auto most =
        std::max_element(bytes.begin(), bytes.end(), [](auto& a, auto& b) { return a.second < b.second; });
    return most != bytes.end() && most->first == "F32" ? at::kFloat : at::kBFloat16;
}

/// "native" for weights that are no more than cast; the format that they are stored in where that is a packed one.
std::string weightsText(WeightFormat format, const Checkpoint& checkpoint) {
    return format == WeightFormat::Native && isQuantized(checkpoint) ? storageText(checkpoint) : toText(format);
}

} // namespace

LoadedNetwork loadNetwork(const LoadOptions& options, const LoadProgress& progress, std::stop_token stop,
                          const MemoryGauge& gauge, const FolderCheck& check) {
    const WeightFormat format = parseWeightFormat(options.weights);
    const AdaptedModel place = resolveAdapter(options.folder, options.adapter);
    LoadedNetwork loaded{ModelFolder::open(place.base), nullptr, nullptr, nullptr, {}};
    const ModelFolder& folder = loaded.folder;
    const std::string& configPath = folder.configPath();
    loaded.family = &findFamily(folder.config(), configPath);
    ModelConfig config = loaded.family->configOf(JsonFields(folder.config(), configPath));
    config.images = preparedImages(folder.texts().images, *loaded.family, config.images);
    if (check)
        check(folder, *loaded.family, config);
    requireLayout(config, configPath, folder.checkpoint());
    const std::shared_ptr<const WeightChange> change = changeBy(place.adapter, folder.checkpoint());
    const at::Device device = resolveDevice(options.device);
    const at::ScalarType dtype = resolveDtype(options.dtype, device, storedType(folder), float32Bytes(folder));
    const WeightTarget target{device, dtype, format};
    requireMemoryToLoad(folder.checkpoint(), config.shape(folder.name()), target, options.threads, gauge, change.get());
    MmapAllocation::prepare();
    const c10::DeviceGuard current(device);
    setThreads(suitableThreads(options.threads, float32Bytes(folder))); // packing takes all that it gets
    loaded.weights =
        std::make_shared<KeptWeights>(folderWeights(folder.checkpoint(), target, progress, std::move(stop), change));
    loaded.network = loadModel(config, configPath, folder.name(), *loaded.weights, target);

    if (progress)
        progress(1.0); // tensors that nobody asks for were not read

    loaded.threads = suitableThreads(options.threads, loaded.weights->bytes());
    setThreads(loaded.threads);

    loaded.info = {.folder = folder.path(),
                   .device = deviceText(device),
                   .dtype = dtypeText(dtype),
                   .weights = weightsText(format, folder.checkpoint()),
                   .shape = loaded.network->traits().shape,
                   .limits = config.images,
                   .places = config.places,
                   .coordinates = config.coordinates,
                   .sampling = folder.generation().sampling,
                   .maxPositions = static_cast<int>(config.text.maxPositions),
                   .notes = folder.notes()};
    describeWeights(loaded.info, folder, place, *loaded.weights);
    return loaded;
}

} // namespace prunescope::model
