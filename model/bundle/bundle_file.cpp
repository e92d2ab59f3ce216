#include "model/bundle/bundle_file.h"

#include "core/base/error.h"
#include "core/base/output_file.h"
#include "core/image/image_file.h"
#include "model/bundle/bundle_json.h"
#include "model/bundle/request_json.h"
#include "model/bundle/zip.h"
#include "model/files/mapped_file.h"

#include <charconv>
#include <map>

namespace prunescope::model {

namespace {

constexpr const char* kHead = "bundle.json";
constexpr const char* kRecord = "record.json";
constexpr std::string_view kPicture = "picture-", kPng = ".png";
constexpr std::uint64_t kMostJsonBytes = 1 << 26; ///< a hundred times a long chat
constexpr std::uint64_t kMostBytes = 1 << 30;

std::string pictureName(std::size_t index) {
    return std::string(kPicture) + std::to_string(index + 1) + std::string(kPng);
}

bool isPicture(std::string_view name) {
    int number = 0;
    if (name.starts_with(kPicture))
        std::from_chars(name.data() + kPicture.size(), name.data() + name.size(), number);
    return number > 0 && number <= kMostImages && name == pictureName(static_cast<std::size_t>(number - 1));
}

std::uint64_t mostBytes(std::string_view name) {
    return name == kHead || name == kRecord ? kMostJsonBytes : isPicture(name) ? kMaxPictureBytes : 0;
}

std::string bytesOf(const Picture& picture) {
    const std::vector<std::uint8_t> png = encodePng(picture);
    return {png.begin(), png.end()};
}

using Entries = std::map<std::string, std::string>;

const std::string& entryOf(const Entries& entries, const std::string& entry, const std::string& name) {
    const auto found = entries.find(entry);
    if (found == entries.end())
        throw Error(ErrorKind::BadFile, name + ": has no file " + entry);
    return found->second;
}

void readPictures(const Entries& entries, const std::string& name, Request& request) {
    for (std::size_t i = 0; i < request.images.size(); ++i) {
        const std::string& bytes = entryOf(entries, pictureName(i), name);
        const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
        request.images[i].picture = decodeImage({data, bytes.size()}, name + ": " + pictureName(i));
    }
    const std::size_t pictures = entries.size() - 2;
    if (pictures != request.images.size())
        throw Error(ErrorKind::BadFile, name + ": has " + std::to_string(pictures) + " pictures, expected " +
                                            std::to_string(request.images.size()) + ", as many as were asked about");
}

} // namespace

std::string toZip(const Bundle& bundle) {
    std::vector<ZipEntry> entries{{kHead, headText(bundle)}, {kRecord, toJsonLine(bundle.record) + "\n"}};
    for (std::size_t i = 0; i < bundle.request.images.size(); ++i)
        entries.push_back({pictureName(i), bytesOf(bundle.request.images[i].picture)});
    return packZip(entries);
}

void writeBundle(const std::string& path, const Bundle& bundle) {
    writeFile(path, toZip(bundle), Readers::Owner);
}

Bundle bundleFromZip(std::string_view bytes, const std::string& name) {
    Entries entries;
    for (ZipEntry& entry : unpackZip(bytes, name, {kMostImages + 2, mostBytes, kMostBytes}))
        entries[entry.name] = std::move(entry.bytes);
    Bundle bundle = bundleFromHead(entryOf(entries, kHead, name), name + ": " + kHead);
    try {
        bundle.record = parseJsonLine(entryOf(entries, kRecord, name));
    } catch (const Error& error) {
        throw Error(ErrorKind::BadFile, name + ": " + kRecord + ": " + error.what());
    }
    bundle.part = askedPartOf(bundle.record.answer);
    readPictures(entries, name, bundle.request);
    return bundle;
}

Bundle readBundle(const std::string& path) {
    const auto file = MappedFile::open(path);
    const std::span<const std::byte> bytes = file->bytes();
    if (bytes.size() > kMostBytes)
        throw Error(ErrorKind::BadFile, path + ": has " + std::to_string(bytes.size()) + " bytes, expected at most " +
                                            std::to_string(kMostBytes));
    return bundleFromZip({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
}

} // namespace prunescope::model
