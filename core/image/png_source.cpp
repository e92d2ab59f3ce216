#include "core/image/png_source.h"

#include "core/image/image_chunks.h"

#include <algorithm>
#include <libdeflate.h>
#include <memory>
#include <png.h>

namespace prunescope {

namespace {

constexpr std::size_t kSignature = 8, kChunkHead = 8, kHeader = 13; // bytes: of a file, a chunk and IHDR's data
constexpr std::uint64_t kMostInflated = 64 << 20;                   // is in memory besides the picture
constexpr std::size_t kMostStored = 65535;                          // bytes of a block (RFC 1951, 3.2.4)

/// Samples of a pixel; 0 for a type of colours that there is not.
std::uint64_t samplesOf(std::uint8_t colours) {
    switch (colours) {
    case PNG_COLOR_TYPE_GRAY:
    case PNG_COLOR_TYPE_PALETTE:
        return 1;
    case PNG_COLOR_TYPE_GRAY_ALPHA:
        return 2;
    case PNG_COLOR_TYPE_RGB:
        return 3;
    case PNG_COLOR_TYPE_RGB_ALPHA:
        return 4;
    default:
        return 0;
    }
}

/// Bytes of the rows with their filters, in all passes; 0: none, or far too many. `header` is IHDR's data.
std::uint64_t filteredBytes(Bytes header) {
    const std::uint64_t width = bigEndian(header, 0, 4), height = bigEndian(header, 4, 4);
    const std::uint64_t bits = header[8] * samplesOf(header[9]);
    const auto bytesOf = [&](std::uint64_t cols, std::uint64_t rows) {
        return cols == 0 ? 0 : rows * (1 + (cols * bits + 7) / 8);
    };
    if (bits == 0 || width * height > 8 * kMostInflated)
        return 0;
    if (header[12] == PNG_INTERLACE_NONE)
        return bytesOf(width, height);
    std::uint64_t bytes = 0;
    for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; ++pass)
        bytes += bytesOf(PNG_PASS_COLS(width, pass), PNG_PASS_ROWS(height, pass));
    return bytes;
}

/// The chunks of pixels, which stand together, and what stands before them.
struct Chunks {
    Bytes before;
    std::vector<Bytes> pixels;
};

Chunks chunksOf(Bytes bytes) {
    Chunks chunks;
    walkPng(bytes, [&](std::string_view type, Bytes data) {
        const bool isPixels = type == "IDAT";
        if (isPixels && chunks.pixels.empty())
            chunks.before = bytes.first(static_cast<std::size_t>(data.data() - bytes.data()) - kChunkHead);
        if (isPixels)
            chunks.pixels.push_back(data);
        return isPixels || chunks.pixels.empty();
    });
    return chunks;
}

/// `parts` one after another; `room` is for them.
Bytes joined(const std::vector<Bytes>& parts, std::vector<std::uint8_t>& room) {
    if (parts.size() == 1)
        return parts.front();
    for (const Bytes& part : parts)
        room.insert(room.end(), part.begin(), part.end());
    return room;
}

/// The pixel data, `size` bytes; empty where they are not exactly that, or damaged.
PixelBuffer inflated(Bytes zlib, std::size_t size) {
    const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater(
        libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
    if (!inflater)
        throw std::bad_alloc();
    PixelBuffer pixels(size);
    const libdeflate_result result =
        libdeflate_zlib_decompress(inflater.get(), zlib.data(), zlib.size(), pixels.data(), size, nullptr);
    return result == LIBDEFLATE_SUCCESS ? std::move(pixels) : PixelBuffer();
}

} // namespace

PngSource::PngSource(Bytes bytes) {
    const Chunks chunks = chunksOf(bytes);
    const bool hasHeader =
        chunks.before.size() >= kSignature + kChunkHead + kHeader && lettersAt(bytes, kSignature + 4) == "IHDR";
    const std::uint64_t size = hasHeader ? filteredBytes(bytes.subspan(kSignature + kChunkHead, kHeader)) : 0;
    if (size > 0 && size <= kMostInflated) {
        std::vector<std::uint8_t> room;
        m_pixels = inflated(joined(chunks.pixels, room), size);
    }
    if (!isInflated()) {
        add(bytes);
        return;
    }
    add(chunks.before);
    addStored({m_pixels.data(), m_pixels.size()});
}

void PngSource::add(Bytes part) {
    m_parts.push_back(part);
}

void PngSource::add(std::initializer_list<std::size_t> bytes) {
    std::vector<std::uint8_t>& made = m_made.emplace_back();
    for (const std::size_t byte : bytes)
        made.push_back(static_cast<std::uint8_t>(byte)); // its low eight bits
    add(Bytes(made));
}

/// A chunk with `pixels` as a zlib stream (RFC 1950), its checksums left empty.
void PngSource::addStored(Bytes pixels) {
    const std::size_t blocks = (pixels.size() + kMostStored - 1) / kMostStored;
    const std::size_t length = 2 + 5 * blocks + pixels.size() + 4;
    add({length >> 24, length >> 16, length >> 8, length, 'I', 'D', 'A', 'T'});
    add({0x08, 0x1d}); // deflate with the smallest window: nothing looks back, and zlib keeps a copy of that much
    while (!pixels.empty()) {
        const Bytes block = pixels.first(std::min(pixels.size(), kMostStored));
        pixels = pixels.subspan(block.size());
        add({pixels.empty(), block.size(), block.size() >> 8, ~block.size(), ~block.size() >> 8});
        add(block);
    }
    add({0, 0, 0, 0, 0, 0, 0, 0}); // of the stream and of the chunk
}

bool PngSource::read(std::uint8_t* out, std::size_t count) {
    while (count > 0 && m_next < m_parts.size()) {
        Bytes& part = m_parts[m_next];
        const std::size_t some = std::min(count, part.size());
        out = std::copy_n(part.data(), some, out);
        count -= some;
        part = part.subspan(some);
        m_next += part.empty();
    }
    return count == 0;
}

} // namespace prunescope
