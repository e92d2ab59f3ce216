#include "core/image/orientation.h"

#include "core/image/image_chunks.h"

#include <algorithm>
#include <cstring>

namespace prunescope {

namespace {

constexpr std::string_view kExifPrefix{"Exif\0\0", 6};

bool startsWith(Bytes bytes, std::string_view text) {
    return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

/// Of EXIF data, which are a TIFF without a picture.
int orientationInTiff(Bytes tiff) {
    constexpr std::uint32_t kOrientation = 274, kUpright = 1, kLast = 8;
    if (tiff.size() < 8 || !(startsWith(tiff, {"II*\0", 4}) || startsWith(tiff, {"MM\0*", 4})))
        return kUpright;
    std::uint32_t found = kUpright;
    walkTiff(tiff, [&](const TiffEntry& entry) {
        if (entry.tag == kOrientation)
            found = entry.number.value_or(kUpright);
    });
    return static_cast<int>(found >= kUpright && found <= kLast ? found : kUpright);
}

/// JPEG has the prefix, PNG has not, in WebP both are found.
Bytes withoutPrefix(Bytes exif) {
    return startsWith(exif, kExifPrefix) ? exif.subspan(kExifPrefix.size()) : exif;
}

Bytes exifOfJpeg(Bytes bytes) {
    constexpr std::uint8_t kApp1 = 0xe1;
    Bytes exif;
    walkJpeg(bytes, [&](std::uint8_t marker, std::size_t at) {
        const std::size_t length = marker == kApp1 ? bigEndian(bytes, at + 2, 2) : 0; // with its own two bytes
        if (length >= 2 && length <= bytes.size() - at - 2)
            if (const Bytes data = bytes.subspan(at + 4, length - 2); startsWith(data, kExifPrefix))
                exif = data;
        return exif.empty();
    });
    return exif;
}

Bytes exifOfPng(Bytes bytes) {
    Bytes exif;
    walkPng(bytes, [&](std::string_view type, Bytes data) {
        if (type == "eXIf")
            exif = data;
        return exif.empty();
    });
    return exif;
}

Bytes exifOfWebp(Bytes bytes) {
    Bytes exif;
    walkWebp(bytes, [&](std::string_view type, Bytes data) {
        if (type == "EXIF")
            exif = data;
        return exif.empty();
    });
    return exif;
}

} // namespace

int orientationOf(Bytes bytes) {
    if (startsWith(bytes, "\xff\xd8"))
        return orientationInTiff(withoutPrefix(exifOfJpeg(bytes)));
    if (startsWith(bytes, "\x89PNG"))
        return orientationInTiff(withoutPrefix(exifOfPng(bytes)));
    if (startsWith(bytes, "RIFF"))
        return orientationInTiff(withoutPrefix(exifOfWebp(bytes)));
    return orientationInTiff(bytes);
}

Picture turnedUpright(const Picture& picture, int orientation) {
    if (orientation <= 1 || picture.empty())
        return picture;
    const bool swapsSides = orientation >= 5;
    const bool fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool fromBottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    const Size stored = picture.size();
    const Size size = swapsSides ? Size{stored.height, stored.width} : stored;
    PixelBuffer rgb(picture.sizeBytes());
    std::uint8_t* out = rgb.data();
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x, out += 3) {
            const int column = swapsSides ? y : x, line = swapsSides ? x : y;
            const std::uint8_t* in = picture.row(fromBottom ? stored.height - 1 - line : line) +
                                     3 * std::ptrdiff_t{fromRight ? stored.width - 1 - column : column};
            std::copy_n(in, 3, out);
        }
    return Picture(size, std::move(rgb));
}

} // namespace prunescope
