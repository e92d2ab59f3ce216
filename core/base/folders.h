#pragma once

#include <filesystem>
#include <vector>

namespace prunescope {

/// The folders in `parent`, by name. Nothing where there is no such folder or it may not be read.
std::vector<std::filesystem::path> foldersIn(const std::filesystem::path& parent);

/// Makes `folder` and what is missing above it, for nobody but the user (mode 0700), as the XDG base directory
/// specification asks. What is there stays as it is. Throws Error(WriteFailed).
void makePrivateFolders(const std::filesystem::path& folder);

/// Closes a folder of ours that others may enter. Best effort: on a folder of somebody else it is not ours to decide.
void closeToOthers(const std::filesystem::path& folder) noexcept;

} // namespace prunescope
