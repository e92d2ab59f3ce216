#pragma once

#include "model/hub/http_session.h"
#include "model/hub/hub_settings.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace prunescope::model {

/// A file of a model, as the hub lists it.
struct HubFile {
    std::string name;
    std::string etag; ///< SHA-256 of a large file, Git's name of a small one; names its blob
    std::int64_t sizeBytes = 0;
};

/// Files of one commit of a model, those that a model folder needs: config.json first, by which others know what is
/// being downloaded, then small files, then weights, both by name.
struct HubListing {
    std::string commit;
    std::vector<HubFile> files;

    std::int64_t totalBytes() const;
};

/// Asks the hub. `name` and `revision` are checked ones. Throws HttpError, Error(NotFound), or Error(BadFile) for an
/// answer that cannot be right and for a repository without a model.
HubListing listHubFiles(HttpSession& session, const HubSettings& settings, const std::string& name,
                        const std::string& revision, const NoteSink& note, const std::stop_token& stop);

/// Address from which a file is downloaded.
std::string hubFileUrl(const HubSettings& settings, const std::string& name, const std::string& commit,
                       const std::string& file);

/// Checks a response: throws HttpError when `head` is no success, with what its reader can do about it. `what`: what is
/// missing where the answer is 404.
void requireSuccess(const HttpHead& head, const HubSettings& settings, const std::string& name,
                    const std::string& revision, const std::string& what);

} // namespace prunescope::model
