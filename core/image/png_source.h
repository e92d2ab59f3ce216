#pragma once

#include "core/image/byte_reader.h"
#include "core/image/pixel_buffer.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace prunescope {

/// The bytes of a PNG as libpng reads them. The pixel data are inflated by libdeflate, in a fraction of zlib's time,
/// and stand in the stream uncompressed; filters, colours and interlacing are left to libpng. Where anything about them
/// is unusual, damaged or large, libpng gets the file as it is, so that it alone decides what is a picture. Inside core
/// only.
class PngSource {
public:
    /// `bytes` begin with a PNG's signature and outlive this. Throws std::bad_alloc.
    explicit PngSource(Bytes bytes);
    PngSource(const PngSource&) = delete;
    PngSource& operator=(const PngSource&) = delete;

    /// Whether the pixel data were inflated, and their checksum found right: what `read` gives has none.
    bool isInflated() const { return m_pixels.size() > 0; }
    /// Copies the next `count` bytes; false where there are not as many.
    bool read(std::uint8_t* out, std::size_t count);

private:
    void add(Bytes part);
    void add(std::initializer_list<std::size_t> bytes);
    void addStored(Bytes pixels);

    PixelBuffer m_pixels;
    std::deque<std::vector<std::uint8_t>> m_made; ///< parts that are not in the file
    std::vector<Bytes> m_parts;
    std::size_t m_next = 0; ///< part to be read
};

} // namespace prunescope
