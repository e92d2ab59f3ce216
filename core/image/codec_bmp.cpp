#include "core/base/error.h"
#include "core/image/codecs.h"
#include "core/image/image_header.h"

#include <bit>

// Pixels of 16 and 32 bits and of colour masks: OpenCV 4.6 swaps and truncates channels of them or refuses them, the
// other decoders at hand know no BMP. To the byte as Pillow reads the layouts that it knows; all other masks too.
namespace prunescope::codec {

namespace {

constexpr std::uint32_t kPlain = 0, kMasks = 3, kMasksWithAlpha = 6; // compression

/// The bits of a channel in a pixel.
struct Channel {
    explicit Channel(std::uint32_t bits) : mask(bits), shift(bits ? std::countr_zero(bits) : 0), most(bits >> shift) {}

    std::uint8_t of(std::uint32_t pixel) const {
        return most == 0 ? 0 : static_cast<std::uint8_t>(std::uint64_t{(pixel & mask) >> shift} * 255 / most);
    }

    std::uint32_t mask;
    int shift;
    std::uint32_t most; ///< largest value; 0: no such channel
};

struct Layout {
    int bytesPerPixel;
    Channel red, green, blue, alpha;
};

std::uint32_t bitsOf(Bytes bytes) {
    return littleEndian(bytes, 28, 2);
}

std::uint32_t compressionOf(Bytes bytes) {
    return littleEndian(bytes, 30, 4);
}

bool isOurs(Bytes bytes) {
    constexpr std::uint32_t kShortestHeader = 40;
    if (bytes.size() < 14 + kShortestHeader || littleEndian(bytes, 14, 4) < kShortestHeader)
        return false;
    const std::uint32_t bits = bitsOf(bytes), compression = compressionOf(bytes);
    const bool masked = compression == kMasks || compression == kMasksWithAlpha;
    return bits == 16 || bits == 32 ? masked || compression == kPlain : bits == 24 && masked;
}

/// The masks lie behind a header of 40 bytes or at the same place in a longer one.
Layout layoutOf(Bytes bytes) {
    constexpr std::size_t kMasksAt = 54, kMasksEnd = 70;
    constexpr std::uint32_t kHeaderWithAlpha = 56;
    const int bytesPerPixel = static_cast<int>(bitsOf(bytes) / 8);
    const Layout plain32{4, Channel(0xff0000), Channel(0xff00), Channel(0xff), Channel(0)};
    if (compressionOf(bytes) == kPlain)
        return bytesPerPixel == 4 ? plain32 : Layout{2, Channel(0x7c00), Channel(0x3e0), Channel(0x1f), Channel(0)};
    if (bytes.size() < kMasksEnd)
        throw Error(ErrorKind::BadFile, "truncated BMP (header)");
    const bool mayHaveAlpha = littleEndian(bytes, 14, 4) >= kHeaderWithAlpha || compressionOf(bytes) == kMasksWithAlpha;
    const auto mask = [&](std::size_t i) { return littleEndian(bytes, kMasksAt + 4 * i, 4); };
    std::uint32_t alpha = mayHaveAlpha ? mask(3) : 0;
    if (std::popcount(alpha) == 1) // of 5-5-5: Pillow takes that bit for unused, as most writers mean it
        alpha = 0;
    if (bytesPerPixel == 4 && (mask(0) | mask(1) | mask(2)) == 0) // seen in old files: the usual order
        return {4, plain32.red, plain32.green, plain32.blue, Channel(mayHaveAlpha ? 0xff000000 : 0)};
    return {bytesPerPixel, Channel(mask(0)), Channel(mask(1)), Channel(mask(2)), Channel(alpha)};
}

void decodeRow(const Layout& layout, Bytes row, std::uint8_t* out) {
    const auto step = static_cast<std::size_t>(layout.bytesPerPixel);
    for (std::size_t at = 0; at < row.size(); at += step) {
        const std::uint32_t pixel = littleEndian(row, at, layout.bytesPerPixel);
        *out++ = layout.red.of(pixel);
        *out++ = layout.green.of(pixel);
        *out++ = layout.blue.of(pixel);
        if (layout.alpha.most)
            *out++ = layout.alpha.of(pixel);
    }
}

} // namespace

DecodedPixels decodeBmp(Bytes bytes) {
    if (!isOurs(bytes))
        return decodeByOpenCv(bytes);
    const Layout layout = layoutOf(bytes);
    DecodedPixels pixels(bmpSize(bytes), layout.alpha.most ? 4 : 3);
    const auto height = static_cast<std::size_t>(pixels.size.height);
    const std::size_t start = littleEndian(bytes, 10, 4);
    const std::size_t rowBytes =
        static_cast<std::size_t>(pixels.size.width) * static_cast<std::size_t>(layout.bytesPerPixel);
    const std::size_t stride = (rowBytes + 3) / 4 * 4;
    if (bytes.size() < start + stride * (height - 1) + rowBytes)
        throw Error(ErrorKind::BadFile, "truncated BMP");
    const bool topFirst = static_cast<std::int32_t>(littleEndian(bytes, 22, 4)) < 0;
    for (std::size_t i = 0; i < height; ++i)
        decodeRow(layout, bytes.subspan(start + i * stride, rowBytes),
                  pixels.row(static_cast<int>(topFirst ? i : height - 1 - i)));
    return pixels;
}

} // namespace prunescope::codec
