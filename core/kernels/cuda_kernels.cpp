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

std::optional<CudaKernels> openKernels() {
    void* library = ::dlopen("libprunescope_cuda.so", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        log::info(std::string("no CUDA kernels of our own: ") + ::dlerror());
        return std::nullopt;
    }
    CudaKernels kernels{};
    if (!find(library, "prunescope_patch_rows", kernels.patchRows)) {
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
