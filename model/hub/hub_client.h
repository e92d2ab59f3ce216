#pragma once

#include "model/hub/hub_settings.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

/// Downloading model folders from the Hugging Face hub, into the cache that its own libraries use (hub_cache.h).
namespace prunescope::model {

struct PullRequest {
    std::string name; ///< OWNER/NAME, or the name of a published model without its owner
    std::string revision = "main";
};

struct PullProgress {
    std::string file;            ///< in work
    int fileNumber = 0;          ///< from 1
    int fileCount = 0;           ///< 0: the list of files is not there yet
    std::int64_t bytes = 0;      ///< of all files, with what was there before
    std::int64_t totalBytes = 0; ///< of all files
    double bytesPerSecond = 0;   ///< over the last seconds; 0: nothing came yet
    std::optional<double> secondsLeft;
    std::string note; ///< what is waited for, and why; empty: nothing
};
/// Progress as people read it: "2.10 GB of 4.26 GB, 38.2 MB/s, 57 s left (model.safetensors, 9 of 9)".
std::string progressText(const PullProgress& progress);
/// Called on the thread that pulls, about ten times a second and whenever something else than the bytes changes.
using PullSink = std::function<void(const PullProgress&)>;

struct PullResult {
    std::string name; ///< with its owner
    std::string revision;
    std::string commit;
    std::string folder;             ///< to be loaded
    std::vector<std::string> files; ///< names, as downloaded
    std::int64_t bytesDownloaded = 0;
    std::int64_t bytesReused = 0; ///< what was in the cache already
    double seconds = 0;
};

/// Brings what a model folder needs into the cache and says where it is. What is there is not downloaded again; what
/// was begun is continued; every file is checked against its hash; two programs that pull the same model download each
/// file once. Blocks; any thread. Throws Error: Usage (a name or setting), NotFound (no such model or revision, or not
/// allowed), Network (after several attempts), BadFile (content that does not match its hash, twice), WriteFailed (full
/// disk), Cancelled soon after `stop` is requested: what has come by then is continued next time.
PullResult pullModel(const HubSettings& settings, const PullRequest& request, const PullSink& onProgress,
                     const std::stop_token& stop);

/// Bytes that can still be written where the cache is or will be; 0 when that cannot be told.
std::int64_t freeBytes(const std::filesystem::path& cache);

} // namespace prunescope::model
