#include "core/base/error.h"
#include "core/image/codecs.h"

#include <algorithm>
#include <memory>
#include <webp/decode.h>
#include <webp/demux.h>

namespace prunescope::codec {

namespace {

struct CloseAnimation {
    void operator()(WebPAnimDecoder* decoder) const { WebPAnimDecoderDelete(decoder); }
};

[[noreturn]] void refuse() {
    throw Error(ErrorKind::BadFile, "damaged or truncated WebP");
}

/// The whole canvas. Where the first frame does not reach it is clear, or black in a file without alpha.
DecodedPixels firstFrame(Bytes bytes, bool hasAlpha) {
    const WebPData data{bytes.data(), bytes.size()};
    const std::unique_ptr<WebPAnimDecoder, CloseAnimation> decoder(WebPAnimDecoderNew(&data, nullptr));
    WebPAnimInfo info;
    std::uint8_t* canvas = nullptr;
    int timestamp = 0;
    if (!decoder || !WebPAnimDecoderGetInfo(decoder.get(), &info) ||
        !WebPAnimDecoderGetNext(decoder.get(), &canvas, &timestamp))
        refuse();
    DecodedPixels pixels({static_cast<int>(info.canvas_width), static_cast<int>(info.canvas_height)}, 4);
    std::copy_n(canvas, pixels.samples.size(), pixels.samples.data());
    for (std::size_t i = 3; !hasAlpha && i < pixels.samples.size(); i += 4)
        pixels.samples.data()[i] = 255;
    pixels.frames = static_cast<int>(info.frame_count);
    return pixels;
}

} // namespace

DecodedPixels decodeWebp(Bytes bytes) {
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(bytes.data(), bytes.size(), &features) != VP8_STATUS_OK)
        refuse();
    if (features.has_animation)
        return firstFrame(bytes, features.has_alpha != 0);
    DecodedPixels pixels({features.width, features.height}, features.has_alpha ? 4 : 3);
    const auto decode = features.has_alpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
    if (!decode(bytes.data(), bytes.size(), pixels.samples.data(), pixels.samples.size(),
                static_cast<int>(pixels.strideBytes())))
        refuse();
    return pixels;
}

} // namespace prunescope::codec
