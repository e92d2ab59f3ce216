#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace prunescope {

/// What is wrong with the container of a PNG (chunks, checksums, end), JPEG (end marker) or TIFF (huge tiles), "" if
/// nothing or if it is none of these. Decoders fill what is missing of a damaged file with grey and print to stderr; a
/// picture that is not whole is refused instead.
std::string damageOf(std::span<const std::uint8_t> bytes);

} // namespace prunescope
