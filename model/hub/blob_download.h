#pragma once

#include "model/hub/hub_listing.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace prunescope::model {

/// A file of a commit on the hub.
struct BlobSource {
    const HubSettings& settings;
    const std::string& model;
    const std::string& commit;
    const HubFile& file;
};

struct BlobEvents {
    /// Callback with the number of bytes of the file that are there, and of those that came just now.
    std::function<void(std::int64_t positionBytes, std::int64_t arrivedBytes)> onBytes;
    NoteSink onNote;
};

/// Downloads into `partial`, from where that ends, and moves it to `blob` once its hash is right. Tries again after
/// what passes, and once from the beginning after a wrong hash. The caller keeps others away from `partial`. Returns
/// how many bytes of the result were there before. Throws Error; then `partial` stays for the next time, unless its
/// content is wrong.
std::int64_t downloadBlob(HttpSession& session, const BlobSource& source, const std::filesystem::path& partial,
                          const std::filesystem::path& blob, const BlobEvents& events, const std::stop_token& stop);

} // namespace prunescope::model
