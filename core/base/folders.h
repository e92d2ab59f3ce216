#pragma once

#include <filesystem>
#include <vector>

namespace prunescope {

/// The folders in `parent`, by name. Nothing where there is no such folder or it may not be read.
std::vector<std::filesystem::path> foldersIn(const std::filesystem::path& parent);

} // namespace prunescope
