#include "model/files/hub_cache.h"

#include "core/base/environment.h"
#include "core/base/error.h"
#include "core/base/folders.h"
#include "core/base/output_file.h"

#include <fstream>
#include <unistd.h>

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kModelPrefix = "models--";
constexpr std::string_view kSeparator = "--";

std::string folderName(std::string name) {
    if (const std::size_t slash = name.find('/'); slash != std::string::npos)
        name.replace(slash, 1, kSeparator);
    return std::string(kModelPrefix) + name;
}

/// "models--Qwen--Qwen3-VL-2B-Instruct" -> "Qwen/Qwen3-VL-2B-Instruct"; empty for anything else.
std::string nameOfFolder(const fs::path& folder) {
    std::string name = folder.filename().string();
    if (!name.starts_with(kModelPrefix))
        return {};
    name.erase(0, kModelPrefix.size());
    const std::size_t owner = name.find(kSeparator);
    return owner == std::string::npos ? name : name.replace(owner, kSeparator.size(), "/");
}

/// As the Hugging Face libraries do: "~/" is the home folder also where no shell replaced it.
fs::path expanded(const std::string& path) {
    return path.starts_with("~/") ? fs::path(environment("HOME")) / path.substr(2) : fs::path(path);
}

[[noreturn]] void failToWrite(const fs::path& path, const std::error_code& error) {
    throw Error(ErrorKind::WriteFailed, path.string() + ": cannot be written: " + error.message());
}

/// A name beside `path` that no other program uses.
fs::path temporaryName(const fs::path& path) {
    return path.string() + "." + std::to_string(::getpid()) + ".tmp";
}

/// Readers see the old entry or the new one, never something between.
void putInPlace(const fs::path& temporary, const fs::path& path) {
    std::error_code error;
    fs::rename(temporary, path, error);
    if (error)
        failToWrite(path, error);
}

} // namespace

fs::path hubHome() {
    if (const std::string home = environment("HF_HOME"); !home.empty())
        return expanded(home);
    const std::string cache = environment("XDG_CACHE_HOME");
    const fs::path base = cache.empty() ? fs::path(environment("HOME")) / ".cache" : fs::path(cache);
    return base / "huggingface";
}

fs::path hubCacheFolder() {
    for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"})
        if (const std::string cache = environment(name); !cache.empty())
            return expanded(cache);
    return hubHome() / "hub";
}

HubRepository::HubRepository(const fs::path& cache, const std::string& name)
    : m_name(name), m_folder(cache / folderName(name)), m_locks(cache / ".locks" / folderName(name)) {}

fs::path HubRepository::blob(const std::string& etag) const {
    return m_folder / "blobs" / etag;
}

fs::path HubRepository::partialBlob(const std::string& etag) const {
    return m_folder / "blobs" / (etag + ".incomplete");
}

fs::path HubRepository::lockFile(const std::string& etag) const {
    return m_locks / (etag + ".lock");
}

fs::path HubRepository::snapshot(const std::string& commit) const {
    return m_folder / "snapshots" / commit;
}

std::string HubRepository::commitOf(const std::string& revision) const {
    std::ifstream in(m_folder / "refs" / revision);
    std::string commit;
    in >> commit;
    return commit;
}

std::string HubRepository::commitHere(const std::string& revision) const {
    if (revision == "main")
        if (const fs::path current = currentSnapshot(); !current.empty())
            return current.filename().string();
    const std::string named = commitOf(revision);
    return named.empty() ? revision : named;
}

fs::path HubRepository::currentSnapshot() const {
    const std::string commit = commitOf("main");
    std::error_code error;
    if (!commit.empty() && fs::is_directory(snapshot(commit), error))
        return snapshot(commit);
    const std::vector<fs::path> snapshots = foldersIn(m_folder / "snapshots");
    return snapshots.empty() ? fs::path() : snapshots.back();
}

bool HubRepository::holds(const std::string& commit, const std::string& file, std::int64_t sizeBytes) const {
    std::error_code error;
    const auto size = fs::file_size(snapshot(commit) / file, error);
    return !error && size == static_cast<std::uintmax_t>(sizeBytes);
}

void HubRepository::link(const std::string& commit, const std::string& file, const std::string& etag) const {
    const fs::path path = snapshot(commit) / file;
    const fs::path temporary = temporaryName(path);
    makeFolder(path.parent_path());
    std::error_code error;
    fs::remove(temporary, error);
    fs::create_symlink(blob(etag).lexically_relative(path.parent_path()), temporary, error);
    if (error)
        failToWrite(path, error);
    putInPlace(temporary, path);
}

void HubRepository::setCommit(const std::string& revision, const std::string& commit) const {
    if (revision == commit || commitOf(revision) == commit)
        return;
    const fs::path path = m_folder / "refs" / revision;
    makeFolder(path.parent_path());
    writeFile(path.string(), commit, Readers::Everyone);
}

std::vector<HubRepository> hubRepositories(const fs::path& cache) {
    std::vector<HubRepository> found;
    for (const fs::path& folder : foldersIn(cache))
        if (const std::string name = nameOfFolder(folder); !name.empty())
            found.emplace_back(cache, name);
    return found;
}

std::string hubNameOfSnapshot(const fs::path& folder) {
    const fs::path parent = folder.parent_path();
    return parent.filename() == "snapshots" ? nameOfFolder(parent.parent_path()) : std::string();
}

void makeFolder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        throw Error(ErrorKind::WriteFailed, folder.string() + ": the folder cannot be made: " + error.message());
}

} // namespace prunescope::model
