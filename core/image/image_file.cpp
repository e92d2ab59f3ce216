#include "core/image/image_file.h"

#include "core/base/error.h"
#include "core/image/codecs.h"
#include "core/image/image_formats.h"
#include "core/image/on_white.h"
#include "core/image/orientation.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <new>

namespace prunescope {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kHeadBytes = 64 << 10; // has the size of most pictures in it, and the format of all

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorKind::BadFile, why);
}

/// Runs `action`; what it throws begins with `name`.
template <typename Action>
auto naming(const std::string& name, Action action) {
    try {
        return action();
    } catch (const Error& error) {
        throw Error(error.kind(), name + ": " + error.what());
    } catch (const std::bad_alloc&) {
        throw Error(ErrorKind::OutOfMemory, name + ": not enough memory to decode the picture");
    }
}

void refuseLarge(Size size) {
    if (size.area() > kMaxPicturePixels)
        refuse(std::to_string(size.width) + "x" + std::to_string(size.height) + " pixels, more than the limit of " +
               std::to_string(kMaxPicturePixels) + " pixels");
}

/// Of the first bytes of a file. Refuses what is not read, and what says to be too large.
const ImageFormat& readableFormat(Bytes head) {
    const ImageFormat* format = formatOf(head);
    if (!format)
        refuse("no readable picture (damaged, or not " + readableFormats() + ")");
    if (!format->decode)
        refuse(std::string(format->name) + " is not read: " + format->wayOut);
    refuseLarge(format->size(head));
    return *format;
}

DecodedPixels decode(Bytes bytes) {
    if (bytes.empty())
        refuse("empty file (0 bytes), expected a picture");
    const ImageFormat& format = readableFormat(bytes);
    const Size size = format.size(bytes);
    if (size.area() == 0) // also keeps pictures out whose size only a decoder could tell
        refuse(std::string("no readable picture (damaged ") + format.name + ")");
    DecodedPixels pixels = format.decode(bytes);
    if (pixels.size != size)
        refuse(std::string("no readable picture (") + format.name + " of another size than its header says)");
    if (pixels.orientation == 1)
        pixels.orientation = orientationOf(bytes);
    return pixels;
}

void requireFile(const std::string& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored))
        throw Error(ErrorKind::NotFound, "no such file");
    if (!fs::is_regular_file(path, ignored))
        refuse("not a file");
}

/// The header is looked at before the rest is read.
std::vector<std::uint8_t> readBytes(const std::string& path) {
    requireFile(path);
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in)
        refuse("can't be opened for reading");
    const auto size = static_cast<std::uint64_t>(in.tellg());
    std::vector<std::uint8_t> bytes;
    const auto readUpTo = [&](std::uint64_t end) {
        const std::size_t before = bytes.size();
        bytes.resize(end);
        in.seekg(static_cast<std::streamoff>(before));
        if (!in.read(reinterpret_cast<char*>(bytes.data() + before), static_cast<std::streamsize>(end - before)))
            refuse("can't be read");
    };
    readUpTo(std::min(size, kHeadBytes));
    if (!bytes.empty())
        readableFormat(bytes);
    if (size > kMaxPictureBytes)
        refuse(std::to_string(size) + " bytes, more than the limit of " + std::to_string(kMaxPictureBytes) + " bytes");
    readUpTo(size);
    return bytes;
}

std::vector<std::uint8_t> encode(const Picture& picture, const std::string& extension) {
    if (extension == ".ppm")
        return codec::encodePpm(picture);
#ifdef PRUNESCOPE_OPENCV
    return codec::encodeByOpenCv(picture, extension);
#else
    throw Error(ErrorKind::Unsupported,
                "pictures can't be written as '" + extension + "': this build without OpenCV writes .ppm only");
#endif
}

} // namespace

LoadedImage loadImage(std::span<const std::uint8_t> bytes, const std::string& name) {
    return naming(name, [&] { return uprightOnWhite(decode(bytes)); });
}

LoadedImage loadImage(const std::string& path) {
    return naming(path, [&] { return uprightOnWhite(decode(readBytes(path))); });
}

Picture readImage(const std::string& path) {
    return loadImage(path).picture;
}

Picture decodeImage(std::span<const std::uint8_t> bytes, const std::string& name) {
    return loadImage(bytes, name).picture;
}

Picture decodeScreens(std::span<const std::uint8_t> bytes, const std::string& name) {
    return naming(name, [&] { return uprightOnBlack(decode(bytes)); });
}

Size sizeInHeader(std::span<const std::uint8_t> bytes) {
    const ImageFormat* format = formatOf(bytes);
    return format && format->size ? format->size(bytes) : Size{};
}

Size sizeInHead(std::span<const std::uint8_t> head, const std::string& name) {
    constexpr int kFirstTurned = 5; // of the orientations in which width and height change places
    return naming(name, [&] {
        if (head.empty())
            refuse("empty file (0 bytes), expected a picture");
        const Size size = readableFormat(head).size(head);
        return orientationOf(head) < kFirstTurned ? size : Size{size.height, size.width};
    });
}

void writeImage(const std::string& path, const Picture& picture, Readers readers) {
    std::string extension = fs::path(path).extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto bytes = encode(picture, extension);
    writeFile(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, readers);
}

std::vector<std::uint8_t> encodePng(const Picture& picture) {
    return encode(picture, ".png");
}

} // namespace prunescope
