#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace prunescope::test {

/// The small model folders of tests/data/folders: a base, and what each kind of folder has instead of its files
/// (packaging/compare/folders --small writes them).
std::vector<std::string> smallFolderKinds();

/// Puts a whole folder of a kind together in `target`: the base's files, the tokenizer that it shares with
/// tests/data/qwen3vl, then the files of the kind. Weights of the kind replace all tensors of the same module. A GGUF
/// kind is its own files alone. Returns the folder.
std::string makeSmallFolder(const std::string& kind, const std::filesystem::path& target);

} // namespace prunescope::test
