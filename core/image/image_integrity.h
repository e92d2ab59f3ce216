#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace prunescope {

/// What is wrong with the container of a PNG (chunks, checksums, end) or JPEG (end marker), "" if nothing or if it is
/// neither. Decoders fill what is missing of a damaged file with grey and print to stderr; a picture that is not whole
/// is refused instead.
std::string damageOf(std::span<const std::uint8_t> bytes);

} // namespace prunescope
