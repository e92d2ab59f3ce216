#include "core/gpu/cuda_kernels.h"

#include "core/base/error.h"
#include "core/gpu/cuda_library.h"

#include <optional>
#include <string>

namespace prunescope {

namespace {

bool findAll(const CudaLibrary& library, CudaKernels& kernels) {
    return library.find("prunescope_patch_rows", kernels.patchRows) &&
           library.find("prunescope_kept_rows", kernels.keptRows) &&
           library.find("prunescope_pair_distances", kernels.pairDistances) &&
           library.find("prunescope_select", kernels.select) && library.find("prunescope_resize", kernels.resize) &&
           library.find("prunescope_use_device", kernels.useDevice) &&
           library.find("prunescope_device_name", kernels.deviceName) &&
           library.find("prunescope_allocate", kernels.allocate) &&
           library.find("prunescope_release", kernels.release) &&
           library.find("prunescope_allocate_pinned", kernels.allocatePinned) &&
           library.find("prunescope_release_pinned", kernels.releasePinned) &&
           library.find("prunescope_copy", kernels.copy) &&
           library.find("prunescope_create_stream", kernels.createStream) &&
           library.find("prunescope_destroy_stream", kernels.destroyStream) &&
           library.find("prunescope_wait", kernels.wait) &&
           library.find("prunescope_create_event", kernels.createEvent) &&
           library.find("prunescope_destroy_event", kernels.destroyEvent) &&
           library.find("prunescope_record_event", kernels.recordEvent) &&
           library.find("prunescope_wait_event", kernels.waitEvent) &&
           library.find("prunescope_elapsed", kernels.elapsed) &&
           library.find("prunescope_error_text", kernels.errorText);
}

std::optional<CudaKernels> openKernels() {
    const CudaLibrary* library = CudaLibrary::open();
    CudaKernels kernels{};
    return library && findAll(*library, kernels) ? std::optional(kernels) : std::nullopt;
}

} // namespace

const CudaKernels* cudaKernels() {
    static const std::optional<CudaKernels> kernels = openKernels();
    return kernels ? &*kernels : nullptr;
}

void checkCuda(int error, const char* what) {
    if (error != 0)
        throw Error(error == kCudaOutOfMemory ? ErrorKind::OutOfMemory : ErrorKind::Device,
                    std::string("CUDA: ") + what + " failed: " + cudaKernels()->errorText(error));
}

} // namespace prunescope
