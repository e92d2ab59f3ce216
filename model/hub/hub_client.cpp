#include "model/hub/hub_client.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "model/files/hub_cache.h"
#include "model/files/weight_folder.h"
#include "model/hub/blob_download.h"
#include "model/hub/download_meter.h"
#include "model/hub/file_lock.h"
#include "model/hub/hub_listing.h"
#include "model/hub/hub_names.h"

#include <algorithm>

namespace prunescope::model {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kTellEvery = 100ms;
constexpr auto kLockLook = 200ms;

/// 0 where there is no such file.
std::int64_t sizeOf(const fs::path& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    return error ? 0 : static_cast<std::int64_t>(size);
}

bool isWhole(const fs::path& blob, const HubFile& file) {
    std::error_code error;
    return fs::exists(blob, error) && sizeOf(blob) == file.sizeBytes;
}

/// Tells how far things are, not more often than anybody can see.
class ProgressTeller {
public:
    explicit ProgressTeller(const PullSink& sink) : m_sink(sink) {}

    void begin(int fileCount, std::int64_t totalBytes) {
        m_progress.fileCount = fileCount;
        m_progress.totalBytes = totalBytes;
    }
    void beginFile(const std::string& name) {
        m_progress.file = name;
        ++m_progress.fileNumber;
        tell();
    }
    void endFile(std::int64_t sizeBytes) {
        m_finishedBytes += sizeBytes;
        at(0);
    }
    /// `arrived`: bytes that came just now.
    void arrived(std::int64_t positionBytes, std::int64_t arrivedBytes) {
        m_meter.add(arrivedBytes, Clock::now());
        at(positionBytes);
    }
    void at(std::int64_t positionBytes) {
        m_progress.bytes = m_finishedBytes + positionBytes;
        if (Clock::now() - m_told >= kTellEvery)
            tell();
    }
    void note(const std::string& text) {
        if (m_progress.note == text)
            return;
        m_progress.note = text;
        tell();
    }
    void tell() {
        m_told = Clock::now();
        m_progress.bytesPerSecond = m_meter.rate();
        m_progress.secondsLeft = m_meter.secondsFor(m_progress.totalBytes - m_progress.bytes);
        if (m_sink)
            m_sink(m_progress);
    }

private:
    const PullSink& m_sink;
    PullProgress m_progress;
    DownloadMeter m_meter;
    std::int64_t m_finishedBytes = 0;
    Clock::time_point m_told;
};

/// One call of `pullModel`.
class Pull {
public:
    Pull(const HubSettings& settings, const PullRequest& request, const PullSink& sink, const std::stop_token& stop)
        : m_settings(settings), m_stop(stop), m_teller(sink) {
        m_result.name = completeModelName(request.name);
        m_result.revision = request.revision;
        checkRevision(request.revision);
    }

    PullResult run() {
        const HubRepository repository(m_settings.cache, m_result.name);
        m_settings.offline ? takeFromCache(repository) : download(repository);
        m_result.folder = repository.snapshot(m_result.commit).string();
        return std::move(m_result);
    }

private:
    void download(const HubRepository& repository) {
        const HubListing listing =
            listHubFiles(m_session, m_settings, m_result.name, m_result.revision, noteSink(), m_stop);
        m_result.commit = listing.commit;
        requireSpace(repository, listing);
        m_teller.begin(static_cast<int>(listing.files.size()), listing.totalBytes());
        for (const HubFile& file : listing.files) {
            m_teller.beginFile(file.name);
            fetch(repository, file);
            m_teller.endFile(file.sizeBytes);
            m_result.files.push_back(file.name);
        }
        // Last: until then the branch keeps naming a snapshot that is complete.
        repository.setCommit(m_result.revision, m_result.commit);
        m_teller.tell();
    }

    NoteSink noteSink() {
        return [this](const std::string& text) { m_teller.note(text); };
    }

    /// For all files at once: finding out at the end of the last one would be late.
    void requireSpace(const HubRepository& repository, const HubListing& listing) const {
        std::int64_t missing = 0;
        for (const HubFile& file : listing.files)
            if (!repository.holds(listing.commit, file.name, file.sizeBytes) &&
                !isWhole(repository.blob(file.etag), file))
                missing += std::max(std::int64_t{0}, file.sizeBytes - sizeOf(repository.partialBlob(file.etag)));
        const std::int64_t free = freeBytes(m_settings.cache);
        if (missing > free)
            throw Error(ErrorKind::WriteFailed, m_settings.cache.string() + ": found " + formatBytes(free) +
                                                    " of free space, expected " + formatBytes(missing) + " for " +
                                                    m_result.name);
    }

    void fetch(const HubRepository& repository, const HubFile& file) {
        if (repository.holds(m_result.commit, file.name, file.sizeBytes)) {
            m_result.bytesReused += file.sizeBytes;
            return;
        }
        const FileLock lock = waitForLock(repository.lockFile(file.etag), file.name);
        if (isWhole(repository.blob(file.etag), file)) // perhaps since a moment ago
            m_result.bytesReused += file.sizeBytes;
        else
            downloadTo(repository, file);
        repository.link(m_result.commit, file.name, file.etag);
    }

    FileLock waitForLock(const fs::path& path, const std::string& file) {
        for (;;) {
            if (std::optional<FileLock> lock = FileLock::tryLock(path)) {
                m_teller.note({});
                return std::move(*lock);
            }
            m_teller.note("waiting: another program downloads " + file);
            waitUnlessStopped(kLockLook, m_stop);
        }
    }

    void downloadTo(const HubRepository& repository, const HubFile& file) {
        const BlobSource source{m_settings, m_result.name, m_result.commit, file};
        const BlobEvents events{[this](std::int64_t position, std::int64_t arrived) {
                                    m_result.bytesDownloaded += arrived;
                                    m_teller.arrived(position, arrived);
                                },
                                noteSink()};
        m_result.bytesReused += downloadBlob(m_session, source, repository.partialBlob(file.etag),
                                             repository.blob(file.etag), events, m_stop);
    }

    /// Without asking anybody: what a complete folder has.
    void takeFromCache(const HubRepository& repository) {
        m_result.commit = repository.commitHere(m_result.revision);
        const fs::path folder = repository.snapshot(m_result.commit);
        try {
            readJsonFile((folder / "config.json").string());
            openWeightFiles(folder.string());
        } catch (const Error& error) {
            throw Error(ErrorKind::NotFound, m_result.name + ": not complete in " + m_settings.cache.string() +
                                                 ", and HF_HUB_OFFLINE forbids to download it: " + error.what());
        }
        for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
            m_result.files.push_back(entry.path().filename().string());
            m_result.bytesReused += sizeOf(entry.path());
        }
        std::sort(m_result.files.begin(), m_result.files.end());
    }

    const HubSettings& m_settings;
    const std::stop_token& m_stop;
    HttpSession m_session;
    ProgressTeller m_teller;
    PullResult m_result;
};

} // namespace

PullResult pullModel(const HubSettings& settings, const PullRequest& request, const PullSink& onProgress,
                     const std::stop_token& stop) {
    const auto begin = Clock::now();
    PullResult result = Pull(settings, request, onProgress, stop).run();
    result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return result;
}

std::string progressText(const PullProgress& progress) {
    if (!progress.note.empty())
        return progress.note;
    if (progress.fileCount == 0)
        return "asking for the list of files";
    std::string line = formatBytes(progress.bytes) + " of " + formatBytes(progress.totalBytes);
    if (progress.bytesPerSecond > 0)
        line += ", " + formatBytes(static_cast<std::int64_t>(progress.bytesPerSecond)) + "/s";
    if (progress.secondsLeft)
        line += ", " + formatDuration(*progress.secondsLeft) + " left";
    return line + " (" + progress.file + ", " + std::to_string(progress.fileNumber) + " of " +
           std::to_string(progress.fileCount) + ")";
}

std::int64_t freeBytes(const fs::path& cache) {
    std::error_code error;
    fs::path place = fs::absolute(cache, error);
    while (!fs::exists(place, error) && place.has_relative_path())
        place = place.parent_path();
    const fs::space_info space = fs::space(place, error);
    return error ? 0 : static_cast<std::int64_t>(space.available);
}

} // namespace prunescope::model
