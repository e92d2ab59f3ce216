#include "core/base/error.h"
#include "core/image/codecs.h"
#include "core/image/image_header.h"

#include <algorithm>

namespace prunescope::codec {

/// A header of three numbers, one white space, then the samples.
DecodedPixels decodePpm(Bytes bytes) {
    std::size_t at = 2;
    std::optional<std::uint32_t> maximum;
    for (int field = 0; field < 3; ++field)
        maximum = nextPnmNumber(bytes, at);
    if (maximum != 255)
        throw Error(ErrorKind::BadFile,
                    "PPM with " +
                        (maximum ? "maximum " + std::to_string(*maximum) : std::string("unreadable maximum")) +
                        ", expected 255");
    const Size size = pnmSize(bytes);
    const std::size_t need = static_cast<std::size_t>(size.area()) * 3;
    if (bytes.size() < at + 1 + need)
        throw Error(ErrorKind::BadFile, "truncated PPM: " + std::to_string(bytes.size()) + " bytes, expected " +
                                            std::to_string(at + 1 + need));
    DecodedPixels pixels(size, 3);
    std::copy_n(bytes.data() + at + 1, need, pixels.samples.data());
    return pixels;
}

std::vector<std::uint8_t> encodePpm(const Picture& picture) {
    const std::string header =
        "P6\n" + std::to_string(picture.width()) + " " + std::to_string(picture.height()) + "\n255\n";
    std::vector<std::uint8_t> bytes(header.begin(), header.end());
    bytes.insert(bytes.end(), picture.data(), picture.data() + picture.sizeBytes());
    return bytes;
}

} // namespace prunescope::codec
