#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace prunescope::model {

/// Where the string value that begins behind a quote at `begin - 1` ends: at the first quote of that kind that a comma,
/// a closing bracket, the next key or the end of the text follows, so that quotes inside a label do no harm. They may
/// not be far away, nor on another line; else it ends at the first quote. npos: there is none.
std::size_t lenientStringEnd(std::string_view text, std::size_t begin);

/// Where a key ends: at the first quote of its kind that is not escaped; npos: there is none.
std::size_t lenientKeyEnd(std::string_view text, std::size_t begin);

/// `written` without the escapes of JSON, valid UTF-8.
std::string withoutEscapes(std::string_view written);

} // namespace prunescope::model
