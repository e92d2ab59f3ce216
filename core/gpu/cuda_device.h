#pragma once

#include "core/gpu/cuda_kernels.h"

#include <memory>
#include <string>
#include <vector>

namespace prunescope {

/// A GPU that our kernels run on, and a stream of its own on it. Used by one thread at a time.
class CudaDevice {
public:
    /// nullptr where there is no such device, or no kernels for it.
    static std::unique_ptr<CudaDevice> open(int ordinal);
    ~CudaDevice();
    CudaDevice(const CudaDevice&) = delete;
    CudaDevice& operator=(const CudaDevice&) = delete;

    const CudaKernels& kernels() const { return m_kernels; }
    const std::string& name() const { return m_name; }
    void* stream() const { return m_stream; }
    /// Makes this the device of the calling thread, as every call that follows needs.
    void use() const;
    /// Throws as `checkCuda` where `error` is not 0.
    void check(int error, const char* what) const;
    /// Queues a copy between host and device memory in any direction.
    void copy(void* to, const void* from, std::size_t bytes, void* stream) const;
    /// Returns when everything queued on `stream` is done.
    void wait(void* stream) const;

private:
    CudaDevice(const CudaKernels& kernels, int ordinal) : m_kernels(kernels), m_ordinal(ordinal) {}

    const CudaKernels& m_kernels;
    int m_ordinal;
    std::string m_name;
    void* m_stream = nullptr;
};

enum class MemoryKind { Device, PinnedHost };

/// Memory that is kept for the next time and grows when more is needed.
template <MemoryKind kind>
class CudaBuffer {
public:
    explicit CudaBuffer(const CudaDevice& device) : m_device(device) {}
    ~CudaBuffer() { release(); }
    CudaBuffer(const CudaBuffer&) = delete;
    CudaBuffer& operator=(const CudaBuffer&) = delete;

    /// At least `count` values, aligned to 256 bytes. Growing loses the content and waits for the device.
    template <typename Value = std::uint8_t>
    Value* need(std::size_t count) {
        grow(count * sizeof(Value));
        return static_cast<Value*>(m_memory);
    }
    void* data() const { return m_memory; }
    std::size_t sizeBytes() const { return m_sizeBytes; }

private:
    void grow(std::size_t bytes);
    void release();

    const CudaDevice& m_device;
    void* m_memory = nullptr;
    std::size_t m_sizeBytes = 0;
};

using DeviceBuffer = CudaBuffer<MemoryKind::Device>;
using PinnedBuffer = CudaBuffer<MemoryKind::PinnedHost>;

/// Moments on a stream, as the device reaches them.
class DeviceClock {
public:
    explicit DeviceClock(const CudaDevice& device) : m_device(device) {}
    ~DeviceClock();
    DeviceClock(const DeviceClock&) = delete;
    DeviceClock& operator=(const DeviceClock&) = delete;

    void restart() { m_marks = 0; }
    /// Queues a mark; marks count from 0.
    void mark(void* stream);
    /// Milliseconds from mark `from` to the one after it. Both must have passed.
    double ms(std::size_t from) const;

private:
    const CudaDevice& m_device;
    std::vector<void*> m_events;
    std::size_t m_marks = 0;
};

} // namespace prunescope
