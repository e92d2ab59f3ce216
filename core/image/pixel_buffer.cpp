#include "core/image/pixel_buffer.h"

#include <mutex>
#include <new>
#include <sys/mman.h>
#include <utility>

namespace prunescope {

namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kLarge = 2 * kHugePage;

std::uint8_t* allocate(std::size_t bytes) {
    if (bytes < kLarge)
        return static_cast<std::uint8_t*>(::operator new (bytes, std::align_val_t{kLine}));
    void* memory = ::operator new (bytes, std::align_val_t{kHugePage});
    // A wish: small pages do as well, as they do for the rest.
    ::madvise(memory, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
    return static_cast<std::uint8_t*>(memory);
}

void release(std::uint8_t* memory, std::size_t bytes) {
    ::operator delete (memory, std::align_val_t{bytes < kLarge ? kLine : kHugePage});
}

/// The large buffer that was freed last, for the next of the same size: screenshots of a sequence are all of one, and
/// fresh pages cost a third of a resize. A buffer of another size frees it first, so that it never adds to a peak.
class Spare {
public:
    /// Null when there is none of that size.
    std::uint8_t* take(std::size_t bytes) {
        const std::lock_guard lock(m_mutex);
        std::uint8_t* memory = std::exchange(m_memory, nullptr);
        if (memory && m_bytes != bytes)
            release(std::exchange(memory, nullptr), m_bytes);
        return memory;
    }
    void put(std::uint8_t* memory, std::size_t bytes) {
        const std::lock_guard lock(m_mutex);
        if (m_memory)
            release(m_memory, m_bytes);
        m_memory = memory;
        m_bytes = bytes;
    }

private:
    std::mutex m_mutex;
    std::uint8_t* m_memory = nullptr;
    std::size_t m_bytes = 0;
};

/// Never destroyed: pictures may live until the very end of the process.
Spare& spare() {
    static Spare& one = *new Spare;
    return one;
}

} // namespace

PixelBuffer::PixelBuffer(std::size_t bytes) : m_size(bytes) {
    if (bytes == 0)
        return;
    std::uint8_t* memory = bytes < kLarge ? nullptr : spare().take(bytes);
    m_bytes = {memory ? memory : allocate(bytes), Free{bytes}};
}

void PixelBuffer::Free::operator()(std::uint8_t* memory) const {
    if (bytes < kLarge)
        release(memory, bytes);
    else
        spare().put(memory, bytes);
}

std::shared_ptr<const std::uint8_t> PixelBuffer::share() && {
    m_size = 0;
    return std::shared_ptr<const std::uint8_t>(std::move(m_bytes));
}

} // namespace prunescope
