#include "core/image/image_formats.h"

#include "core/base/format.h"
#include "core/image/codecs.h"
#include "core/image/image_header.h"

#include <algorithm>
#include <cctype>
#include <span>
#include <string_view>
#include <vector>

namespace prunescope {

namespace {

using namespace std::string_view_literals;

std::string_view head(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), kFormatBytes)};
}

bool isAt(Bytes bytes, std::size_t at, std::string_view text) {
    return bytes.size() >= at && head(bytes).substr(std::min(at, kFormatBytes)).starts_with(text);
}

template <typename... Texts>
bool startsWithAny(Bytes bytes, Texts... texts) {
    return (head(bytes).starts_with(texts) || ...);
}

bool isPng(Bytes bytes) {
    return startsWithAny(bytes, "\x89PNG\r\n\x1a\n"sv);
}

bool isJpeg(Bytes bytes) {
    return startsWithAny(bytes, "\xff\xd8"sv);
}

bool isWebp(Bytes bytes) {
    return startsWithAny(bytes, "RIFF"sv) && isAt(bytes, 8, "WEBP"sv);
}

bool isBmp(Bytes bytes) {
    return startsWithAny(bytes, "BM"sv);
}

bool isTiff(Bytes bytes) {
    return bytes.size() >= 8 && startsWithAny(bytes, "II*\0"sv, "MM\0*"sv);
}

bool isPpm(Bytes bytes) {
    return bytes.size() >= 3 && startsWithAny(bytes, "P6"sv);
}

bool isOtherPnm(Bytes bytes) {
    return bytes.size() >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '5';
}

bool isGif(Bytes bytes) {
    return startsWithAny(bytes, "GIF87a"sv, "GIF89a"sv);
}

/// Whether the first box is a list of file types that names one of `brands`, four letters each.
bool hasBrand(Bytes bytes, std::initializer_list<std::string_view> brands) {
    constexpr std::size_t kMajor = 8, kMinor = 12; // the version between the brands is none
    if (!isAt(bytes, 4, "ftyp"sv))
        return false;
    const std::size_t end = std::min<std::size_t>(bigEndian(bytes, 0, 4), head(bytes).size());
    for (std::size_t at = kMajor; at + 4 <= end; at += 4)
        if (at != kMinor && std::ranges::find(brands, head(bytes).substr(at, 4)) != brands.end())
            return true;
    return false;
}

bool isAvif(Bytes bytes) {
    return hasBrand(bytes, {"avif", "avis"});
}

bool isHeic(Bytes bytes) {
    return hasBrand(bytes, {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"});
}

bool isBigTiff(Bytes bytes) {
    return startsWithAny(bytes, "II+\0"sv, "MM\0+"sv);
}

bool isJpeg2000(Bytes bytes) {
    return startsWithAny(bytes, "\0\0\0\x0cjP  \r\n\x87\n"sv, "\xff\x4f\xff\x51"sv);
}

bool isJpegXl(Bytes bytes) {
    return startsWithAny(bytes, "\xff\x0a"sv, "\0\0\0\x0cJXL \r\n\x87\n"sv);
}

bool isIcon(Bytes bytes) {
    return startsWithAny(bytes, "\0\0\1\0"sv, "\0\0\2\0"sv) && bytes.size() > 5 && bytes[4] != 0;
}

/// Text, in whatever case, after white space and a mark of its encoding.
bool textBegins(Bytes bytes, std::initializer_list<std::string_view> beginnings) {
    std::string_view text = head(bytes);
    text.remove_prefix(text.starts_with("\xef\xbb\xbf") ? 3 : 0);
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::any_of(beginnings, [&](std::string_view beginning) { return lower.starts_with(beginning); });
}

bool isSvg(Bytes bytes) {
    return textBegins(bytes, {"<svg"}) || (textBegins(bytes, {"<?xml", "<!--", "<!doctype svg"}) &&
                                           head(bytes).find("<svg") != std::string_view::npos);
}

bool isWebPage(Bytes bytes) {
    return textBegins(bytes, {"<!doctype html", "<html", "<head", "<?xml"});
}

bool isPdf(Bytes bytes) {
    return head(bytes).find("%PDF-") != std::string_view::npos;
}

bool isPostScript(Bytes bytes) {
    return startsWithAny(bytes, "%!PS"sv, "\xc5\xd0\xd3\xc6"sv);
}

bool isPsd(Bytes bytes) {
    return startsWithAny(bytes, "8BPS"sv);
}

bool isXcf(Bytes bytes) {
    return startsWithAny(bytes, "gimp xcf"sv);
}

bool isExr(Bytes bytes) {
    return startsWithAny(bytes, "v/1\x01"sv);
}

bool isRadiance(Bytes bytes) {
    return startsWithAny(bytes, "#?RADIANCE"sv, "#?RGBE"sv);
}

bool isPamOrPfm(Bytes bytes) {
    return startsWithAny(bytes, "P7\n"sv, "PF\n"sv, "Pf\n"sv);
}

bool isQoi(Bytes bytes) {
    return startsWithAny(bytes, "qoif"sv);
}

bool isDds(Bytes bytes) {
    return startsWithAny(bytes, "DDS "sv);
}

bool isVideo(Bytes bytes) {
    return isAt(bytes, 4, "ftyp"sv) || startsWithAny(bytes, "\x1a\x45\xdf\xa3"sv) ||
           (startsWithAny(bytes, "RIFF"sv) && isAt(bytes, 8, "AVI "sv));
}

bool isArchive(Bytes bytes) {
    return startsWithAny(bytes, "PK\3\4"sv, "\x1f\x8b"sv, "7z\xbc\xaf\x27\x1c"sv, "Rar!"sv);
}

#ifdef PRUNESCOPE_OPENCV
constexpr auto kPng = codec::decodePng, kJpeg = codec::decodeByOpenCv, kWebp = codec::decodeWebp,
               kBmp = codec::decodeBmp, kTiff = codec::decodeTiff, kOtherPnm = codec::decodeByOpenCv;
#else
constexpr DecodedPixels (*kPng)(Bytes) = nullptr, (*kJpeg)(Bytes) = nullptr, (*kWebp)(Bytes) = nullptr,
                        (*kBmp)(Bytes) = nullptr, (*kTiff)(Bytes) = nullptr, (*kOtherPnm)(Bytes) = nullptr;
#endif
#ifdef PRUNESCOPE_GIF
constexpr auto kGif = codec::decodeGif;
#else
constexpr DecodedPixels (*kGif)(Bytes) = nullptr;
#endif
#ifdef PRUNESCOPE_AVIF
constexpr auto kAvif = codec::decodeAvif;
constexpr auto kAvifSize = codec::avifSize;
#else
constexpr DecodedPixels (*kAvif)(Bytes) = nullptr;
constexpr Size (*kAvifSize)(Bytes) = nullptr;
#endif

#ifdef PRUNESCOPE_HEIF
constexpr auto kHeif = codec::decodeHeif;
constexpr auto kHeifSize = codec::heifSize;
#else
constexpr DecodedPixels (*kHeif)(Bytes) = nullptr;
constexpr Size (*kHeifSize)(Bytes) = nullptr;
#endif

#ifdef PRUNESCOPE_OPENCV
constexpr const char* kSavePixels = "save it as PNG or JPEG";
#else
constexpr const char* kSavePixels = "save it as PPM, the only format of this build without OpenCV";
#endif
constexpr const char* kExportDrawing = "it holds a drawing, not pixels: export it as PNG";
constexpr const char* kExportPage = "it holds pages, not a picture: export the page as PNG";
constexpr const char* kOpenPage = "it holds pages: open it in the window, or export the page as PNG";

/// The first that matches counts.
constexpr ImageFormat kFormats[] = {
    {"PNG", isPng, pngSize, kPng, kSavePixels},
    {"JPEG", isJpeg, jpegSize, kJpeg, kSavePixels},
    {"WebP", isWebp, webpSize, kWebp, kSavePixels},
    {"GIF", isGif, gifSize, kGif, kSavePixels},
    {"AVIF", isAvif, kAvifSize, kAvif, kSavePixels},
    {"HEIC", isHeic, kHeifSize, kHeif, kSavePixels},
    {"BMP", isBmp, bmpSize, kBmp, kSavePixels},
    {"TIFF", isTiff, tiffSize, kTiff, kSavePixels},
    {"PPM", isPpm, pnmSize, codec::decodePpm, kSavePixels},
    {"PNM", isOtherPnm, pnmSize, kOtherPnm, kSavePixels},
    {"BigTIFF", isBigTiff, nullptr, nullptr, kSavePixels},
    {"JPEG 2000", isJpeg2000, nullptr, nullptr, kSavePixels},
    {"JPEG XL", isJpegXl, nullptr, nullptr, kSavePixels},
    {"ICO", isIcon, nullptr, nullptr, kSavePixels},
    {"PSD", isPsd, nullptr, nullptr, kSavePixels},
    {"XCF", isXcf, nullptr, nullptr, kSavePixels},
    {"OpenEXR", isExr, nullptr, nullptr, kSavePixels},
    {"Radiance HDR", isRadiance, nullptr, nullptr, kSavePixels},
    {"PAM or PFM", isPamOrPfm, nullptr, nullptr, kSavePixels},
    {"QOI", isQoi, nullptr, nullptr, kSavePixels},
    {"DDS", isDds, nullptr, nullptr, kSavePixels},
    {"SVG", isSvg, nullptr, nullptr, kExportDrawing},
    {"PDF", isPdf, nullptr, nullptr, kOpenPage},
    {"PostScript", isPostScript, nullptr, nullptr, kExportPage},
    {"HTML or XML", isWebPage, nullptr, nullptr, "it holds text: save a picture of the page as PNG"},
    {"video", isVideo, nullptr, nullptr, "save a frame as PNG"},
    {"archive", isArchive, nullptr, nullptr, "unpack the picture first"},
};

} // namespace

const ImageFormat* formatOf(Bytes bytes) {
    const auto found = std::ranges::find_if(kFormats, [&](const ImageFormat& format) { return format.matches(bytes); });
    return found == std::end(kFormats) ? nullptr : found;
}

std::string readableFormats() {
    std::vector<std::string> names;
    for (const ImageFormat& format : kFormats)
        if (format.decode)
            names.emplace_back(format.name);
    return join(names);
}

} // namespace prunescope
