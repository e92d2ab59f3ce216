#include "model/datasets/set_pictures.h"

#include "core/base/base64.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/image/image_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kDataUrl = "data:";
constexpr std::string_view kFileUrl = "file://";
constexpr std::size_t kMostPages = 120; // of a document, as VLMEvalKit draws
constexpr std::size_t kMostSizes = 4096;
constexpr std::array<std::size_t, 3> kHeads{16 << 10, 1 << 20, std::size_t{kMaxPictureBytes}};

bool isDocument(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t kLatest = 1024; // where readers of PDF look for its mark
    constexpr std::string_view kMark = "%PDF-";
    const auto head = bytes.first(std::min(bytes.size(), kLatest));
    return std::search(head.begin(), head.end(), kMark.begin(), kMark.end()) != head.end();
}

/// What stands after "data:image/png;base64,".
std::string_view afterDataUrl(std::string_view text, const std::string& where) {
    if (!text.starts_with(kDataUrl))
        return text;
    constexpr std::size_t kLongestHead = 200;
    const std::size_t comma = text.substr(0, kLongestHead).find(',');
    if (comma == std::string_view::npos || !text.substr(0, comma).ends_with(";base64"))
        throw Error(ErrorKind::BadFile, where + " is " + inQuotes(text) + ", expected data:...;base64,...");
    return text.substr(comma + 1);
}

std::vector<std::uint8_t> readUpTo(std::ifstream& in, std::size_t most) {
    std::vector<std::uint8_t> bytes(most);
    in.seekg(0);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(most));
    bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    in.clear();
    return bytes;
}

[[noreturn]] void failUnread(const std::string& where) {
    throw Error(ErrorKind::BadFile, where + ": no readable picture (its size is not found)");
}

} // namespace

std::vector<std::uint8_t> decodePictureText(std::string_view text, const std::string& where) {
    text = afterDataUrl(text, where);
    std::string plain;
    plain.reserve(text.size() + 3);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/' || c == '=')
            plain += c;
        else if (c == '-' || c == '_')
            plain += c == '-' ? '+' : '/';
        else if (!std::isspace(static_cast<unsigned char>(c)))
            throw Error(ErrorKind::BadFile, where + " is no base64: its character " + std::to_string(i + 1) + " is " +
                                                inQuotes(text.substr(i, 1)) + ", expected base64 of a picture");
    }
    if (!plain.ends_with('=')) // Python's urlsafe forms may come without padding
        plain.append((4 - plain.size() % 4) % 4, '=');
    auto bytes = decodeBase64(plain);
    if (!bytes || bytes->empty())
        throw Error(ErrorKind::BadFile, where + " is no base64: it ends too early, after " +
                                            std::to_string(text.size()) + " characters, expected base64 of a picture");
    return std::move(*bytes);
}

SetPictures::SetPictures(std::vector<std::string> folders, PageSource pages)
    : m_folders(std::move(folders)), m_pages(std::move(pages)) {}

void SetPictures::requirePages(const std::string& where) const {
    if (!m_pages)
        throw Error(ErrorKind::Unsupported, where + " is a PDF document, expected a picture: nothing draws pages here");
}

Size SetPictures::check(std::string_view text, Text kind, const std::string& where) const {
    if (kind == Text::Path && !text.starts_with(kDataUrl))
        return checkFile(fileOf(text, where), where);
    const std::vector<std::uint8_t> bytes = decodePictureText(text, where);
    if (isDocument(bytes)) {
        requirePages(where);
        return {};
    }
    const Size size = sizeInHead(bytes, where);
    if (size.area() == 0)
        failUnread(where);
    return size;
}

std::string SetPictures::fileOf(std::string_view path, const std::string& where) const {
    if (path.starts_with("http://") || path.starts_with("https://"))
        throw Error(ErrorKind::BadFile,
                    where + " is " + inQuotes(path) + ", which is on the web: download the picture and name its file");
    if (path.starts_with(kFileUrl))
        path.remove_prefix(kFileUrl.size());
    std::error_code ignored;
    for (const std::string& folder : m_folders)
        if (const fs::path file = fs::path(folder) / path; fs::is_regular_file(file, ignored))
            return file.string();
    throw Error(ErrorKind::NotFound, where + ": " + (fs::path(m_folders.front()) / path).string() +
                                         " does not exist, expected the file of a picture");
}

Size SetPictures::checkFile(const std::string& path, const std::string& where) const {
    {
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_sizes.find(path); found != m_sizes.end())
            return found->second;
    }
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    const auto fileSize = static_cast<std::size_t>(std::max<std::streamoff>(in ? in.tellg() : std::streampos(0), 0));
    Size size;
    for (std::size_t i = 0; i < kHeads.size() && size.area() == 0; ++i) {
        if (i > 0 && kHeads[i - 1] >= fileSize)
            failUnread(where + ": " + path);
        const std::vector<std::uint8_t> head = readUpTo(in, std::min(kHeads[i], fileSize));
        if (isDocument(head)) {
            requirePages(where);
            break;
        }
        size = sizeInHead(head, where + ": " + path);
    }
    const std::lock_guard lock(m_mutex);
    if (m_sizes.size() >= kMostSizes)
        m_sizes.clear();
    return m_sizes[path] = size;
}

std::vector<std::uint8_t> SetPictures::bytesOf(std::string_view text, Text kind, const std::string& where) const {
    if (kind == Text::Encoded || text.starts_with(kDataUrl))
        return decodePictureText(text, where);
    const std::string path = fileOf(text, where);
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    const auto size = in ? std::max<std::streamoff>(in.tellg(), 0) : 0;
    if (static_cast<std::uint64_t>(size) > kMaxPictureBytes)
        throw Error(ErrorKind::BadFile, where + ": " + path + " has " + std::to_string(size) +
                                            " bytes, expected at most " + std::to_string(kMaxPictureBytes));
    return readUpTo(in, static_cast<std::size_t>(size));
}

std::vector<SetPicture> SetPictures::read(std::string_view text, Text kind, const std::string& where) const {
    const std::vector<std::uint8_t> bytes = bytesOf(text, kind, where);
    const bool hasName = kind == Text::Path && !text.starts_with(kDataUrl);
    const std::string name = hasName ? std::string(text) : where;
    std::vector<SetPicture> pictures;
    if (!isDocument(bytes)) {
        LoadedImage image = loadImage(bytes, hasName ? where + ": " + name : where);
        pictures.push_back({name, std::move(image.picture), image.notes.onWhite});
        return pictures;
    }
    requirePages(where);
    for (Picture& page : m_pages(std::as_bytes(std::span(bytes)), where)) {
        if (pictures.size() == kMostPages)
            break;
        pictures.push_back({name + ", page " + std::to_string(pictures.size() + 1), std::move(page)});
    }
    if (pictures.empty())
        throw Error(ErrorKind::BadFile, where + " is a document without pages, expected at least one");
    return pictures;
}

} // namespace prunescope::model
