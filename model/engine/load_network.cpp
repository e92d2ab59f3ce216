#include "model/engine/load_network.h"

#include "core/base/error.h"
#include "model/budget/load_budget.h"
#include "model/budget/mmap_allocation.h"
#include "model/device/device.h"

#include <algorithm>
#include <c10/core/DeviceGuard.h>
#include <map>

namespace prunescope::model {

namespace {

std::int64_t float32Bytes(const ModelFolder& folder) {
    std::int64_t values = 0;
    for (const auto& file : folder.weights())
        for (const auto& [name, tensor] : file->tensors())
            values += tensor.values();
    return values * static_cast<std::int64_t>(sizeof(float));
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

} // namespace

LoadedNetwork loadNetwork(const LoadOptions& options, const LoadProgress& progress, std::stop_token stop,
                          const MemoryGauge& gauge, const FolderCheck& check) {
    const WeightFormat format = parseWeightFormat(options.weights);
    LoadedNetwork loaded{ModelFolder::open(options.folder), nullptr, nullptr, {}};
    const ModelFolder& folder = loaded.folder;
    const std::string& configPath = folder.configPath();
    loaded.family = &findFamily(folder.config(), configPath);
    ModelConfig config = loaded.family->configOf(JsonFields(folder.config(), configPath));
    config.images = preparedImages(folder.texts().images, *loaded.family, config.images);
    if (check)
        check(folder, *loaded.family, config);
    const at::Device device = resolveDevice(options.device);
    const at::ScalarType dtype = resolveDtype(options.dtype, device, storedType(folder), float32Bytes(folder));
    const WeightTarget target{device, dtype, format};
    requireMemoryToLoad(folder.checkpoint(), config.shape(folder.name()), target, options.threads, gauge);
    MmapAllocation::prepare();
    const c10::DeviceGuard current(device);
    setThreads(suitableThreads(options.threads, float32Bytes(folder))); // packing takes all that it gets
    const auto weights = folderWeights(folder.checkpoint(), target, progress, std::move(stop));
    loaded.network = loadModel(config, configPath, folder.name(), *weights, target);

    if (progress)
        progress(1.0); // tensors that nobody asks for were not read

    loaded.mappedBytes = weights->mappedBytes();
    loaded.threads = suitableThreads(options.threads, weights->bytes());
    setThreads(loaded.threads);

    const ModelTraits& traits = loaded.network->traits();
    loaded.info = {.name = folder.name(),
                   .folder = folder.path(),
                   .device = deviceText(device),
                   .dtype = dtypeText(dtype),
                   .weights = toText(format),
                   .shape = traits.shape,
                   .limits = config.images,
                   .places = config.places,
                   .coordinates = config.coordinates,
                   .sampling = folder.generation().sampling,
                   .parameters = weights->parameters(),
                   .weightBytes = weights->bytes(),
                   .maxPositions = static_cast<int>(config.text.maxPositions),
                   .notes = folder.notes()};
    return loaded;
}

} // namespace prunescope::model
