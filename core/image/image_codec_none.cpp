#include "core/base/error.h"
#include "core/image/image_codec.h"

namespace prunescope::codec {

Picture decode(std::span<const std::uint8_t>, const std::string& name) {
    throw Error(ErrorKind::BadFile, name + ": not a PPM (P6) picture, the only format of this build without OpenCV");
}

std::vector<std::uint8_t> encode(const Picture&, const std::string& extension) {
    throw Error(ErrorKind::Unsupported,
                "pictures can't be written as '" + extension + "': this build without OpenCV writes .ppm only");
}

} // namespace prunescope::codec
