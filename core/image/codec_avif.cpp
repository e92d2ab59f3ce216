#include "core/base/error.h"
#include "core/image/codecs.h"
#include "core/image/image_file.h"

#include <avif/avif.h>
#include <memory>

namespace prunescope::codec {

namespace {

struct Close {
    void operator()(avifDecoder* decoder) const { avifDecoderDestroy(decoder); }
};
using Decoder = std::unique_ptr<avifDecoder, Close>;

[[noreturn]] void refuse(avifResult result) {
    if (result == AVIF_RESULT_OUT_OF_MEMORY)
        throw std::bad_alloc();
    throw Error(ErrorKind::BadFile, std::string("no readable AVIF (") + avifResultToString(result) + ")");
}

void require(avifResult result) {
    if (result != AVIF_RESULT_OK)
        refuse(result);
}

/// Set as Pillow sets it, but for the limit.
Decoder open(Bytes bytes) {
    Decoder decoder(avifDecoderCreate());
    if (!decoder)
        throw std::bad_alloc();
    decoder->maxThreads = 4; // more gains little at the size of a screen
    decoder->ignoreExif = decoder->ignoreXMP = AVIF_TRUE;
    decoder->strictFlags = AVIF_STRICT_DISABLED;
    decoder->imageSizeLimit = static_cast<std::uint32_t>(kMaxPicturePixels);
    require(avifDecoderSetIOMemory(decoder.get(), bytes.data(), bytes.size()));
    require(avifDecoderParse(decoder.get()));
    return decoder;
}

Size sizeOf(const avifDecoder& decoder) {
    return {static_cast<int>(decoder.image->width), static_cast<int>(decoder.image->height)};
}

/// Its turn (counter-clockwise) and, after that, its mirror, in the numbers of EXIF.
int orientationOf(const avifImage& image) {
    constexpr int kTurned[] = {1, 8, 3, 6};
    constexpr int kTurnedTopToBottom[] = {4, 5, 2, 7};
    constexpr int kTurnedLeftToRight[] = {2, 7, 4, 5};
    const int turns = image.transformFlags & AVIF_TRANSFORM_IROT ? image.irot.angle % 4 : 0;
    if (!(image.transformFlags & AVIF_TRANSFORM_IMIR))
        return kTurned[turns];
#if AVIF_VERSION >= 1000000
    const bool leftToRight = image.imir.axis == 1;
#else
    const bool leftToRight = image.imir.mode == 1;
#endif
    return leftToRight ? kTurnedLeftToRight[turns] : kTurnedTopToBottom[turns];
}

} // namespace

Size avifSize(Bytes bytes) {
    try {
        return sizeOf(*open(bytes));
    } catch (const Error&) {
        return {};
    }
}

DecodedPixels decodeAvif(Bytes bytes) {
    const Decoder decoder = open(bytes);
    require(avifDecoderNextImage(decoder.get()));
    const avifImage& image = *decoder->image;
    DecodedPixels pixels(sizeOf(*decoder), decoder->alphaPresent ? 4 : 3);
    avifRGBImage target;
    avifRGBImageSetDefaults(&target, &image);
    target.depth = 8;
    target.format = decoder->alphaPresent ? AVIF_RGB_FORMAT_RGBA : AVIF_RGB_FORMAT_RGB;
    target.pixels = pixels.samples.data();
    target.rowBytes = static_cast<std::uint32_t>(pixels.strideBytes());
    require(avifImageYUVToRGB(&image, &target));
    pixels.frames = decoder->imageCount;
    pixels.orientation = orientationOf(image);
    return pixels;
}

} // namespace prunescope::codec
