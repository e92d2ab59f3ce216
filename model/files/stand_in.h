#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prunescope::model {

/// Refuses what lies in the place of a file of a model and is not that file: a pointer of Git LFS, a web page or an
/// error that a server sent instead, an archive, a link that leads nowhere, room that a download never filled. Throws
/// Error(BadFile) that says what it is and how to get the file itself. What is simply not there is nothing to refuse.
void refuseStandIn(const std::string& path);

/// What a file is by its first bytes, and what to do with it.
struct StandIn {
    std::string_view name; ///< "a zip archive"
    std::string_view way;  ///< "unpack it"
};

/// Nothing where a file may be what its name says.
std::optional<StandIn> standInAt(const std::string& path);

} // namespace prunescope::model
