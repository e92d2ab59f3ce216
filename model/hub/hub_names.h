#pragma once

#include <string>
#include <string_view>

/// Checks of names, whoever they come from: they become parts of paths and of addresses.
namespace prunescope::model {

/// "OWNER/NAME" as it is; a published model's name without its owner gets it. Throws Error(Usage) for what no model can
/// be called.
std::string completeModelName(const std::string& name);

/// A branch, tag or commit. Throws Error(Usage) for what none can be called.
void checkRevision(const std::string& revision);

/// A path inside a repository, as a server names it. Throws Error(BadFile) for one that could lead out of the snapshot.
void checkFileName(std::string_view path);

/// Whether a folder that is to be loaded needs that file: configuration, tokenizer, weights, and what its readers
/// should know. Nothing in folders of its own.
bool isModelFile(std::string_view path);
/// Whether a file of a model is one of the large ones with weights.
bool isWeightFile(std::string_view path);

/// Git's name of a commit or a file's content: 40 hexadecimal digits.
bool isGitHash(std::string_view text);
/// 64 hexadecimal digits.
bool isSha256(std::string_view text);

/// `text` for a part of an address: everything but letters, digits and "-._~" as %XX.
std::string percentEncoded(std::string_view text);

} // namespace prunescope::model
