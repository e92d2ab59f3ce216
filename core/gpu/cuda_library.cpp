#include "core/gpu/cuda_library.h"

#include "core/base/log.h"

#include <dlfcn.h>
#include <string>

namespace prunescope {

const CudaLibrary* CudaLibrary::open() {
    static const CudaLibrary library = [] {
        void* handle = ::dlopen("libprunescope_cuda.so", RTLD_NOW | RTLD_LOCAL);
        if (!handle)
            log::info(std::string("no CUDA kernels of our own: ") + ::dlerror());
        return CudaLibrary(handle);
    }();
    return library.m_handle ? &library : nullptr;
}

void* CudaLibrary::symbol(const char* name) const {
    void* found = ::dlsym(m_handle, name);
    if (!found)
        log::warning(std::string("libprunescope_cuda.so is of another version and is not used: it has no ") + name);
    return found;
}

} // namespace prunescope
