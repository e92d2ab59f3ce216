#include "core/image/pixel_buffer.h"

#include <new>
#include <sys/mman.h>
#include <utility>

namespace prunescope {

namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

} // namespace

PixelBuffer::PixelBuffer(std::size_t bytes) : m_size(bytes) {
    if (bytes == 0)
        return;
    const bool large = bytes >= 2 * kHugePage;
    const std::size_t unit = large ? kHugePage : kLine;
    void* memory = ::operator new (bytes, std::align_val_t{unit});
    if (large) // a wish: small pages do as well, as they do for the rest
        ::madvise(memory, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
    m_bytes = {static_cast<std::uint8_t*>(memory), Free{unit}};
}

void PixelBuffer::Free::operator()(std::uint8_t* bytes) const {
    ::operator delete (bytes, std::align_val_t{unit});
}

std::shared_ptr<const std::uint8_t> PixelBuffer::share() && {
    m_size = 0;
    return std::shared_ptr<const std::uint8_t>(std::move(m_bytes));
}

} // namespace prunescope
