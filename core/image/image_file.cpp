#include "core/image/image_file.h"

#include "core/base/error.h"
#include "core/image/byte_reader.h"
#include "core/image/image_codec.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <optional>

namespace prunescope {

namespace {

namespace fs = std::filesystem;

std::string sizeText(Size size) {
    return std::to_string(size.width) + "x" + std::to_string(size.height);
}

std::vector<std::uint8_t> readBytes(const std::string& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored))
        throw Error(ErrorKind::NotFound, path + ": no such file");
    if (!fs::is_regular_file(path, ignored))
        throw Error(ErrorKind::BadFile, path + ": not a file");
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in)
        throw Error(ErrorKind::BadFile, path + ": can't be opened for reading");
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(in.tellg()));
    in.seekg(0);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!in)
        throw Error(ErrorKind::BadFile, path + ": can't be read");
    return bytes;
}

/// P6 with a maximum of 255: header of four fields, one white space, then the samples.
Picture decodePpm(std::span<const std::uint8_t> bytes, Size size, const std::string& name) {
    std::size_t at = 2;
    std::optional<std::uint32_t> maximum;
    for (int field = 0; field < 3; ++field)
        maximum = nextPnmNumber(bytes, at);
    if (maximum != 255)
        throw Error(ErrorKind::BadFile,
                    name + ": PPM with " +
                        (maximum ? "maximum " + std::to_string(*maximum) : std::string("unreadable maximum")) +
                        ", expected 255");
    const std::size_t need = static_cast<std::size_t>(size.area()) * 3;
    if (bytes.size() < at + 1 + need)
        throw Error(ErrorKind::BadFile, name + ": truncated PPM: " + std::to_string(bytes.size()) +
                                            " bytes, expected " + std::to_string(at + 1 + need));
    const auto samples = bytes.subspan(at + 1, need);
    return Picture(size, {samples.begin(), samples.end()});
}

std::vector<std::uint8_t> encodePpm(const Picture& picture) {
    const std::string header =
        "P6\n" + std::to_string(picture.width()) + " " + std::to_string(picture.height()) + "\n255\n";
    std::vector<std::uint8_t> bytes(header.begin(), header.end());
    bytes.insert(bytes.end(), picture.data(), picture.data() + picture.sizeBytes());
    return bytes;
}

} // namespace

Picture decodeImage(std::span<const std::uint8_t> bytes, const std::string& name) {
    if (bytes.empty())
        throw Error(ErrorKind::BadFile, name + ": empty file (0 bytes), expected a picture");
    const Size size = sizeInHeader(bytes);
    if (size.area() == 0) // also keeps formats out whose size only a decoder could tell
        throw Error(ErrorKind::BadFile,
                    name + ": no readable picture (damaged, or not PNG, JPEG, WebP, BMP, TIFF, PPM)");
    if (size.area() > kMaxPicturePixels)
        throw Error(ErrorKind::BadFile, name + ": " + sizeText(size) + " pixels, more than the limit of " +
                                            std::to_string(kMaxPicturePixels) + " pixels");
    if (size.area() > 0 && bytes[0] == 'P' && bytes[1] == '6')
        return decodePpm(bytes, size, name);
    return codec::decode(bytes, name);
}

Picture readImage(const std::string& path) {
    return decodeImage(readBytes(path), path);
}

void writeImage(const std::string& path, const Picture& picture, Readers readers) {
    std::string extension = fs::path(path).extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto bytes = extension == ".ppm" ? encodePpm(picture) : codec::encode(picture, extension);
    writeFile(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, readers);
}

std::vector<std::uint8_t> encodePng(const Picture& picture) {
    return codec::encode(picture, ".png");
}

} // namespace prunescope
