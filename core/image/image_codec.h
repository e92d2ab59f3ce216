#pragma once

#include "core/image/picture.h"

#include <span>
#include <string>
#include <vector>

/// The formats that need a library; one implementation with OpenCV and one that refuses. Inside core only.
namespace prunescope::codec {

/// Throws Error(BadFile) or Error(Unsupported); messages start with `name`.
Picture decode(std::span<const std::uint8_t> bytes, const std::string& name);
/// `extension` with the dot. Throws Error(Unsupported) or Error(WriteFailed).
std::vector<std::uint8_t> encode(const Picture& picture, const std::string& extension);

} // namespace prunescope::codec
