#include "core/base/error.h"
#include "core/image/codecs.h"
#include "core/image/image_header.h"
#include "core/image/image_integrity.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <memory>
#include <tiffio.h>

// libtiff itself and not OpenCV 4.6, which multiplies alpha into some pictures and not into others, loses that of grey
// ones, turns only those in colour and refuses tiles of three samples.
namespace prunescope::codec {

namespace {

static_assert(std::endian::native == std::endian::little, "libtiff packs a pixel into a number, red lowest");

struct Source {
    Bytes bytes;
    std::uint64_t at = 0;
};

tmsize_t readFrom(thandle_t handle, void* out, tmsize_t count) {
    Source& source = *static_cast<Source*>(handle);
    const std::uint64_t left = source.bytes.size() - std::min<std::uint64_t>(source.at, source.bytes.size());
    const std::uint64_t size = std::min(left, static_cast<std::uint64_t>(std::max<tmsize_t>(count, 0)));
    std::copy_n(source.bytes.data() + (source.bytes.size() - left), size, static_cast<std::uint8_t*>(out));
    source.at += size;
    return static_cast<tmsize_t>(size);
}

tmsize_t writeNothing(thandle_t, void*, tmsize_t) {
    return 0;
}

toff_t seek(thandle_t handle, toff_t offset, int whence) {
    Source& source = *static_cast<Source*>(handle);
    source.at = offset + (whence == SEEK_CUR ? source.at : whence == SEEK_END ? source.bytes.size() : 0);
    return source.at;
}

int closeNothing(thandle_t) {
    return 0;
}

toff_t sizeOf(thandle_t handle) {
    return static_cast<Source*>(handle)->bytes.size();
}

/// The bytes as they lie in memory. Without this, libtiff 4.5 refuses sound tiles of a size that is no multiple of
/// 1024.
int mapAll(thandle_t handle, void** base, toff_t* size) {
    const Bytes bytes = static_cast<Source*>(handle)->bytes;
    *base = const_cast<std::uint8_t*>(bytes.data()); // libtiff only reads from there
    *size = bytes.size();
    return 1;
}

void unmapNothing(thandle_t, void*, toff_t) {}

struct Close {
    void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using Tiff = std::unique_ptr<TIFF, Close>;

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorKind::BadFile, why);
}

/// A field with its default where the file does not have it.
std::uint16_t field(TIFF* tiff, std::uint32_t tag) {
    std::uint16_t value = 0;
    TIFFGetFieldDefaulted(tiff, tag, &value);
    return value;
}

void refuseOtherSamples(TIFF* tiff) {
    constexpr int kWhole = 8;
    const int bits = field(tiff, TIFFTAG_BITSPERSAMPLE), format = field(tiff, TIFFTAG_SAMPLEFORMAT);
    const std::string wayOut = " samples is not read: save it with 8 or 16 bits a sample";
    if (format == SAMPLEFORMAT_IEEEFP)
        refuse("TIFF with floating-point" + wayOut);
    if (bits > 2 * kWhole)
        refuse("TIFF with " + std::to_string(bits) + "-bit" + wayOut);
    if (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID && bits > kWhole)
        refuse("TIFF with signed or complex" + wayOut);
    std::array<char, 1024> why{};
    if (!TIFFRGBAImageOK(tiff, why.data()))
        refuse(std::string("TIFF of a kind that is not read (") + why.data() + ")");
}

/// libtiff's own drops the alpha of 16-bit grey.
void putGreyAlpha16(TIFFRGBAImage* image, std::uint32_t* out, std::uint32_t, std::uint32_t, std::uint32_t width,
                    std::uint32_t height, std::int32_t inSkip, std::int32_t outSkip, unsigned char* in) {
    const std::ptrdiff_t step = 2 * std::ptrdiff_t{image->samplesperpixel};
    for (; height > 0; --height, out += outSkip, in += inSkip * step)
        for (std::uint32_t x = 0; x < width; ++x, in += step)
            *out++ = (image->BWmap[in[1]][0] & 0xffffffu) | std::uint32_t{in[3]} << 24;
}

/// Makes the tables of libtiff's conversion say what Pillow does: the high byte of 16 bits instead of a rounded one,
/// and colours that are not multiplied by alpha.
void setTables(TIFFRGBAImage& image) {
    constexpr std::uint32_t kValues = 256;
    for (std::uint32_t i = 0; image.Bitdepth16To8 && i < kValues * kValues; ++i)
        image.Bitdepth16To8[i] = static_cast<std::uint8_t>(i / kValues);
    for (std::uint32_t i = 0; image.UaToAa && i < kValues * kValues; ++i)
        image.UaToAa[i] = static_cast<std::uint8_t>(i % kValues);
    if (image.alpha && image.isContig && image.bitspersample == 16 && image.samplesperpixel == 2)
        image.put.contig = putGreyAlpha16;
}

bool readRgba(TIFF* tiff, DecodedPixels& pixels) {
    TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT); // turned later, as all formats are
    TIFFRGBAImage image;
    std::array<char, 1024> why{};
    if (!TIFFRGBAImageBegin(&image, tiff, 1, why.data()))
        return false;
    image.req_orientation = ORIENTATION_TOPLEFT;
    setTables(image);
    const bool read = TIFFRGBAImageGet(&image, reinterpret_cast<std::uint32_t*>(pixels.samples.data()), image.width,
                                       image.height) == 1;
    TIFFRGBAImageEnd(&image);
    return read;
}

/// What the fourth sample means; unspecified where there is none.
int alphaKind(TIFF* tiff) {
    std::uint16_t count = 0;
    std::uint16_t* kinds = nullptr;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds);
    return count > 0 && kinds ? kinds[0] : EXTRASAMPLE_UNSPECIFIED;
}

/// As Pillow divides colours that were multiplied by alpha.
void makeStraight(DecodedPixels& pixels) {
    for (std::uint8_t* pixel = pixels.samples.data(); pixel != pixels.samples.data() + pixels.samples.size();
         pixel += 4)
        for (int channel = 0; channel < 3 && pixel[3] != 255; ++channel)
            pixel[channel] =
                static_cast<std::uint8_t>(pixel[3] == 0 ? 0 : std::min(255, 255 * pixel[channel] / pixel[3]));
}

void makeOpaque(DecodedPixels& pixels) {
    for (std::size_t i = 3; i < pixels.samples.size(); i += 4)
        pixels.samples.data()[i] = 255;
}

/// Without smaller copies of another page.
int countPages(TIFF* tiff) {
    int pages = 1;
    while (TIFFReadDirectory(tiff)) {
        std::uint32_t kind = 0;
        TIFFGetFieldDefaulted(tiff, TIFFTAG_SUBFILETYPE, &kind);
        pages += (kind & FILETYPE_REDUCEDIMAGE) == 0;
    }
    return pages;
}

} // namespace

DecodedPixels decodeTiff(Bytes bytes) {
    requireWhole(bytes);
    TIFFSetErrorHandler(nullptr); // errors are ours to report
    TIFFSetWarningHandler(nullptr);
    Source source{bytes};
    const Tiff tiff(TIFFClientOpen("picture", "r", &source, readFrom, writeNothing, seek, closeNothing, sizeOf, mapAll,
                                   unmapNothing));
    if (!tiff)
        refuse("damaged TIFF (header)");
    refuseOtherSamples(tiff.get());
    std::uint32_t width = 0, height = 0;
    TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
    const Size size{static_cast<int>(width), static_cast<int>(height)};
    if (size != tiffSize(bytes))
        refuse("damaged TIFF (size)");
    DecodedPixels pixels(size, 4);
    const int alpha = alphaKind(tiff.get());
    if (!readRgba(tiff.get(), pixels))
        refuse("damaged or truncated TIFF");
    if (alpha == EXTRASAMPLE_UNSPECIFIED)
        makeOpaque(pixels);
    if (alpha == EXTRASAMPLE_ASSOCALPHA)
        makeStraight(pixels);
    pixels.frames = countPages(tiff.get());
    return pixels;
}

} // namespace prunescope::codec
