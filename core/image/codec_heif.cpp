#include "core/base/error.h"
#include "core/image/codecs.h"
#include "core/image/image_file.h"

#include <algorithm>
#include <cstring>
#include <libheif/heif.h>
#include <memory>

namespace prunescope::codec {

namespace {

struct Close {
    void operator()(heif_context* context) const { heif_context_free(context); }
    void operator()(const heif_image_handle* handle) const { heif_image_handle_release(handle); }
    void operator()(const heif_image* image) const { heif_image_release(image); }
    void operator()(heif_decoding_options* options) const { heif_decoding_options_free(options); }
};
using Context = std::unique_ptr<heif_context, Close>;
using Handle = std::unique_ptr<heif_image_handle, Close>;
using Image = std::unique_ptr<heif_image, Close>;
using Options = std::unique_ptr<heif_decoding_options, Close>;

void require(const heif_error& error) {
    if (error.code == heif_error_Ok)
        return;
    if (error.code == heif_error_Memory_allocation_error)
        throw std::bad_alloc();
    throw Error(ErrorKind::BadFile, std::string("no readable HEIC (") + error.message + ")");
}

/// The picture that the file is about, in a context that outlives it and the bytes.
struct Opened {
    explicit Opened(Bytes bytes) : context(heif_context_alloc()) {
        if (!context)
            throw std::bad_alloc();
        require(heif_context_read_from_memory_without_copy(context.get(), bytes.data(), bytes.size(), nullptr));
        heif_image_handle* handle = nullptr;
        require(heif_context_get_primary_image_handle(context.get(), &handle));
        picture.reset(handle);
    }
    /// As it is turned and cut.
    Size size() const {
        return {heif_image_handle_get_width(picture.get()), heif_image_handle_get_height(picture.get())};
    }

    Context context;
    Handle picture;
};

/// 8-bit RGB, or RGBA. The library turns, mirrors and cuts as the file says; an orientation in EXIF is none of HEIC's.
Image decoded(const Opened& file, bool hasAlpha) {
    const Options options(heif_decoding_options_alloc());
    if (!options)
        throw std::bad_alloc();
    options->convert_hdr_to_8bit = 1;
    heif_image* image = nullptr;
    require(heif_decode_image(file.picture.get(), &image, heif_colorspace_RGB,
                              hasAlpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, options.get()));
    return Image(image);
}

/// Colours that were multiplied by their alpha, as they were.
void divideByAlpha(DecodedPixels& pixels) {
    std::uint8_t* pixel = pixels.samples.data();
    for (std::int64_t left = pixels.size.area(); left > 0; --left, pixel += 4)
        for (int c = 0; c < 3 && pixel[3] > 0; ++c)
            pixel[c] = static_cast<std::uint8_t>(std::min(255, (pixel[c] * 255 + pixel[3] / 2) / pixel[3]));
}

} // namespace

Size heifSize(Bytes bytes) {
    try {
        return Opened(bytes).size();
    } catch (const Error&) {
        return {};
    }
}

DecodedPixels decodeHeif(Bytes bytes) {
    const Opened file(bytes);
    const bool hasAlpha = heif_image_handle_has_alpha_channel(file.picture.get()) != 0;
    const Image image = decoded(file, hasAlpha);
    int stride = 0;
    const std::uint8_t* from = heif_image_get_plane_readonly(image.get(), heif_channel_interleaved, &stride);
    const Size size{heif_image_get_width(image.get(), heif_channel_interleaved),
                    heif_image_get_height(image.get(), heif_channel_interleaved)};
    if (!from || size != file.size())
        throw Error(ErrorKind::BadFile, "no readable HEIC (its picture is of another size than it says)");
    DecodedPixels pixels(size, hasAlpha ? 4 : 3);
    for (int y = 0; y < size.height; ++y)
        std::memcpy(pixels.row(y), from + static_cast<std::ptrdiff_t>(y) * stride, pixels.strideBytes());
    if (hasAlpha && heif_image_handle_is_premultiplied_alpha(file.picture.get()))
        divideByAlpha(pixels);
    pixels.frames = heif_context_get_number_of_top_level_images(file.context.get());
    return pixels;
}

} // namespace prunescope::codec
