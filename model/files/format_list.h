#pragma once

#include <span>
#include <string_view>

namespace prunescope::model {

/// A file, or a folder in a folder, by which a format that can't be read is known.
struct OtherFormat {
    std::string_view name; ///< whole; "*.pt": what it ends with; "rank*": what it begins with
    std::string_view what; ///< "weights of ONNX"
    std::string_view way;  ///< what to do instead
};

/// What tells most comes first: a folder is what its first entry says.
std::span<const OtherFormat> otherFormats();

/// Whether a file is called as an entry says.
bool isNamed(std::string_view file, const OtherFormat& format);

} // namespace prunescope::model
