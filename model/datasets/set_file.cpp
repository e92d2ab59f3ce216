#include "model/datasets/set_file.h"

#include "core/base/error.h"
#include "model/files/loaded_code.h"

#include <filesystem>
#include <utility>

namespace prunescope::model {

namespace {

constexpr std::size_t kMostInMemory = 4 << 20;

std::string_view textOf(const MappedFile& file) {
    const auto bytes = file.bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

SetFile::SetFile(std::string path, std::shared_ptr<const MappedFile> file, std::string text)
    : m_path(std::move(path)), m_file(std::move(file)), m_text(std::move(text)) {
    m_view = m_file ? textOf(*m_file) : std::string_view(m_text);
    if (m_view.starts_with("\xFF\xFE") || m_view.starts_with("\xFE\xFF"))
        throw Error(ErrorKind::BadFile, m_path + ": is UTF-16, expected UTF-8: save it as that");
    if (m_view.starts_with("\xEF\xBB\xBF")) // a byte order mark, as other programs write it
        m_view.remove_prefix(3);
}

std::shared_ptr<const SetFile> SetFile::open(const std::string& path) {
    auto file = MappedFile::open(path);
    if (file->bytes().size() > kMostInMemory) // its rows need the room that the start of LibTorch took
        releaseLoadedCode();
    return std::shared_ptr<const SetFile>(new SetFile(path, std::move(file), {}));
}

std::shared_ptr<const SetFile> SetFile::ofText(std::string text, std::string path) {
    return std::shared_ptr<const SetFile>(new SetFile(std::move(path), nullptr, std::move(text)));
}

void SetFile::wasRead(std::size_t bytes) const {
    if (m_file && (m_read += bytes) > kMostInMemory) {
        m_read = 0;
        m_file->release(m_file->bytes());
    }
}

std::string setNameOf(const std::string& file, const SetOptions& options) {
    std::filesystem::path path(file);
    if (!path.has_filename()) // "annotations/"
        path = path.parent_path();
    return options.name.empty() ? path.stem().string() : options.name;
}

} // namespace prunescope::model
