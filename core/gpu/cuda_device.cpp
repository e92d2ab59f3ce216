#include "core/gpu/cuda_device.h"

#include "core/base/error.h"
#include "core/base/log.h"

#include <array>

namespace prunescope {

std::unique_ptr<CudaDevice> CudaDevice::open(int ordinal) {
    const CudaKernels* kernels = cudaKernels();
    if (!kernels)
        return nullptr;
    std::unique_ptr<CudaDevice> device(new CudaDevice(*kernels, ordinal));
    std::array<char, 256> name{};
    int error = kernels->useDevice(ordinal);
    if (error == 0)
        error = kernels->deviceName(ordinal, name.data(), static_cast<int>(name.size()));
    if (error == 0)
        error = kernels->createStream(&device->m_stream);
    if (error != 0) {
        log::info("CUDA device " + std::to_string(ordinal) + " can't be used: " + kernels->errorText(error));
        return nullptr;
    }
    device->m_name = name.data();
    return device;
}

CudaDevice::~CudaDevice() {
    if (m_stream)
        m_kernels.destroyStream(m_stream);
}

void CudaDevice::use() const {
    check(m_kernels.useDevice(m_ordinal), "choosing the device");
}

void CudaDevice::check(int error, const char* what) const {
    checkCuda(error, what);
}

void CudaDevice::copy(void* to, const void* from, std::size_t bytes, void* stream) const {
    check(m_kernels.copy(to, from, bytes, stream), "copying");
}

void CudaDevice::wait(void* stream) const {
    check(m_kernels.wait(stream), "the work on the device");
}

template <MemoryKind kind>
void CudaBuffer<kind>::grow(std::size_t bytes) {
    if (bytes <= m_sizeBytes)
        return;
    release();
    const auto allocate = kind == MemoryKind::Device ? m_device.kernels().allocate : m_device.kernels().allocatePinned;
    const std::string what = "getting " + std::to_string(bytes) + " bytes of memory";
    m_device.check(allocate(&m_memory, bytes), what.c_str());
    m_sizeBytes = bytes;
}

template <MemoryKind kind>
void CudaBuffer<kind>::release() {
    const auto free = kind == MemoryKind::Device ? m_device.kernels().release : m_device.kernels().releasePinned;
    if (m_memory)
        free(m_memory);
    m_memory = nullptr;
    m_sizeBytes = 0;
}

template class CudaBuffer<MemoryKind::Device>;
template class CudaBuffer<MemoryKind::PinnedHost>;

DeviceClock::~DeviceClock() {
    for (void* event : m_events)
        m_device.kernels().destroyEvent(event);
}

void DeviceClock::mark(void* stream) {
    if (m_marks == m_events.size()) {
        void* event = nullptr;
        m_device.check(m_device.kernels().createEvent(&event), "making a clock");
        m_events.push_back(event);
    }
    m_device.check(m_device.kernels().recordEvent(m_events[m_marks], stream), "reading the clock");
    ++m_marks;
}

double DeviceClock::ms(std::size_t from) const {
    prunescope::check(from + 1 < m_marks, "a time between two marks");
    float ms = 0;
    m_device.check(m_device.kernels().elapsed(&ms, m_events[from], m_events[from + 1]), "reading the clock");
    return ms;
}

} // namespace prunescope
