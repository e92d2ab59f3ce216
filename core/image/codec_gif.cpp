#include "core/base/error.h"
#include "core/image/codecs.h"
#include "core/image/image_chunks.h"
#include "core/image/image_header.h"

#include <algorithm>
#include <array>
#include <gif_lib.h>
#include <memory>

namespace prunescope::codec {

namespace {

struct Close {
    void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};
using Gif = std::unique_ptr<GifFileType, Close>;

[[noreturn]] void refuse() {
    throw Error(ErrorKind::BadFile, "damaged or truncated GIF");
}

int readFrom(GifFileType* gif, GifByteType* out, int count) {
    Bytes& left = *static_cast<Bytes*>(gif->UserData);
    const std::size_t size = std::min(left.size(), static_cast<std::size_t>(count));
    std::copy_n(left.data(), size, out);
    left = left.subspan(size);
    return static_cast<int>(size);
}

/// Reads an extension. Returns the index of the transparent colour where it names one, else `known`.
int transparentIndex(GifFileType* gif, int known) {
    int code = 0;
    GifByteType* block = nullptr;
    if (DGifGetExtension(gif, &code, &block) != GIF_OK)
        refuse();
    GraphicsControlBlock control;
    if (code == GRAPHICS_EXT_FUNC_CODE && block && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
        known = control.TransparentColor; // NO_TRANSPARENT_COLOR is no index
    while (block)
        if (DGifGetExtensionNext(gif, &block) != GIF_OK)
            refuse();
    return known;
}

/// Moves to the first frame. Returns the index of its transparent colour.
int findFrame(GifFileType* gif) {
    int transparent = NO_TRANSPARENT_COLOR;
    GifRecordType type = UNDEFINED_RECORD_TYPE;
    while (DGifGetRecordType(gif, &type) == GIF_OK && type != TERMINATE_RECORD_TYPE) {
        if (type == EXTENSION_RECORD_TYPE)
            transparent = transparentIndex(gif, transparent);
        if (type == IMAGE_DESC_RECORD_TYPE && DGifGetImageDesc(gif) == GIF_OK)
            return transparent;
    }
    refuse();
}

/// Colours of all indices, RGBA, as Pillow fills them up: greys without a palette, black behind the end of one.
std::array<std::array<std::uint8_t, 4>, 256> paletteOf(const GifFileType& gif, int transparent) {
    std::array<std::array<std::uint8_t, 4>, 256> palette;
    const ColorMapObject* map = gif.Image.ColorMap ? gif.Image.ColorMap : gif.SColorMap;
    for (int i = 0; i < 256; ++i) {
        const auto grey = static_cast<std::uint8_t>(i);
        const GifColorType unnamed = map ? GifColorType{0, 0, 0} : GifColorType{grey, grey, grey};
        const GifColorType color = map && i < map->ColorCount ? map->Colors[i] : unnamed;
        palette[static_cast<std::size_t>(i)] = {color.Red, color.Green, color.Blue,
                                                static_cast<std::uint8_t>(i == transparent ? 0 : 255)};
    }
    return palette;
}

/// Where line `i` of the file belongs in a frame of `height` lines: interlaced ones come in four passes.
std::vector<int> lineOrder(int height, bool interlaced) {
    std::vector<int> order;
    const auto pass = [&](int first, int step) {
        for (int y = first; y < height; y += step)
            order.push_back(y);
    };
    if (!interlaced) {
        pass(0, 1);
        return order;
    }
    for (const auto& [first, step] : {std::pair{0, 8}, {4, 8}, {2, 4}, {1, 2}})
        pass(first, step);
    return order;
}

int framesIn(Bytes bytes) {
    int frames = 0;
    walkGif(bytes, [&](Bytes) {
        ++frames;
        return true;
    });
    return frames;
}

} // namespace

DecodedPixels decodeGif(Bytes bytes) {
    Bytes left = bytes;
    int error = 0;
    const Gif gif(DGifOpen(&left, readFrom, &error));
    if (!gif)
        refuse();
    const int transparent = findFrame(gif.get());
    const GifImageDesc& frame = gif->Image;
    const auto palette = paletteOf(*gif, transparent);
    DecodedPixels pixels(gifSize(bytes), 4);
    if (frame.Left < 0 || frame.Top < 0 || frame.Left + frame.Width > pixels.size.width ||
        frame.Top + frame.Height > pixels.size.height)
        refuse();
    // Around the frame: clear where something is, else the first colour.
    const auto& around = palette[static_cast<std::size_t>(std::max(transparent, 0))];
    for (std::size_t i = 0; i < pixels.samples.size(); i += 4)
        std::copy_n(around.data(), 4, pixels.samples.data() + i);
    std::vector<GifPixelType> line(static_cast<std::size_t>(frame.Width));
    for (const int y : lineOrder(frame.Height, frame.Interlace)) {
        if (DGifGetLine(gif.get(), line.data(), frame.Width) != GIF_OK)
            refuse();
        std::uint8_t* out = pixels.row(frame.Top + y) + 4 * std::ptrdiff_t{frame.Left};
        for (const GifPixelType index : line)
            out = std::copy_n(palette[index].data(), 4, out);
    }
    pixels.frames = framesIn(bytes);
    return pixels;
}

} // namespace prunescope::codec
