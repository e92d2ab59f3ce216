#include "core/image/pixel_buffer.h"

#include <cstdlib>
#include <new>
#include <sys/mman.h>
#include <utility>

namespace prunescope {

namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

constexpr std::size_t roundedUp(std::size_t bytes, std::size_t unit) {
    return (bytes + unit - 1) / unit * unit;
}

} // namespace

PixelBuffer::PixelBuffer(std::size_t bytes) : m_size(bytes) {
    if (bytes == 0)
        return;
    const bool large = bytes >= 2 * kHugePage;
    const std::size_t unit = large ? kHugePage : kLine;
    const std::size_t reserved = roundedUp(bytes, unit);
    void* memory = reserved < bytes ? nullptr : std::aligned_alloc(unit, reserved);
    if (!memory)
        throw std::bad_alloc();
    if (large)
        ::madvise(memory, reserved, MADV_HUGEPAGE); // a wish: small pages do as well
    m_bytes.reset(static_cast<std::uint8_t*>(memory));
}

void PixelBuffer::Free::operator()(std::uint8_t* bytes) const {
    std::free(bytes);
}

std::shared_ptr<const std::uint8_t> PixelBuffer::share() && {
    m_size = 0;
    return std::shared_ptr<const std::uint8_t>(std::move(m_bytes));
}

} // namespace prunescope
