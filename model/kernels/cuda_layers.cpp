#include "model/kernels/cuda_layers.h"

#include "core/gpu/cuda_library.h"

#include <optional>

namespace prunescope::model {

namespace {

bool findAll(const CudaLibrary& library, CudaLayers& layers) {
    return library.find("prunescope_make_token_graph", layers.makeTokenGraph) &&
           library.find("prunescope_launch_graph", layers.launchGraph) &&
           library.find("prunescope_destroy_graph", layers.destroyGraph) &&
           library.find("prunescope_set_token", layers.setToken) &&
           library.find("prunescope_multiprocessors", layers.multiprocessors) &&
           library.find("prunescope_add_norm", layers.addNorm) &&
           library.find("prunescope_turn_language_heads", layers.turnLanguageHeads) &&
           library.find("prunescope_turn_vision_heads", layers.turnVisionHeads) &&
           library.find("prunescope_gate", layers.gate) &&
           library.find("prunescope_place_patches", layers.placePatches);
}

std::optional<CudaLayers> openLayers() {
    const CudaLibrary* library = CudaLibrary::open();
    CudaLayers layers{};
    return library && findAll(*library, layers) ? std::optional(layers) : std::nullopt;
}

} // namespace

const CudaLayers* cudaLayers() {
    static const std::optional<CudaLayers> layers = openLayers();
    return layers ? &*layers : nullptr;
}

} // namespace prunescope::model
