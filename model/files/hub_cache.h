#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// The cache of the Hugging Face libraries: where it is and how it is laid out. Shared with every other program that
/// uses it, so that nothing is downloaded or stored twice:
///
///     CACHE/models--OWNER--NAME/blobs/ETAG             a file's content under the name of its hash
///     CACHE/models--OWNER--NAME/blobs/ETAG.incomplete  as far as it has come
///     CACHE/models--OWNER--NAME/snapshots/COMMIT/FILE  a relative link to a blob
///     CACHE/models--OWNER--NAME/refs/REVISION          the commit that a branch or tag names
///     CACHE/.locks/models--OWNER--NAME/ETAG.lock       held by the program that writes the blob
///
/// No function waits for anything but the disk. Any thread.
namespace prunescope::model {

/// $HF_HOME; by default huggingface in $XDG_CACHE_HOME or ~/.cache.
std::filesystem::path hubHome();
/// $HF_HUB_CACHE (or its older name $HUGGINGFACE_HUB_CACHE); by default hub in `hubHome`.
std::filesystem::path hubCacheFolder();

/// One model of a cache.
class HubRepository {
public:
    /// `name` is OWNER/NAME; nothing needs to be there yet.
    HubRepository(const std::filesystem::path& cache, const std::string& name);

    const std::string& name() const { return m_name; }
    std::filesystem::path blob(const std::string& etag) const;
    std::filesystem::path partialBlob(const std::string& etag) const;
    std::filesystem::path lockFile(const std::string& etag) const;
    std::filesystem::path snapshot(const std::string& commit) const;

    /// The commit that a branch or tag names here; empty when it names none.
    std::string commitOf(const std::string& revision) const;
    /// The commit of the snapshot that a branch, a tag or a commit means here: what the branch or tag names; for
    /// "main", which programs that copy a snapshot do not note, that of `currentSnapshot`; else the word itself.
    std::string commitHere(const std::string& revision) const;
    /// The snapshot that the branch "main" names; else the last one; empty when there is none.
    std::filesystem::path currentSnapshot() const;
    /// Whether the snapshot has that file with that many bytes.
    bool holds(const std::string& commit, const std::string& file, std::int64_t sizeBytes) const;

    /// Puts the blob into the snapshot under the name `file`, in place of whatever was there. Throws
    /// Error(WriteFailed).
    void link(const std::string& commit, const std::string& file, const std::string& etag) const;
    /// Notes the commit of a branch or tag; of a commit there is nothing to note. Throws Error(WriteFailed).
    void setCommit(const std::string& revision, const std::string& commit) const;

private:
    std::string m_name;
    std::filesystem::path m_folder;
    std::filesystem::path m_locks;
};

/// All models of a cache, in order of their folders.
std::vector<HubRepository> hubRepositories(const std::filesystem::path& cache);

/// "OWNER/NAME" of a snapshot's folder; empty for any other folder.
std::string hubNameOfSnapshot(const std::filesystem::path& folder);

/// Throws Error(WriteFailed) that names the folder.
void makeFolder(const std::filesystem::path& folder);

} // namespace prunescope::model
