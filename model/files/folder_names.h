#pragma once

#include <set>
#include <string>

namespace prunescope::model {

/// Names of what lies in a folder, in order, so that what is made of them is the same everywhere. Nothing where there
/// is no such folder or it may not be read.
std::set<std::string> folderNames(const std::string& folder);

/// Whether something is there under that name. Links that lead nowhere or in a circle are, and opening them says what
/// is wrong.
bool isThere(const std::string& path);

} // namespace prunescope::model
