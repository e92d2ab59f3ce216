#pragma once

#include "core/image/image_notes.h"

#include <string>
#include <string_view>
#include <vector>

/// "-" on the command line: standard input, in place of a picture or a question. A file of that name is "./-".
namespace prunescope::app {

inline constexpr std::string_view kDash = "-";

/// Name of standard input in messages and reports.
inline constexpr const char* kStandardInputName = "standard input";

/// Refuses a second one: it can be read once. Throws Error(Usage) that begins with `command`.
void requireOneDash(std::string_view command, const std::vector<std::string>& words);

/// The name of a picture for people: its path, or that it came from standard input.
std::string pictureName(const std::string& word);

/// The picture of a file, or of the bytes on standard input in any format that files may have. Throws as loadImage
/// does.
LoadedImage readPicture(const std::string& word);

/// The text of a question, or what standard input says without white space at its ends. Throws Error(BadInput) where
/// that says nothing, or more than a megabyte.
std::string readQuestion(const std::string& word);

} // namespace prunescope::app
