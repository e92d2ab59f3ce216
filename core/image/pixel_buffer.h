#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace prunescope {

/// Uninitialised memory for pixels, aligned to 64 bytes. Large ones lie on huge pages where the system has them: the
/// thousands of page faults of a 4K picture cost more than resizing it. The last large ones that were freed are kept
/// for the next of the same size, in whole huge pages. Any thread.
class PixelBuffer {
public:
    PixelBuffer() = default;
    /// Throws std::bad_alloc.
    explicit PixelBuffer(std::size_t bytes);

    std::uint8_t* data() { return m_bytes.get(); }
    const std::uint8_t* data() const { return m_bytes.get(); }
    std::size_t size() const { return m_size; }
    /// Gives the memory away; this is empty afterwards.
    std::shared_ptr<const std::uint8_t> share() &&;

private:
    struct Free {
        std::size_t bytes;
        void operator()(std::uint8_t* memory) const;
    };
    std::unique_ptr<std::uint8_t, Free> m_bytes;
    std::size_t m_size = 0;
};

} // namespace prunescope
