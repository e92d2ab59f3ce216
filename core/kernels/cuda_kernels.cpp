#include "core/kernels/cuda_kernels.h"

#include "core/base/log.h"

#include <dlfcn.h>
#include <optional>
#include <string>

namespace prunescope {

namespace {

template <typename Function>
bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

bool findAll(void* library, CudaKernels& kernels) {
    return find(library, "prunescope_patch_rows", kernels.patchRows) &&
           find(library, "prunescope_kept_rows", kernels.keptRows) &&
           find(library, "prunescope_pair_distances", kernels.pairDistances) &&
           find(library, "prunescope_select", kernels.select) && find(library, "prunescope_resize", kernels.resize) &&
           find(library, "prunescope_use_device", kernels.useDevice) &&
           find(library, "prunescope_device_name", kernels.deviceName) &&
           find(library, "prunescope_allocate", kernels.allocate) &&
           find(library, "prunescope_release", kernels.release) &&
           find(library, "prunescope_allocate_pinned", kernels.allocatePinned) &&
           find(library, "prunescope_release_pinned", kernels.releasePinned) &&
           find(library, "prunescope_copy", kernels.copy) &&
           find(library, "prunescope_create_stream", kernels.createStream) &&
           find(library, "prunescope_destroy_stream", kernels.destroyStream) &&
           find(library, "prunescope_wait", kernels.wait) &&
           find(library, "prunescope_create_event", kernels.createEvent) &&
           find(library, "prunescope_destroy_event", kernels.destroyEvent) &&
           find(library, "prunescope_record_event", kernels.recordEvent) &&
           find(library, "prunescope_elapsed", kernels.elapsed) &&
           find(library, "prunescope_error_text", kernels.errorText);
}

std::optional<CudaKernels> openKernels() {
    void* library = ::dlopen("libprunescope_cuda.so", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        log::info(std::string("no CUDA kernels of our own: ") + ::dlerror());
        return std::nullopt;
    }
    CudaKernels kernels{};
    if (!findAll(library, kernels)) {
        log::warning("libprunescope_cuda.so is of another version and is not used");
        return std::nullopt;
    }
    return kernels;
}

} // namespace

const CudaKernels* cudaKernels() {
    static const std::optional<CudaKernels> kernels = openKernels();
    return kernels ? &*kernels : nullptr;
}

} // namespace prunescope
