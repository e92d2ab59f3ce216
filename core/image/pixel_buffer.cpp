#include "core/image/pixel_buffer.h"

#include <mutex>
#include <new>
#include <sys/mman.h>
#include <utility>
#include <vector>

namespace prunescope {

namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kLarge = 2 * kHugePage;
constexpr std::size_t kMostSpare = std::size_t{48} << 20; // unless a single one has more

/// Large ones are whole huge pages, so that a picture's memory fits the one that it is resized to as well.
std::size_t capacityFor(std::size_t bytes) {
    return bytes < kLarge ? bytes : (bytes + kHugePage - 1) / kHugePage * kHugePage;
}

std::uint8_t* allocate(std::size_t bytes) {
    if (bytes < kLarge)
        return static_cast<std::uint8_t*>(::operator new (bytes, std::align_val_t{kLine}));
    void* memory = ::operator new (bytes, std::align_val_t{kHugePage});
    // A wish: small pages do as well, as they do for the rest.
    ::madvise(memory, bytes, MADV_HUGEPAGE);
    return static_cast<std::uint8_t*>(memory);
}

void release(std::uint8_t* memory, std::size_t bytes) {
    ::operator delete (memory, std::align_val_t{bytes < kLarge ? kLine : kHugePage});
}

/// The large buffers that were freed last, for the next of their size: screenshots of a sequence are all of one, pages
/// that several threads read nearly, and fresh memory costs a third of a resize. A buffer of another size frees them
/// first, so that they never add to a peak.
class Spares {
public:
    Spares() { m_memory.reserve(kMostSpare / kLarge + 1); } // `put` must not throw
    /// Null when there is none of that size.
    std::uint8_t* take(std::size_t bytes) {
        const std::lock_guard lock(m_mutex);
        keepOnly(bytes);
        if (m_memory.empty())
            return nullptr;
        std::uint8_t* memory = m_memory.back();
        m_memory.pop_back();
        return memory;
    }
    void put(std::uint8_t* memory, std::size_t bytes) {
        const std::lock_guard lock(m_mutex);
        keepOnly(bytes);
        if (!m_memory.empty() && (m_memory.size() + 1) * bytes > kMostSpare)
            release(memory, bytes);
        else
            m_memory.push_back(memory);
    }

private:
    void keepOnly(std::size_t bytes) {
        if (bytes == m_bytes)
            return;
        for (std::uint8_t* memory : m_memory)
            release(memory, m_bytes);
        m_memory.clear();
        m_bytes = bytes;
    }

    std::mutex m_mutex;
    std::vector<std::uint8_t*> m_memory;
    std::size_t m_bytes = 0; ///< of each
};

/// Never destroyed: pictures may live until the very end of the process.
Spares& spares() {
    static Spares& all = *new Spares;
    return all;
}

} // namespace

PixelBuffer::PixelBuffer(std::size_t bytes) : m_size(bytes) {
    if (bytes == 0)
        return;
    const std::size_t capacity = capacityFor(bytes);
    std::uint8_t* memory = bytes < kLarge ? nullptr : spares().take(capacity);
    m_bytes = {memory ? memory : allocate(capacity), Free{capacity}};
}

void PixelBuffer::Free::operator()(std::uint8_t* memory) const {
    if (bytes < kLarge)
        release(memory, bytes);
    else
        spares().put(memory, bytes);
}

std::shared_ptr<const std::uint8_t> PixelBuffer::share() && {
    m_size = 0;
    return std::shared_ptr<const std::uint8_t>(std::move(m_bytes));
}

} // namespace prunescope
