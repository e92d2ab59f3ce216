#include "core/base/error.h"
#include "core/image/codecs.h"
#include "core/image/image_chunks.h"
#include "core/image/image_integrity.h"
#include "core/image/png_source.h"

#include <algorithm>
#include <csetjmp>
#include <png.h>

// libpng itself and not OpenCV, which drops the tRNS of grey pictures. Errors leave libpng by longjmp: what needs a
// destructor lives outside of the functions with setjmp.
namespace prunescope::codec {

namespace {

void ignoreWarning(png_structp, png_const_charp) {}

[[noreturn]] void jumpOut(png_structp png, png_const_charp) {
    png_longjmp(png, 1);
}

void readFrom(png_structp png, png_bytep out, std::size_t count) {
    if (!static_cast<PngSource*>(png_get_io_ptr(png))->read(out, count))
        png_error(png, "truncated");
}

class PngReader {
public:
    explicit PngReader(Bytes bytes) : m_source(bytes) {
        m_png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, jumpOut, ignoreWarning);
        m_info = m_png ? png_create_info_struct(m_png) : nullptr;
        if (!m_info)
            throw std::bad_alloc();
    }
    PngReader(const PngReader&) = delete;
    PngReader& operator=(const PngReader&) = delete;
    ~PngReader() { png_destroy_read_struct(&m_png, &m_info, nullptr); }

    bool readHeader() {
        if (setjmp(png_jmpbuf(m_png)))
            return false;
        png_set_read_fn(m_png, &m_source, readFrom);
        png_set_crc_action(m_png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE); // requireWhole has looked at all
        if (m_source.isInflated())
            png_set_option(m_png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
        png_read_info(m_png, m_info);
        // Palettes and small greys to 8 bit, tRNS to alpha: exactly, where Pillow 13 compares the tRNS of 16-bit and of
        // small grey samples with 8-bit ones.
        png_set_expand(m_png);
        // The high byte, also of grey: Pillow saturates 16-bit grey to white, which shows a model nothing.
        png_set_strip_16(m_png);
        png_set_gray_to_rgb(m_png);
        png_set_interlace_handling(m_png);
        png_read_update_info(m_png, m_info);
        return true;
    }
    Size size() const {
        return {static_cast<int>(png_get_image_width(m_png, m_info)),
                static_cast<int>(png_get_image_height(m_png, m_info))};
    }
    int channels() const { return png_get_channels(m_png, m_info); }
    bool readRows(png_bytepp rows) {
        if (setjmp(png_jmpbuf(m_png)))
            return false;
        png_read_image(m_png, rows);
        return true;
    }

private:
    PngSource m_source;
    png_structp m_png = nullptr;
    png_infop m_info = nullptr;
};

/// Those of an animation, and the picture that is shown without one where it is no part of that.
int framesIn(Bytes bytes) {
    constexpr std::uint32_t kMost = 1 << 30;
    std::uint32_t animated = 0;
    bool isPart = false;
    walkPng(bytes, [&](std::string_view type, Bytes data) {
        if (type == "acTL" && data.size() >= 4)
            animated = std::min(bigEndian(data, 0, 4), kMost);
        isPart = isPart || type == "fcTL";
        return type != "IDAT";
    });
    return static_cast<int>(std::max(1u, animated + (animated > 0 && !isPart)));
}

} // namespace

DecodedPixels decodePng(Bytes bytes) {
    requireWhole(bytes);
    PngReader reader(bytes);
    if (!reader.readHeader())
        throw Error(ErrorKind::BadFile, "damaged PNG (header)");
    DecodedPixels pixels(reader.size(), reader.channels());
    std::vector<png_bytep> rows;
    for (int y = 0; y < pixels.size.height; ++y)
        rows.push_back(pixels.row(y));
    if (!reader.readRows(rows.data()))
        throw Error(ErrorKind::BadFile, "damaged PNG (pixels)");
    pixels.frames = framesIn(bytes);
    return pixels;
}

} // namespace prunescope::codec
