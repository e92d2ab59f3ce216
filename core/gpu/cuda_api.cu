// What our host code needs of the CUDA runtime, under plain C names: the runtime is linked into this library alone.
#include "core/gpu/warp_blocks.cuh"

#include <algorithm>
#include <cstring>

namespace {

constexpr int kOldestMajor = 8; // compute capability of the first GPUs that CMAKE_CUDA_ARCHITECTURES names

/// A call that failed would otherwise be reported once more by the next launch.
int settled(cudaError_t error) {
    if (error != cudaSuccess)
        static_cast<void>(cudaGetLastError());
    return error;
}

} // namespace

PRUNESCOPE_ENTRY int prunescope_use_device(int device) {
    return settled(cudaSetDevice(device));
}

PRUNESCOPE_ENTRY int prunescope_device_name(int device, char* name, int nameBytes) {
    cudaDeviceProp properties{};
    const cudaError_t error = cudaGetDeviceProperties(&properties, device);
    if (error != cudaSuccess || nameBytes <= 0)
        return settled(error);
    if (properties.major < kOldestMajor)
        return cudaErrorNoKernelImageForDevice;
    const std::size_t length = std::min(std::strlen(properties.name), static_cast<std::size_t>(nameBytes) - 1);
    std::memcpy(name, properties.name, length);
    name[length] = '\0';
    return cudaSuccess;
}

PRUNESCOPE_ENTRY int prunescope_allocate(void** memory, std::size_t bytes) {
    return settled(cudaMalloc(memory, bytes));
}

PRUNESCOPE_ENTRY int prunescope_release(void* memory) {
    return settled(cudaFree(memory));
}

PRUNESCOPE_ENTRY int prunescope_allocate_pinned(void** memory, std::size_t bytes) {
    return settled(cudaMallocHost(memory, bytes));
}

PRUNESCOPE_ENTRY int prunescope_release_pinned(void* memory) {
    return settled(cudaFreeHost(memory));
}

PRUNESCOPE_ENTRY int prunescope_copy(void* to, const void* from, std::size_t bytes, void* stream) {
    return settled(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, static_cast<cudaStream_t>(stream)));
}

PRUNESCOPE_ENTRY int prunescope_create_stream(void** stream) {
    return settled(cudaStreamCreate(reinterpret_cast<cudaStream_t*>(stream)));
}

PRUNESCOPE_ENTRY int prunescope_destroy_stream(void* stream) {
    return settled(cudaStreamDestroy(static_cast<cudaStream_t>(stream)));
}

PRUNESCOPE_ENTRY int prunescope_wait(void* stream) {
    return settled(cudaStreamSynchronize(static_cast<cudaStream_t>(stream)));
}

PRUNESCOPE_ENTRY int prunescope_create_event(void** event) {
    return settled(cudaEventCreate(reinterpret_cast<cudaEvent_t*>(event)));
}

PRUNESCOPE_ENTRY int prunescope_destroy_event(void* event) {
    return settled(cudaEventDestroy(static_cast<cudaEvent_t>(event)));
}

PRUNESCOPE_ENTRY int prunescope_record_event(void* event, void* stream) {
    return settled(cudaEventRecord(static_cast<cudaEvent_t>(event), static_cast<cudaStream_t>(stream)));
}

PRUNESCOPE_ENTRY int prunescope_wait_event(void* event) {
    return settled(cudaEventSynchronize(static_cast<cudaEvent_t>(event)));
}

PRUNESCOPE_ENTRY int prunescope_elapsed(float* ms, void* from, void* to) {
    return settled(cudaEventElapsedTime(ms, static_cast<cudaEvent_t>(from), static_cast<cudaEvent_t>(to)));
}

PRUNESCOPE_ENTRY const char* prunescope_error_text(int error) {
    return cudaGetErrorString(static_cast<cudaError_t>(error));
}

PRUNESCOPE_IS_MEMBER(prunescope_use_device, useDevice);
PRUNESCOPE_IS_MEMBER(prunescope_device_name, deviceName);
PRUNESCOPE_IS_MEMBER(prunescope_allocate, allocate);
PRUNESCOPE_IS_MEMBER(prunescope_release, release);
PRUNESCOPE_IS_MEMBER(prunescope_allocate_pinned, allocatePinned);
PRUNESCOPE_IS_MEMBER(prunescope_release_pinned, releasePinned);
PRUNESCOPE_IS_MEMBER(prunescope_copy, copy);
PRUNESCOPE_IS_MEMBER(prunescope_create_stream, createStream);
PRUNESCOPE_IS_MEMBER(prunescope_destroy_stream, destroyStream);
PRUNESCOPE_IS_MEMBER(prunescope_wait, wait);
PRUNESCOPE_IS_MEMBER(prunescope_create_event, createEvent);
PRUNESCOPE_IS_MEMBER(prunescope_destroy_event, destroyEvent);
PRUNESCOPE_IS_MEMBER(prunescope_record_event, recordEvent);
PRUNESCOPE_IS_MEMBER(prunescope_wait_event, waitEvent);
PRUNESCOPE_IS_MEMBER(prunescope_elapsed, elapsed);
PRUNESCOPE_IS_MEMBER(prunescope_error_text, errorText);
